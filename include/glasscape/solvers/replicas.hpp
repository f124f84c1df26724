#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "glasscape/core/parameters.hpp"
#include "glasscape/core/point_context.hpp"

namespace glasscape {

/// The parameter `replicas` of a finite-size solver: how many samples of the disorder a point averages over.
Input replicas_input(long fallback = 1);

/// Averages over the samples of one point.
struct SampleAverage {
  std::size_t samples = 0;
  std::vector<double> mean;
  /// s/√n with s² = Σ(x − mean)²/(n − 1) over the n samples; infinite for a single one.
  std::vector<double> standard_error;
};

/// Computes the numbers of one sample, always the same ones: with the random streams of `replica`, and with a
/// checkpoint for long samples. Nothing where it was stopped, after a commit.
using Sample = std::function<std::optional<std::vector<double>>(std::uint32_t replica, Checkpoint& checkpoint)>;

/// Averages over the samples 0 ... replicas − 1, one after the other. What was averaged is kept as the state of the
/// point, always, so that a point with more replicas adds the missing ones: the same bits as all at once. Where another
/// extendable parameter than `replicas` is another one, or fewer replicas are asked for, it starts anew. Between
/// samples it stops when asked, and then returns nothing. Collective on the team.
std::optional<SampleAverage> average_over_replicas(const Parameters& parameters, PointContext& context,
                                                   const Sample& sample);

}  // namespace glasscape
