#pragma once

#include <memory>

#include "glasscape/solvers/two_time/dynamics.hpp"

namespace glasscape::two_time {

/// The row-implicit march in logarithmic time (march.hpp), up a ladder of resolutions until two neighbours
/// agree; their difference estimates the error. Goes on from the state that a stop left; a state kept of a finished
/// point goes on to a larger t_max.
std::unique_ptr<Dynamics> log_time(const Equations& equations, const Options& options, PointContext& context);

}  // namespace glasscape::two_time
