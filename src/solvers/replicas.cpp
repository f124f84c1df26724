#include "glasscape/solvers/replicas.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "glasscape/core/hash.hpp"
#include "glasscape/core/observation_times.hpp"
#include "glasscape/solvers/numbers.hpp"

namespace glasscape {

ReplicaMean::ReplicaMean(long count, std::vector<double> mean, std::vector<double> squares)
    : count_(count), mean_(std::move(mean)), squares_(std::move(squares)) {}

void ReplicaMean::add(std::span<const double> numbers) {
  mean_.resize(numbers.size(), 0.0);
  squares_.resize(numbers.size(), 0.0);
  ++count_;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const double difference = numbers[i] - mean_[i];
    mean_[i] += difference / static_cast<double>(count_);
    squares_[i] += difference * (numbers[i] - mean_[i]);
  }
}

double ReplicaMean::variance(std::size_t i) const {
  return count_ < 2 ? not_a_number : squares_[i] / static_cast<double>(count_ - 1);
}

std::vector<double> ReplicaMean::error() const {
  std::vector<double> error(mean_.size());
  for (std::size_t i = 0; i < error.size(); ++i) error[i] = std::sqrt(variance(i) / static_cast<double>(count_));
  return error;
}

void set_from(const ReplicaMean& mean, std::size_t first, std::size_t count, std::string_view output,
              Solution& solution) {
  const auto part = [=](const std::vector<double>& all) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(first);
    return std::vector(begin, begin + static_cast<std::ptrdiff_t>(count));
  };
  solution.set(output, part(mean.mean()), part(mean.error()));
}

Output samples_output() { return {.name = "samples", .doc = "number of samples that means and errors are taken over"}; }

void set_samples(const ReplicaMean& mean, Solution& solution) {
  solution.set("samples", static_cast<double>(mean.count()));
}

namespace {

/// What each replica is asked for: the extendable parameters, by position, which the point's key leaves out, but for
/// `replicas`. A number is a list of one.
using Question = std::vector<std::vector<double>>;

Question question_of(const Parameters& parameters) {
  const auto& inputs = parameters.schema().inputs;
  Question question(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].extendable || inputs[i].name == replicas_name) continue;
    const auto list = parameters.list(i);
    question[i] =
        inputs[i].kind == Kind::list ? std::vector(list.begin(), list.end()) : std::vector{parameters.scalar(i)};
  }
  return question;
}

/// Whether the lists begin alike, with all that they have below a value.
bool agree_below(double limit, std::span<const double> a, std::span<const double> b) {
  const std::size_t common = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
  const auto lies_beyond = [limit](double value) { return value >= limit; };
  return std::ranges::all_of(a.subspan(common), lies_beyond) && std::ranges::all_of(b.subspan(common), lies_beyond);
}

/// Below which value all of a list was passed by a run to the former end: lags by those from the earliest waiting time.
double passed(const Input& list, const Question& former, const Question& now, const Schema& schema) {
  const auto end = list.bound ? former[schema.input_position(list.bound->parameter)] : std::vector<double>{};
  if (end.empty()) return infinity;
  if (list.name != lags_name) return end.front();
  const auto& waiting_times = now[schema.input_position(waiting_times_name)];
  return waiting_times.empty() ? 0 : end.front() - std::ranges::min(waiting_times);
}

/// Whether a run that was asked the former question is the beginning of one that is asked the present one: the end is
/// no earlier, and what is to be observed before the former end was observed then.
bool is_beginning(const Question& former, const Question& now, const Schema& schema) {
  for (std::size_t i = 0; i < now.size(); ++i) {
    const Input& input = schema.inputs[i];
    if (former[i] == now[i]) continue;
    if (!input.continued) return false;
    const bool goes_on = input.kind == Kind::list ? agree_below(passed(input, former, now, schema), former[i], now[i])
                                                  : former[i].front() <= now[i].front();
    if (!goes_on) return false;
  }
  return true;
}

/// What a point has of its replicas: the mean over those that are through, and states of runs, by replica, empty where
/// there is none.
struct Average {
  ReplicaMean mean = {};
  std::vector<std::vector<std::byte>> runs = {};

  bool is_empty() const {
    return mean.count() == 0 && std::ranges::all_of(runs, [](const auto& run) { return run.empty(); });
  }
};

/// Goes through a state of a point.
void carry(Numbers& numbers, Question& question, Average& average) {
  numbers.carry_list(question, [&](std::vector<double>& values) { numbers.carry(values); });
  long count = average.mean.count();
  std::vector<double> mean = average.mean.mean(), squares = average.mean.squares();
  numbers.carry(count);
  numbers.carry(mean);
  numbers.carry(squares);
  average.mean = {count, std::move(mean), std::move(squares)};
  numbers.carry_list(average.runs, [&](std::vector<std::byte>& run) { numbers.carry_state(run); });
}

