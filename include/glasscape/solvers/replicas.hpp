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
  ReplicaMean() = default;
  /// What others have added up.
  ReplicaMean(long count, std::vector<double> mean, std::vector<double> squares);

  void add(std::span<const double> numbers);

  long count() const { return count_; }
  const std::vector<double>& mean() const { return mean_; }
  const std::vector<double>& squares() const { return squares_; }  ///< sums of the squared deviations from the mean
  /// One standard error of each mean; NaN below two replicas.
  std::vector<double> error() const;
  /// Sample variance of number `i`.
  double variance(std::size_t i) const;

 private:
  long count_ = 0;
  std::vector<double> mean_, squares_;
};

/// Sets an observable with own dimensions from `count` numbers of a mean, `first` onwards; errors where it has them.
void set_from(const ReplicaMean& mean, std::size_t first, std::size_t count, std::string_view output,
              Solution& solution);

/// The numbers of one replica, always as many: from its own random streams, with a checkpoint for long ones. Nothing
/// where it was stopped.
using Replica = std::function<std::optional<std::vector<double>>(std::uint32_t replica, Checkpoint& checkpoint)>;

/// Averages over the replicas 0 ... `replicas` − 1 (the parameter), one after the other; nothing where it was stopped,
/// in a replica or between two. What was averaged is kept as the state of the point, always, so that a point with more
/// replicas adds the missing ones: the same bits as all at once. Where runs keep the states of their ends (StepLoop,
/// `keep_state`), these are part of it: a point with a larger end takes the average anew, over runs that go on from
/// there. For that the parameters that grew have to be `continued`, and the lists may differ in values beyond the
/// former end only; else it starts anew. Collective on the team.
std::optional<ReplicaMean> average_over_replicas(const Parameters& parameters, PointContext& context,
                                                 const Replica& replica);

/// Whether a state that it left is of use to a point of these parameters.
bool average_goes_on(std::span<const std::byte> state, const Parameters& parameters);

/// The observable `samples`: how many replicas a mean was taken over.
Output samples_output();
void set_samples(const ReplicaMean& mean, Solution& solution);

/// A ratio of means with one standard error, correlations included.
struct Ratio {
  double value = not_a_number;
  double error = not_a_number;
};

/// The ratio of the means of numbers `above` and `below`; `sum` is the number that is the sum of both.
Ratio ratio(const ReplicaMean& mean, std::size_t above, std::size_t below, std::size_t sum);

}  // namespace glasscape
