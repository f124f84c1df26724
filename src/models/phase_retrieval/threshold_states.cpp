#include "glasscape/models/phase_retrieval/threshold_states.hpp"

#include <algorithm>
#include <array>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace glasscape::phase_retrieval {

namespace {

constexpr double end = 9;  // of normal numbers: beyond lie 1e-19 of them

/// Averages over y and, weighted, over z.
struct Averages {
  double force = 0;        // E<l'²>
  double marginality = 0;  // E<(χf/(1+χf))²>
  double signal = 0;       // E<(1−y²) χf/(1+χf)>
  double loss = 0;         // E<l>

  void add(double weight, const Averages& other) {
    force += weight * other.force;
    marginality += weight * other.marginality;
    signal += weight * other.signal;
    loss += weight * other.loss;
  }
};

/// Calls f(x, weight) at the points of Gauss's rule on [0, to], in `parts` equal ones.
template <class F>
void for_gauss(double to, int parts, const F& f) {
  using Rule = boost::math::quadrature::gauss<double, 30>;
  const double half = to / (2 * parts);
  for (int part = 0; part < parts; ++part) {
    const double middle = (2 * part + 1) * half;
    for (std::size_t i = 0; i < Rule::abscissa().size(); ++i) {
      const double x = Rule::abscissa()[i], weight = half * Rule::weights()[i];
      f(middle + half * x, weight);
      f(middle - half * x, weight);
    }
  }
}

double border_of(double chi) { return 1 / (2 * std::sqrt(chi)); }

/// The averages over z at one y, as integrals over a > 0, where z = a + χl'(a) > 0: dz = (1 + χf) da. They begin at a₀,
/// a₀² = y² − 1/(4χ) where that is positive. There 1 + χf is small for y at a small distance from the border 1/(2√χ),
/// on a scale of a that a = a₀ + scale × sinh θ follows.
Averages over_z(double chi, double s, double distance, int parts) {
  const double border = border_of(chi), y = border + distance, square = distance * (border + y);
  const double first = std::sqrt(std::max(square, 0.0));
  const double scale = std::max(square > 0 ? first : std::sqrt(-square / 3), 1e-150);
  const auto field = [=](double a) { return a + 4 * chi * a * (a * a - y * y); };
  double last = first + 1;
  while (field(last) < end) last += 1;
  double norm = 0;
  Averages sum;
  for_gauss(std::asinh((last - first) / scale), parts, [&](double theta, double weight) {
    const double a = first + scale * std::sinh(theta), z = field(a);
    const double loss = (y * y - a * a) * (y * y - a * a), force = 4 * a * (a * a - y * y);
    const double softness = 4 * chi * (3 * a * a - square);  // 1 + χf
    const double value = loss + chi * force * force / 2;
    const double density = weight * scale * std::cosh(theta) * softness * std::exp(-z * z / 2 - s * value);
    const double ratio = (softness - 1) / softness;
    norm += density;
    sum.add(density, {force * force, ratio * ratio, (1 - y * y) * ratio, loss});
  });
  Averages mean;
  mean.add(1 / norm, sum);
  return mean;
}

/// y below and above the border, from which square roots of the distance start.
Averages averages(double chi, double s, int parts) {
  const double border = border_of(chi);
  Averages sum;
  for (const double side : {-1.0, 1.0}) {
    const double width = side < 0 ? border : end - border;
    for_gauss(1, parts, [&](double u, double weight) {
      const double distance = side * width * u * u, y = border + distance;
      const double density = 2 * std::exp(-y * y / 2) / std::sqrt(2 * std::numbers::pi);
      sum.add(weight * 2 * u * width * density, over_z(chi, s, distance, 4 * parts));
    });
  }
  return sum;
}

using Pair = std::array<double, 2>;

/// Newton's method with derivatives by differences for two equations.
template <class Equations>
Pair solve(const Equations& equations, Pair x) {
  for (int iteration = 0; iteration < 30; ++iteration) {
    const Pair value = equations(x);
    std::array<Pair, 2> column;
    for (std::size_t j = 0; j < 2; ++j) {
      const double step = 1e-6 * x[j];
      Pair above = x, below = x;
      above[j] += step;
      below[j] -= step;
      const Pair up = equations(above), down = equations(below);
      for (std::size_t i = 0; i < 2; ++i) column[j][i] = (up[i] - down[i]) / (2 * step);
    }
    const double determinant = column[0][0] * column[1][1] - column[0][1] * column[1][0];
    const Pair change{(value[0] * column[1][1] - column[1][0] * value[1]) / determinant,
                      (column[0][0] * value[1] - value[0] * column[0][1]) / determinant};
    double largest = 0;
    for (std::size_t i = 0; i < 2; ++i) {
      largest = std::max(largest, std::abs(change[i] / x[i]));
      x[i] -= std::clamp(change[i], -0.3 * x[i], 0.3 * x[i]);
    }
    if (largest < 1e-12) return x;
    if (!std::isfinite(largest)) break;
  }
  throw std::runtime_error("no marginal states were found");
}

constexpr Pair near_threshold{0.03, 0.04};  // χ and s for α ~ 13
constexpr int parts = 4;

/// With α from (ii): (i) and (iii).
double threshold_alpha(int quadrature_parts) {
  const auto equations = [=](const Pair& x) {
    const Averages mean = averages(x[0], x[1], quadrature_parts);
    return Pair{x[0] * (x[0] + x[1]) * mean.force / mean.marginality - 1, mean.signal / mean.marginality - 1};
  };
  const Pair found = solve(equations, near_threshold);
  return 1 / averages(found[0], found[1], quadrature_parts).marginality;
}

}  // namespace

ThresholdStates threshold_states(double alpha) {
  const auto equations = [=](const Pair& x) {
    const Averages mean = averages(x[0], x[1], parts);
    return Pair{alpha * x[0] * (x[0] + x[1]) * mean.force - 1, alpha * mean.marginality - 1};
  };
  const Pair found = solve(equations, near_threshold);
  const Averages mean = averages(found[0], found[1], parts);
  return {found[0], found[1], alpha * mean.loss, alpha * mean.signal};
}

Root gradient_descent_threshold() {
  const double coarse = threshold_alpha(parts / 2), fine = threshold_alpha(parts);
  return {fine, std::abs(fine - coarse) + 1e-10};
}

}  // namespace glasscape::phase_retrieval