/// First number of a state: how it is written, and of which parameters.
double mark_of(const Schema& schema) {
  Hash hash;
  hash.add("mean and runs 1");
  for (const Input& input : schema.inputs) hash.add(input.name);
  return static_cast<double>(hash.value() >> 11);  // exact
}

/// What a state holds for a point: nothing where it is of no use to it, runs alone where their ends are earlier.
Average average_in(std::span<const std::byte> state, const Parameters& parameters) try {
  NumberReader reader(state);
  if (reader.number() != mark_of(parameters.schema())) return {};
  const Question now = question_of(parameters);
  Question former;
  Average average;
  carry(reader, former, average);
  if (!is_beginning(former, now, parameters.schema())) return {};
  const long replicas = parameters.integer(replicas_name);
  if (former != now || average.mean.count() > replicas) average.mean = {};
  if (average.runs.size() > static_cast<std::size_t>(replicas)) average.runs.resize(static_cast<std::size_t>(replicas));
  return average;
} catch (const std::out_of_range&) {
  return {};
}

/// The average of a point, in its checkpoint; and the checkpoint of the replica under way, the first that is not
/// through.
class AverageState final : public Checkpoint {
 public:
  AverageState(Checkpoint& point, const Parameters& parameters) : point_(point), parameters_(parameters) {
    if (const auto state = point.latest()) average_ = average_in(*state, parameters);
  }

  const ReplicaMean& mean() const { return average_.mean; }

  /// The replica under way is through; its state stays where that is its end.
  void add(const std::vector<double>& numbers) {
    if (!is_end_) set_run({});
    is_end_ = false;
    average_.mean.add(numbers);
    is_safe_ = false;
  }

  std::optional<std::vector<std::byte>> latest() override {
    const auto& runs = average_.runs;
    if (under_way() >= runs.size() || runs[under_way()].empty()) return std::nullopt;
    return runs[under_way()];
  }
  void commit(std::span<const std::byte> state) override {
    set_run(state);
    is_end_ = false;
    commit();
  }
  void keep(std::span<const std::byte> state) override {
    set_run(state);
    is_end_ = true;
  }

  void commit() {
    if (is_safe_ || average_.is_empty()) return;
    Question question = question_of(parameters_);
    NumberCounter counter;
    carry(counter, question, average_);
    NumberWriter writer;
    writer.reserve(1 + counter.count());
    writer.add(mark_of(parameters_.schema()));
    carry(writer, question, average_);
    point_.commit(writer.bytes());
    is_safe_ = true;
  }

 private:
  std::size_t under_way() const { return static_cast<std::size_t>(average_.mean.count()); }

  void set_run(std::span<const std::byte> state) {
    auto& runs = average_.runs;
    if (runs.size() <= under_way()) runs.resize(under_way() + 1);
    runs[under_way()].assign(state.begin(), state.end());
    while (!runs.empty() && runs.back().empty()) runs.pop_back();
    is_safe_ = false;
  }

  Checkpoint& point_;
  const Parameters& parameters_;
  Average average_;
  bool is_end_ = false;  ///< the state of the run under way is that of its end
  bool is_safe_ = true;  ///< what the point's checkpoint holds leads here
};

}  // namespace

std::optional<ReplicaMean> average_over_replicas(const Parameters& parameters, PointContext& context,
                                                 const Replica& replica) {
  const long replicas = parameters.integer(replicas_name);
  AverageState state(context.checkpoint(), parameters);
  while (state.mean().count() < replicas) {
    std::optional<std::vector<double>> numbers;
    if (!context.should_stop()) numbers = replica(static_cast<std::uint32_t>(state.mean().count()), state);
    if (!numbers) {
      state.commit();
      return std::nullopt;
    }
    state.add(*numbers);
    if (context.checkpoint_is_due()) state.commit();
  }
  state.commit();
  return state.mean();
}

bool average_goes_on(std::span<const std::byte> state, const Parameters& parameters) {
  return !average_in(state, parameters).is_empty();
}

/// var(A/B) = var(A − qB)/B² to first order, with cov(A, B) from the variance of the sum.
Ratio ratio(const ReplicaMean& mean, std::size_t above, std::size_t below, std::size_t sum) {
  const double denominator = mean.mean()[below], quotient = mean.mean()[above] / denominator;
  const double covariance = (mean.variance(sum) - mean.variance(above) - mean.variance(below)) / 2;
  const double variance = mean.variance(above) - 2 * quotient * covariance + quotient * quotient * mean.variance(below);
  return {quotient, std::sqrt(std::max(variance, 0.0) / static_cast<double>(mean.count())) / std::abs(denominator)};
}

}  // namespace glasscape
