#include "glasscape/solvers/replicas.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include "glasscape/core/hash.hpp"

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

/// Hash of what each replica is asked for: the extendable parameters, which the point's key leaves out, but for
/// `replicas`, over which the state is continued.
std::uint64_t question_of(const Parameters& parameters) {
  Hash hash;
  const auto& inputs = parameters.schema().inputs;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].extendable || inputs[i].continued) continue;
    hash.add(inputs[i].name);
    inputs[i].kind == Kind::list ? hash.add(parameters.list(i)) : hash.add(parameters.scalar(i));
  }
  return hash.value();
}

/// The state of a point: what was averaged, then the state of the replica under way, whose checkpoint this is.
class AverageState final : public Checkpoint {
 public:
  AverageState(Checkpoint& point, std::uint64_t question, long replicas) : point_(point), question_(question) {
    const auto bytes = point.latest();
    if (bytes) read(*bytes);
    if (mean_.count() <= replicas) return;
    mean_ = {};
    under_way_.reset();
  }

  const ReplicaMean& mean() const { return mean_; }

  void add(const std::vector<double>& numbers) {
    mean_.add(numbers);
    under_way_.reset();
    is_safe_ = false;
  }

  std::optional<std::vector<std::byte>> latest() override { return under_way_; }
  void commit(std::span<const std::byte> state) override {
    under_way_.emplace(state.begin(), state.end());
    is_safe_ = false;
    commit();
  }

  void commit() {
    const bool is_empty = mean_.count() == 0 && !under_way_;
    if (is_safe_ || is_empty) return;
    const Header header{.question = question_,
                        .replicas = static_cast<std::uint64_t>(mean_.count()),
                        .numbers = mean_.mean().size(),
                        .has_one_under_way = under_way_.has_value() ? 1U : 0U};
    std::vector<std::byte> bytes;
    const auto append = [&](std::span<const std::byte> more) { bytes.insert(bytes.end(), more.begin(), more.end()); };
    append(std::as_bytes(std::span(&header, 1)));
    append(std::as_bytes(std::span(mean_.mean())));
    append(std::as_bytes(std::span(mean_.squares())));
    if (under_way_) append(*under_way_);
    point_.commit(bytes);
    is_safe_ = true;
  }

 private:
  struct Header {
    std::uint64_t question = 0;
    std::uint64_t replicas = 0;
    std::uint64_t numbers = 0;
    std::uint64_t has_one_under_way = 0;
  };

  /// What belongs to another question does not count.
  void read(std::span<const std::byte> bytes) {
    Header header;
    if (bytes.size() < sizeof header) return;
    std::memcpy(&header, bytes.data(), sizeof header);
    bytes = bytes.subspan(sizeof header);
    if (header.question != question_ || bytes.size() / (2 * sizeof(double)) < header.numbers) return;
    std::array<std::vector<double>, 2> sums;
    for (auto& numbers : sums) {
      numbers.resize(header.numbers);
      const auto taken = bytes.first(header.numbers * sizeof(double));
      if (!taken.empty()) std::memcpy(numbers.data(), taken.data(), taken.size());
      bytes = bytes.subspan(taken.size());
    }
    mean_ = {static_cast<long>(header.replicas), std::move(sums[0]), std::move(sums[1])};
    if (header.has_one_under_way != 0) under_way_.emplace(bytes.begin(), bytes.end());
    is_safe_ = true;
  }

  Checkpoint& point_;
  std::uint64_t question_;
  ReplicaMean mean_;
  std::optional<std::vector<std::byte>> under_way_;
  bool is_safe_ = false;  ///< stands in the point's checkpoint
};

}  // namespace

std::optional<ReplicaMean> average_over_replicas(const Parameters& parameters, PointContext& context,
                                                 const Replica& replica) {
  const long replicas = parameters.integer(replicas_name);
  AverageState state(context.checkpoint(), question_of(parameters), replicas);
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

/// var(A/B) = var(A − qB)/B² to first order, with cov(A, B) from the variance of the sum.
Ratio ratio(const ReplicaMean& mean, std::size_t above, std::size_t below, std::size_t sum) {
  const double denominator = mean.mean()[below], quotient = mean.mean()[above] / denominator;
  const double covariance = (mean.variance(sum) - mean.variance(above) - mean.variance(below)) / 2;
  const double variance = mean.variance(above) - 2 * quotient * covariance + quotient * quotient * mean.variance(below);
  return {quotient, std::sqrt(std::max(variance, 0.0) / static_cast<double>(mean.count())) / std::abs(denominator)};
}

}  // namespace glasscape
