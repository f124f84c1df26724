#pragma once

#include <optional>

#include "glasscape/report/crossing.hpp"

namespace glasscape::report {

enum class Side { below, above };  ///< of the divergence, on which the time is finite

/// A fit of t = A |x - x_c|^-nu, with one standard error each.
struct Divergence {
  double x_c = 0;
  double x_c_error = 0;
  double exponent = 0;  ///< nu
  double exponent_error = 0;
  double amplitude = 0;   ///< A
  double chi_square = 0;  ///< a degree of freedom; of the relative deviations where the times have no errors
  Side side = Side::below;
};

/// The fewest points that a fit of three parameters can say errors of.
inline constexpr std::size_t fewest_for_divergence = 4;

/// Fits the logarithm of positive times by weighted least squares: for each x_c a straight line in ln |x - x_c|, and
/// over x_c the smallest sum of squares. The errors are those of the linearised problem, J^T W J, times the square root
/// of chi_square where that is larger than 1 or the times have no errors. `bound`, where finite, is the nearest
/// position at which there is no finite time any more. Nothing where there are too few points, where the time does not
/// grow toward that side, and where the best x_c is the last point, far away, or past the bound by three errors.
std::optional<Divergence> fit_divergence(const Profile& times, Side side, double bound);

/// The side from which the time grows: the larger time lies at the end nearer to the divergence.
Side side_of(const Profile& times);

}  // namespace glasscape::report
