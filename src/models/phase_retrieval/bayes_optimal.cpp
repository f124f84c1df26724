#include "glasscape/models/phase_retrieval/bayes_optimal.hpp"

#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/tools/minima.hpp>
#include <cmath>
#include <limits>
#include <numbers>

namespace glasscape::phase_retrieval {

namespace {

constexpr double end = 9;  // of normal numbers: beyond lie 1e-19 of them

double normal_density(double x) { return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi); }

/// ∫ f over [from, to] in equal parts by Gauss's rule.
template <class F>
double integral(const F& f, double from, double to, int parts) {
  double sum = 0;
  for (int i = 0; i < parts; ++i) {
    const double left = from + (to - from) * i / parts, right = from + (to - from) * (i + 1) / parts;
    sum += boost::math::quadrature::gauss<double, 30>::integrate(f, left, right);
  }
  return sum;
}

/// E sech²(A + √A ξ), ξ normal: the error that is left on a sign of which noise of strength A tells.
double sign_error(double a) {
  const double root = std::sqrt(a);
  return integral(
      [=](double x) {
        const double cosh = std::cosh(a + root * x);
        return normal_density(x) / (cosh * cosh);
      },
      -end, end, 8);  // the peak at −√A is 1/√A wide
}

/// m̂/α = {1 − m − E z² sech²(zw/(1−m))}/(1 − m)², where zw/(1−m) = A + √A ξ with A = mz²/(1−m).
double information(double m) {
  const double v = 1 - m, ratio = m / v;
  const double reach = std::min(end, std::sqrt(80 / ratio));  // sign_error ~ exp(−A/2) is 1e-17 there
  const double error =
      2 * integral([=](double z) { return normal_density(z) * z * z * sign_error(ratio * z * z); }, 0, reach, 3);
  return (v - error) / (v * v);
}

constexpr double smallest = 1e-6;  // below, α = 1/2 up to rounding: 1 − m − E … ~ 2m²
constexpr double error_of_alpha = 1e-12;

}  // namespace

double alpha_of_overlap(double overlap) { return overlap / ((1 - overlap) * information(overlap)); }

const Spinodal& amp_spinodal() {
  static const Spinodal found = [] {
    constexpr int bits = std::numeric_limits<double>::digits / 2;
    const auto [overlap, minus] =
        boost::math::tools::brent_find_minima([](double m) { return -alpha_of_overlap(m); }, 0.5, 0.99, bits);
    return Spinodal{.overlap = overlap, .alpha = {-minus, error_of_alpha}};
  }();
  return found;
}

Root uninformative_overlap(double alpha) {
  const Spinodal& spinodal = amp_spinodal();
  if (alpha > spinodal.alpha.value) return {1, 0};
  const auto excess = [=](double m) { return alpha_of_overlap(m) - alpha; };
  if (excess(smallest) >= 0) return {0, alpha <= 0.5 ? 0 : smallest};
  Root root = monotone_root(excess, smallest, spinodal.overlap);
  const double step = 1e-5 * root.value;
  const double slope = (excess(root.value + step) - excess(root.value - step)) / (2 * step);
  root.error += error_of_alpha / std::abs(slope);
  return root;
}

Root informative_overlap(double alpha) { return alpha > 1 ? Root{1, 0} : uninformative_overlap(alpha); }

}  // namespace glasscape::phase_retrieval
