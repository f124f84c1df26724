#include "step_pairs.hpp"

#include <array>
#include <string>
#include <utility>

#include "glasscape/solvers/finite_size/data_sets.hpp"

namespace glasscape {

namespace {

constexpr std::array observables{"correlation", "response", "integrated_response"};
// what the effective temperature is made of, with their sum, whose variance gives their covariance
constexpr std::size_t integrated = 2, displaced = 3, sum = 4, quantities = 5;

}  // namespace

StepPairs::StepPairs(const Parameters& parameters)
    : learning_rate_(parameters.real("learning_rate")), steps_(static_cast<std::size_t>(parameters.integer("steps"))) {
  const auto waiting_times = parameters.list("waiting_times"), lags = parameters.list("lags");
  waiting_times_.assign(waiting_times.begin(), waiting_times.end());
  lags_.assign(lags.begin(), lags.end());
  numbers_.assign(quantities * size(), not_a_number);
}

double StepPairs::count(const Parameters& parameters) {
  return static_cast<double>(quantities * parameters.list("waiting_times").size() * parameters.list("lags").size());
}

void StepPairs::add_outputs(Schema& schema, ErrorKind error) {
  const auto add = [&](std::string name, std::string symbol, std::string doc) {
    schema.outputs.push_back({.name = std::move(name),
                              .symbol = std::move(symbol),
                              .doc = std::move(doc),
                              .dims = {"waiting_time", "lag"},
                              .error = error,
                              .nan_meaning = "later than the last step"});
  };
  add("correlation", "C(t_w+k,t_w)", "correlation w·w'/p of the weights of two steps");
  add("response", "R(t_w+k,t_w)",
      "response of the weights at the later step to a field, times learning_rate, at the earlier one");
  add("integrated_response", "χ(t_w+k,t_w)", "response at the later step to a field since the earlier one");
  add("effective_temperature", "T(t_w,k)",
      "half the mean squared displacement between two steps over the integrated response");
}

void StepPairs::set(std::size_t w, std::size_t l, double correlation, double response, double integrated_response,
                    double displacement) {
  const std::array values{correlation, response, integrated_response, displacement, displacement + integrated_response};
  for (std::size_t i = 0; i < values.size(); ++i) numbers_[i * size() + w * lags_.size() + l] = values[i];
}

void StepPairs::set(const effective_process::OrderParameters& order) {
  const Matrix &c = order.correlation, &r = order.response;
  for (std::size_t w = 0; w < waiting_times_.size(); ++w) {
    for (std::size_t l = 0; l < lags_.size(); ++l) {
      const auto from = static_cast<std::size_t>(waiting_times_[w]), to = from + static_cast<std::size_t>(lags_[l]);
      if (to > steps_) continue;
      double chi = 0;
      for (std::size_t s = from; s < to; ++s) chi += r(to, s);
      set(w, l, c(to, from), r(to, from), learning_rate_ * chi, (c(to, to) + c(from, from)) / 2 - c(to, from));
    }
  }
}

void StepPairs::carry(Numbers& numbers, std::size_t t) {
  for (std::size_t first = 0; first < numbers_.size(); first += lags_.size()) {
    const double waiting_time = waiting_times_[first / lags_.size() % waiting_times_.size()];
    numbers.carry_before(static_cast<double>(t) - waiting_time, lags_,
                         std::span(numbers_).subspan(first, lags_.size()));
  }
}

void StepPairs::write(const ReplicaMean& mean, std::size_t first, Solution& solution) const {
  if (size() == 0) return;
  for (std::size_t i = 0; i < observables.size(); ++i) {
    set_from(mean, first + i * size(), size(), observables[i], solution);
  }
  std::vector<double> temperature, error;
  for (std::size_t pair = first; pair < first + size(); ++pair) {
    const Ratio quotient = ratio(mean, displaced * size() + pair, integrated * size() + pair, sum * size() + pair);
    temperature.push_back(quotient.value);
    error.push_back(quotient.error);
  }
  solution.set("effective_temperature", std::move(temperature), std::move(error));
}

std::size_t TwinObserver::twins(const Parameters& parameters) { return 2 * parameters.list("waiting_times").size(); }

finite_size::Holding TwinObserver::holding(const Parameters& parameters) {
  const finite_size::Size size(parameters);
  const std::size_t all_twins = size.starts * twins(parameters);
  auto holding = finite_size::descent_holding(size.samples, size.dimension, size.starts, all_twins);
  const auto remembered = static_cast<double>(all_twins / 2 * size.dimension);  // weights at the waiting times
  holding.all += remembered;
  holding.carried += remembered;
  return holding;
}

void TwinObserver::observe(std::size_t t, finite_size::Descent& descent, RandomStream& random, StepPairs& pairs) {
  const auto &waiting_times = pairs.waiting_times(), &lags = pairs.lags();
  for (std::size_t w = 0; w < waiting_times.size(); ++w) {
    if (waiting_times[w] == static_cast<double>(t)) origins_.push_back(start_twins(w, descent, random));
  }
  for (const Origin& origin : origins_) {
    for (std::size_t l = 0; l < lags.size(); ++l) {
      if (waiting_times[origin.waiting_time] + lags[l] == static_cast<double>(t)) set_pair(l, origin, descent, pairs);
    }
  }
}

void TwinObserver::carry(Numbers& numbers) {
  numbers.carry_list(origins_, [&](Origin& origin) {
    numbers.carry(origin.waiting_time);
    numbers.carry(origin.weights);
    numbers.carry(origin.impulse);
    numbers.carry(origin.since);
  });
}

TwinObserver::Origin TwinObserver::start_twins(std::size_t w, finite_size::Descent& descent,
                                               RandomStream& random) const {
  const auto weights = std::as_const(descent).weights(run_);
  std::vector<double> field(weights.size());
  for (double& g : field) g = random.uniform() < 0.5 ? 1 : -1;
  Origin origin{.waiting_time = w, .weights = {weights.begin(), weights.end()}};
  origin.impulse = descent.add_twin(run_, field, finite_size::Descent::Field::one_step);
  origin.since = descent.add_twin(run_, std::move(field), finite_size::Descent::Field::lasting);
  return origin;
}

void TwinObserver::set_pair(std::size_t l, const Origin& origin, const finite_size::Descent& descent,
                            StepPairs& pairs) const {
  const auto weights = descent.weights(run_);
  const auto dimension = static_cast<double>(weights.size());
  double displacement = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double difference = weights[i] - origin.weights[i];
    displacement += difference * difference;
  }
  pairs.set(origin.waiting_time, l, dot(weights, origin.weights) / dimension, descent.response(origin.impulse),
            descent.response(origin.since), displacement / (2 * dimension));
}

}  // namespace glasscape
