#include "glasscape/models/spiked_matrix_tensor/fixed_points.hpp"

#include <algorithm>
#include <boost/math/tools/minima.hpp>
#include <cmath>
#include <limits>

#include "overlap_equation.hpp"

namespace glasscape::spiked_matrix_tensor {

namespace {

/// 1/Δ₂, 1/Δp and 1/Δ₂ − 1, times the smallest of Δ₂, Δp and 1: no variance is too small or too large.
struct Strengths {
  explicit Strengths(const Covariance& q)
      : scale(std::min({q.delta2(), q.deltap(), 1.0})),
        matrix(scale / q.delta2()),
        tensor(scale / q.deltap()),
        matrix_excess(std::isinf(q.delta2()) ? -scale : matrix * (1 - q.delta2())) {}

  double scale;
  double matrix;
  double tensor;
  double matrix_excess;
};

/// Whether iteration from m → 0+ returns to 0. At Δ₂ = 1 the next order decides, m ← m + (1/Δ₃ − 1)m² for p = 3.
bool zero_is_stable(const Covariance& q, const Strengths& s) {
  if (q.p() == 2) return s.matrix_excess + s.tensor <= 0;
  if (q.p() == 3 && q.delta2() == 1) return q.deltap() >= 1;
  return q.delta2() >= 1;
}

FixedPoint fixed_point(const Covariance& q, const Strengths& s, const Root& root) {
  const double mmse = s.scale / (s.matrix + s.tensor * std::pow(root.value, q.p() - 2));
  const double overlap = mmse < 0.5 ? 1 - mmse : root.value;
  return {.overlap = overlap, .error = root.error, .mmse = mmse, .free_entropy = q.free_entropy(overlap, mmse)};
}

/// The condition on q at the fixed points of AMP at temperature T, as a function of m > 0, by which χ = (1 − q)/T is
/// m/Q'(m): q − m² − χ²Q'(q). Where q would be negative there is no such state.
double recovered_state_equation(const Covariance& q, double temperature, double m) {
  const double chi = m / q.derivative(m);
  const double self_overlap = 1 - temperature * chi;
  if (!(self_overlap > 0)) return -1;
  return self_overlap - m * m - chi * chi * q.derivative(self_overlap);
}

/// The largest zero in (0, 1) of `f`, which is negative at 1; 0 where there is none.
double last_zero(const RealFunction& f) {
  constexpr int steps = 1000;
  for (int i = steps - 1; i > 0; --i) {
    const double lower = (i - 1.0) / steps;
    const double m = static_cast<double>(i) / steps;
    if (f(m) >= 0) return monotone_root(f, m, m + 1.0 / steps).value;
    if (i == 1 || f(m) < f(lower) || f(m) < f(m + 1.0 / steps)) continue;
    // a maximum below zero on the grid: two zeros may hide beside it
    const auto top = boost::math::tools::brent_find_minima([&](double x) { return -f(x); }, lower, m + 1.0 / steps, 52);
    if (top.second < 0) return monotone_root(f, top.first, m + 1.0 / steps).value;
  }
  return 0;
}

}  // namespace

BayesOptimal bayes_optimal(const Covariance& q) {
  const Strengths s(q);
  const OverlapEquation equation(
      {.c = 1, .A = s.matrix, .B = s.tensor, .nu = q.p() - 2.0, .level = s.scale, .excess = s.matrix_excess});
  BayesOptimal found;
  for (const Root& root : equation.solutions()) found.positive.push_back(fixed_point(q, s, root));
  found.evaluations = equation.evaluations();
  if (found.positive.empty()) return found;
  found.informative = found.positive.back();
  if (!zero_is_stable(q, s)) found.uninformative = found.positive.front();
  return found;
}

Root maximum_likelihood_overlap(const Covariance& q) {
  const Strengths s(q);
  const double total = s.matrix + s.tensor;
  if (total == 0) return {};
  // Q'(m)²(1 − m²) = m² Q'(1), divided by m² Q'(1)², and its square root taken.
  const double matrix = s.matrix / total;
  const double level = std::sqrt(s.scale / total);
  const auto squares = OverlapEquation({.c = 0.5,
                                        .A = matrix,
                                        .B = s.tensor / total,
                                        .nu = (q.p() - 2) / 2.0,
                                        .level = level,
                                        .excess = matrix - level})
                           .solutions();
  if (squares.empty() || squares.back().value == 0) return {};
  const double overlap = std::sqrt(squares.back().value);
  const double error = squares.back().error;
  return {.value = overlap, .error = std::min(std::sqrt(error), error / (2 * overlap))};
}

double recovered_overlap(const Covariance& q, double temperature) {
  if (temperature == 1) return bayes_optimal(q).informative.overlap;
  if (temperature == 0) return maximum_likelihood_overlap(q).value;
  return last_zero([&](double m) { return recovered_state_equation(q, temperature, m); });
}

std::vector<Root> marginal_overlaps(const Covariance& q, double temperature) {
  const Strengths s(q);
  const double level = s.scale * temperature * temperature;
  if (level == 0) return {{.value = 1}};
  return OverlapEquation({.c = 2,
                          .A = s.matrix,
                          .B = (q.p() - 1) * s.tensor,
                          .nu = q.p() - 2.0,
                          .level = level,
                          .excess = s.matrix - level})
      .solutions();
}

double threshold_overlap(const Covariance& q, double temperature) {
  if (std::isinf(q.delta2()) && std::isinf(q.deltap())) return std::numeric_limits<double>::quiet_NaN();
  const auto overlaps = marginal_overlaps(q, temperature);
  if (!overlaps.empty()) return overlaps.back().value;
  const bool marginal_at_zero = q.second_derivative(0) == temperature * temperature;
  return marginal_at_zero ? 0.0 : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace glasscape::spiked_matrix_tensor
