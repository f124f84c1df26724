#pragma once

#include <cstddef>
#include <memory>

#include "glasscape/solvers/two_time/dynamics.hpp"

namespace glasscape::two_time {

/// The implicit trapezoidal rule on the grid t = kh, h = t_max / steps; every integral is the trapezoidal sum over the
/// same grid. At a grid point the error of every quantity is a series in h²: breaks of smoothness (s = t, s = 0) lie on
/// grid lines, and step and sums are symmetric. Between grid points quantities are interpolated to the ninth order.
/// Ends before t_max where `options.enough` says so (5 % later), or where the corrections of a row do not converge
/// (h > 1/μ or so). Time ~ steps³, memory 8 steps² bytes.
std::shared_ptr<const Run> uniform_run(const Equations& equations, const Options& options, std::size_t steps);

/// The slow and obvious scheme: uniform runs of which each halves the step of the one before, until the Romberg
/// extrapolation of the last three (error ~ h⁶) is right to a third of `options.tolerance`: relatively in multiplier,
/// overlaps and the memory integrals of which energies are made, and to 4 max(C, 1e-4) in C(t,0). The error of a
/// quantity is three times what a fourth, coarser run changes in it: mostly ten times too large. No grid has more than
/// 3200 steps; what they cannot reach stands in trouble(). Nothing where the sweep stops: a state then goes on from the
/// last row, towards the same t_max.
std::unique_ptr<Dynamics> uniform(const Equations& equations, const Options& options, PointContext& context);

}  // namespace glasscape::two_time
