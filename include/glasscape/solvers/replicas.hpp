#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "glasscape/core/point_context.hpp"

namespace glasscape {

/// Mean and variance of numbers over independent replicas, as they come (Welford).
class ReplicaMean {
 public:
  void add(std::span<const double> numbers);

  long count() const { return count_; }
  const std::vector<double>& mean() const { return mean_; }
  /// One standard error of each mean; NaN below two replicas.
  std::vector<double> error() const;
  /// Sample variance of number `i`.
  double variance(std::size_t i) const;

 private:
  long count_ = 0;
  std::vector<double> mean_, squares_;  // squares of the deviations from the mean
};

/// Sets an observable with own dimensions from `count` numbers of a mean, `first` onwards; errors where it has them.
void set_from(const ReplicaMean& mean, std::size_t first, std::size_t count, std::string_view output,
              Solution& solution);

/// What one replica gives; nothing where it was stopped.
using Replica = std::function<std::optional<std::vector<double>>(std::uint32_t replica)>;

/// Runs `count` replicas; nothing where one was stopped.
std::optional<ReplicaMean> average_over_replicas(long count, const Replica& replica);

/// A ratio of means with one standard error, correlations included.
struct Ratio {
  double value = not_a_number;
  double error = not_a_number;
};

/// The ratio of the means of numbers `above` and `below`; `sum` is the number that is the sum of both.
Ratio ratio(const ReplicaMean& mean, std::size_t above, std::size_t below, std::size_t sum);

}  // namespace glasscape
