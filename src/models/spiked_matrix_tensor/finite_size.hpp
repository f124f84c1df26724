#pragma once

#include <functional>
#include <memory>

#include "glasscape/core/solver.hpp"
#include "glasscape/solvers/finite_size/sphere_motion.hpp"
#include "observations.hpp"

namespace glasscape::spiked_matrix_tensor {

/// Makes the dynamics of one sample.
using MakeMotion = std::function<std::unique_ptr<finite_size::SphereMotion>(
    finite_size::Force force, PointContext& context, std::uint32_t replica)>;

/// Averages what is observed of a dynamics over samples of the disorder. Where it is stopped, a sample under way goes
/// on from the last time of observation; to a later end all go on from the last one before the former end.
Solution average_over_samples(const Parameters& parameters, const Clock& clock, const MakeMotion& make,
                              PointContext& context);

/// What that takes with so many evaluations of the force in a run.
Cost finite_size_cost(const Parameters& parameters, const Clock& clock, double evaluations);

}  // namespace glasscape::spiked_matrix_tensor
