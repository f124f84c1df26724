#include "overlap_equation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace glasscape::spiked_matrix_tensor {

/// Near 0 what remains of A − L decides, near 1 what remains of L: two forms of the same.
double OverlapEquation::operator()(double x) const {
  ++evaluations_;
  const auto& [c, A, B, nu, level, excess] = terms_;
  if (x > 0.5) return std::pow(1 - x, c) * (A + B * std::pow(x, nu)) - level;
  const double drop = std::expm1(c * std::log1p(-x));  // (1 − x)^c − 1
  return excess + A * drop + (1 + drop) * B * std::pow(x, nu);
}

/// The derivative of the left side is −(1 − x)^(c−1) S(x), S(x) = cA − B x^(ν−1) [ν − (ν + c)x]; this is S(x), times
/// x^(1−ν) where ν < 1 to be finite at 0.
double OverlapEquation::derivative_factor(double x) const {
  ++evaluations_;
  const auto& [c, A, B, nu, level, excess] = terms_;
  return c * A * std::pow(x, std::max(1 - nu, 0.0)) - B * std::pow(x, std::max(nu - 1, 0.0)) * (nu - (nu + c) * x);
}

/// S falls up to x = (ν − 1)/(ν + c) and rises beyond: the left side has at most two stationary points.
std::vector<double> OverlapEquation::monotone_pieces() const {
  std::vector<double> breaks{0};
  if (terms_.nu > 1) breaks.push_back((terms_.nu - 1) / (terms_.nu + terms_.c));
  breaks.push_back(1);
  std::vector<double> pieces{0};
  for (const Root& root : roots_between([this](double x) { return derivative_factor(x); }, breaks)) {
    pieces.push_back(root.value);
  }
  pieces.push_back(1);
  return pieces;
}

std::vector<Root> OverlapEquation::solutions() const {
  auto roots = roots_between([this](double x) { return (*this)(x); }, monotone_pieces());
  for (Root& root : roots) root.error = std::min(1.0, root.error + error_at(root.value));
  return roots;
}

double OverlapEquation::error_at(double x) const {
  const auto& [c, A, B, nu, level, excess] = terms_;
  constexpr double epsilon = std::numeric_limits<double>::epsilon();
  const double shrink = std::pow(1 - x, c);
  const double constant = x > 0.5 ? level + A * shrink : std::abs(excess) + A * (1 - shrink);
  const double noise = 4 * epsilon * (constant + shrink * B * std::pow(x, nu));
  const double outer = std::pow(1 - x, c - 1);
  const double slope = outer * derivative_factor(x) / std::pow(x, std::max(1 - nu, 0.0));
  const double curvature = outer * B * nu * std::pow(x, nu - 2) * ((nu + c) * x - (nu - 1));  // where the slope is 0
  return rounding_error(noise, slope, curvature) + 2 * epsilon * x;
}

}  // namespace glasscape::spiked_matrix_tensor
