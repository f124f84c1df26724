#include "observables.hpp"

#include <algorithm>
#include <array>

namespace glasscape::gaussian_mixture {

namespace {

constexpr std::array of_steps{"overlap", "norm", "training_loss", "training_accuracy", "generalization_error"};
constexpr std::array of_pairs{"correlation", "response", "integrated_response"};
// what the effective temperature is made of, with their sum, whose variance gives their covariance
constexpr std::size_t integrated_response = 2, displacement = 3, sum = 4, pair_quantities = 5;

Output output(std::string name, std::string symbol, std::string doc, std::vector<std::string> dims, ErrorKind error) {
  const bool may_be_nan = dims.size() > 1;
  return {.name = std::move(name),
          .symbol = std::move(symbol),
          .doc = std::move(doc),
          .dims = std::move(dims),
          .error = error,
          .may_be_nan = may_be_nan};
}

}  // namespace

std::vector<Output> Observations::outputs(ErrorKind error) {
  const std::vector<std::string> step{"step"}, pair{"waiting_time", "lag"};
  return {
      output("overlap", "m", "overlap w·v*/p of the weights with the direction of the clusters", step, error),
      output("norm", "C(t,t)", "norm w·w/p of the weights", step, error),
      output("training_loss", "e", "sum of the losses of all samples divided by the dimension, without the ridge", step,
             error),
      output("training_accuracy", "a", "fraction of all samples that are classified rightly", step, error),
      output("generalization_error", "ε_g", "probability to misclassify a new sample", step, error),
      output("correlation", "C(t_w+τ,t_w)", "correlation w·w'/p of the weights of two steps", pair, error),
      output("response", "R(t_w+τ,t_w)",
             "response of the weights at the later step to a field, times learning_rate, at the earlier one", pair,
             error),
      output("integrated_response", "χ(t_w+τ,t_w)", "response at the later step to a field since the earlier one", pair,
             error),
      output("effective_temperature", "T(t_w,τ)",
             "half the mean squared displacement between two steps over the integrated response", pair, error),
  };
}

Observations::Observations(const Parameters& parameters)
    : mixture_(parameters),
      learning_rate_(parameters.real("learning_rate")),
      steps_(static_cast<std::size_t>(parameters.integer("steps"))) {
  const auto waiting_times = parameters.list("waiting_times"), lags = parameters.list("lags");
  waiting_times_.assign(waiting_times.begin(), waiting_times.end());
  lags_.assign(lags.begin(), lags.end());
  numbers_.assign(of_steps.size() * (steps_ + 1) + pair_quantities * pairs(), not_a_number);
}

std::size_t Observations::pair_position(std::size_t quantity, std::size_t pair) const {
  return of_steps.size() * (steps_ + 1) + quantity * pairs() + pair;
}

void Observations::set_step(std::size_t t, double overlap, double norm, double loss, double accuracy) {
  const std::array values{overlap, norm, loss, accuracy, mixture_.generalization_error(overlap, norm)};
  for (std::size_t i = 0; i < values.size(); ++i) numbers_[step_position(i, t)] = values[i];
}

void Observations::set_pair(std::size_t w, std::size_t l, double correlation, double response,
                            double integrated_response, double displacement) {
  const std::array values{correlation, response, integrated_response, displacement, displacement + integrated_response};
  for (std::size_t i = 0; i < values.size(); ++i) numbers_[pair_position(i, w * lags_.size() + l)] = values[i];
}

void Observations::set(const effective_process::Dynamics& dynamics) {
  const Matrix &c = dynamics.order.correlation, &r = dynamics.order.response;
  for (std::size_t t = 0; t <= steps_; ++t) {
    set_step(t, dynamics.order.overlap[t], c(t, t), dynamics.loss[t], dynamics.accuracy[t]);
  }
  for (std::size_t w = 0; w < waiting_times_.size(); ++w) {
    for (std::size_t l = 0; l < lags_.size(); ++l) {
      const auto from = static_cast<std::size_t>(waiting_times_[w]), to = from + static_cast<std::size_t>(lags_[l]);
      if (to > steps_) continue;
      double chi = 0;
      for (std::size_t s = from; s < to; ++s) chi += r(to, s);
      set_pair(w, l, c(to, from), r(to, from), learning_rate_ * chi, (c(to, to) + c(from, from)) / 2 - c(to, from));
    }
  }
}

void Observations::write(const ReplicaMean& mean, Solution& solution) const {
  for (std::size_t i = 0; i < of_steps.size(); ++i) {
    set_from(mean, step_position(i, 0), steps_ + 1, of_steps[i], solution);
  }
  if (pairs() == 0) return;
  for (std::size_t i = 0; i < of_pairs.size(); ++i) {
    set_from(mean, pair_position(i, 0), pairs(), of_pairs[i], solution);
  }
  std::vector<double> temperature, error;
  for (std::size_t pair = 0; pair < pairs(); ++pair) {
    const Ratio quotient = ratio(mean, pair_position(displacement, pair), pair_position(integrated_response, pair),
                                 pair_position(sum, pair));
    temperature.push_back(quotient.value);
    error.push_back(quotient.error);
  }
  solution.set("effective_temperature", std::move(temperature), std::move(error));
}

}  // namespace glasscape::gaussian_mixture
