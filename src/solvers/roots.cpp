#include "glasscape/solvers/roots.hpp"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>
#include <limits>

namespace glasscape {

namespace {

bool opposite_signs(double a, double b) { return (a < 0 && b > 0) || (a > 0 && b < 0); }

Root bracketed_root(const RealFunction& f, double lower, double upper, double f_lower, double f_upper) {
  const boost::math::tools::eps_tolerance<double> to_the_last_bits(std::numeric_limits<double>::digits);
  std::uintmax_t steps = 200;
  const auto [left, right] =
      boost::math::tools::toms748_solve(f, lower, upper, f_lower, f_upper, to_the_last_bits, steps);
  return {.value = left + (right - left) / 2, .error = (right - left) / 2};
}

}  // namespace

Root monotone_root(const RealFunction& f, double lower, double upper) {
  const double f_lower = f(lower);
  const double f_upper = f(upper);
  if (opposite_signs(f_lower, f_upper)) return bracketed_root(f, lower, upper, f_lower, f_upper);
  return {.value = std::abs(f_lower) <= std::abs(f_upper) ? lower : upper};
}

std::vector<Root> roots_between(const RealFunction& f, std::span<const double> breaks) {
  std::vector<Root> roots;
  double f_left = f(breaks.front());
  for (std::size_t i = 1; i < breaks.size(); ++i) {
    const double f_right = f(breaks[i]);
    if (opposite_signs(f_left, f_right)) {
      roots.push_back(bracketed_root(f, breaks[i - 1], breaks[i], f_left, f_right));
    } else if (f_right == 0 && i + 1 < breaks.size()) {
      roots.push_back({.value = breaks[i]});
    }
    f_left = f_right;
  }
  return roots;
}

double rounding_error(double noise, double slope, double curvature) {
  return noise / std::max(std::abs(slope), std::sqrt(2 * noise * std::abs(curvature)));
}

}  // namespace glasscape
