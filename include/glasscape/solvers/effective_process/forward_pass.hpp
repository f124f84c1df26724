#pragma once

#include <optional>

#include "glasscape/core/random.hpp"
#include "glasscape/solvers/effective_process/dynamics.hpp"
#include "glasscape/solvers/step_loop.hpp"

namespace glasscape::effective_process {

/// The number of paths that a forward pass takes when asked for `paths`: the next power of two.
std::size_t paths_taken(std::size_t paths);

/// The fewest paths that so many steps of samples of so many classes need.
std::size_t fewest_paths(std::size_t steps, std::size_t classes);

/// Bytes that a forward pass needs.
double forward_pass_bytes(std::size_t paths, std::size_t steps);

/// Solves the problem in one causal pass: N paths are advanced together, and what the averages at a step need, the
/// paths have reached by then. O(T²N) operations, O(TN) memory; errors of order 1/√N, of which independent passes tell.
/// Nothing where the loop was stopped. Throws std::domain_error where there are too few paths for the steps.
std::optional<Dynamics> forward_pass(const Problem& problem, std::size_t paths, RandomStream random,
                                     const StepLoop& loop = {});

}  // namespace glasscape::effective_process
