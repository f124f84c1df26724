#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "glasscape/core/solver.hpp"
#include "glasscape/solvers/effective_process/dynamics.hpp"
#include "glasscape/solvers/replicas.hpp"

namespace glasscape::effective_process {

/// Of samples: how many, and the parameters that this depends on.
struct Classes {
  std::vector<std::string> inputs = {};
  std::function<std::size_t(const Parameters&)> count = [](const Parameters&) { return std::size_t{1}; };
};

/// Adds the parameters of an average over independent forward passes: `paths`, of each, and `replicas`; and the rule
/// that paths are enough for the steps.
void add_pass_inputs(Schema& schema, double paths, const Classes& classes = {});

/// Of such an average.
Cost cost_of_passes(const Parameters& parameters);

/// The mean over forward passes of the numbers that each gives, always as many; nothing where it was stopped.
std::optional<ReplicaMean> average_over_passes(const Parameters& parameters, PointContext& context,
                                               const Problem& problem,
                                               const std::function<std::vector<double>(const Dynamics&)>& numbers_of);

}  // namespace glasscape::effective_process
