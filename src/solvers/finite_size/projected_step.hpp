#pragma once

#include <span>

namespace glasscape::finite_size {

/// Puts the points back on the sphere after a step to time t. Throws std::runtime_error where the step took one of them
/// further out than twice its radius, or to where numbers end.
void project_step(double t, std::span<double> points, std::size_t dimension);

}  // namespace glasscape::finite_size
