#pragma once

#include <functional>
#include <span>
#include <vector>

namespace glasscape {

using RealFunction = std::function<double(double)>;

/// A zero of a function of one variable.
struct Root {
  double value = 0;
  double error = 0;  ///< absolute, an estimate
};

/// The zero of `f` in [lower, upper], where f is monotone, to machine precision (TOMS 748). Where f has one sign only,
/// because rounding hides a zero at an end, it is the end with the smaller |f|. The error is half the last bracket.
Root monotone_root(const RealFunction& f, double lower, double upper);

/// All zeros of `f` strictly between the first and the last of `breaks`, ascending; f is monotone between neighbours.
/// A zero at an inner break, where f touches, counts once.
std::vector<Root> roots_between(const RealFunction& f, std::span<const double> breaks);

/// How far rounding moves a zero of a function that is known to ± `noise`, with these derivatives at the zero:
/// noise/|slope|, and √(2 noise/|curvature|) where two zeros nearly merge.
double rounding_error(double noise, double slope, double curvature);

}  // namespace glasscape
