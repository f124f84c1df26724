#include "glasscape/solvers/replicas.hpp"

#include <algorithm>
#include <cmath>

namespace glasscape {

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

std::optional<ReplicaMean> average_over_replicas(long count, const Replica& replica) {
  ReplicaMean mean;
  for (long i = 0; i < count; ++i) {
    const auto numbers = replica(static_cast<std::uint32_t>(i));
    if (!numbers) return std::nullopt;
    mean.add(*numbers);
  }
  return mean;
}

/// var(A/B) = var(A − qB)/B² to first order, with cov(A, B) from the variance of the sum.
Ratio ratio(const ReplicaMean& mean, std::size_t above, std::size_t below, std::size_t sum) {
  const double denominator = mean.mean()[below], quotient = mean.mean()[above] / denominator;
  const double covariance = (mean.variance(sum) - mean.variance(above) - mean.variance(below)) / 2;
  const double variance = mean.variance(above) - 2 * quotient * covariance + quotient * quotient * mean.variance(below);
  return {quotient, std::sqrt(std::max(variance, 0.0) / static_cast<double>(mean.count())) / std::abs(denominator)};
}

}  // namespace glasscape
