#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "glasscape/core/solver.hpp"
#include "glasscape/solvers/effective_process/dynamics.hpp"
#include "glasscape/solvers/replicas.hpp"

namespace glasscape::effective_process {

/// Adds the parameters of an average over independent forward passes: `paths`, of each, and `replicas`.
void add_pass_inputs(Schema& schema, double paths);

/// Of such an average.
Cost cost_of_passes(const Parameters& parameters);

/// The mean over forward passes of the numbers that each gives, always as many; nothing where it was stopped.
std::optional<ReplicaMean> average_over_passes(const Parameters& parameters, PointContext& context,
                                               const Problem& problem,
                                               const std::function<std::vector<double>(const Dynamics&)>& numbers_of);

}  // namespace glasscape::effective_process
