#include "glasscape/models/spiked_matrix_tensor/lines.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "glasscape/models/spiked_matrix_tensor/fixed_points.hpp"
#include "overlap_equation.hpp"

namespace glasscape::spiked_matrix_tensor {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

/// 1/Δ₂ − 1 of which `m` is a fixed point: m/(1 − m) − m^(p−2)/Δp.
double excess_at(int p, double deltap, double m) {
  if (m == 1) return -std::numeric_limits<double>::infinity();  // Δp → 0: where the spinodals tend to
  return m / (1 - m) - std::pow(m, p - 2) / deltap;
}

/// The two states that compete at the information-theoretic transition, followed along the informative branch from its
/// spinodal to that of the uninformative state.
class Competition {
 public:
  Competition(int p, double deltap, const std::vector<LinePoint>& spinodals) : p_(p), deltap_(deltap) {
    lowest_ = spinodals.back().overlap;
    if (spinodals.size() > 1) {
      amp_overlap_ = spinodals.front().overlap;
      amp_excess_ = excess_at(p, deltap, amp_overlap_);
    }
    highest_ = monotone_root([&](double m) { return growth(m, amp_excess_); }, lowest_, 1).value;
  }

  LinePoint transition() const {
    const double m = monotone_root([&](double x) { return advantage(x); }, lowest_, highest_).value;
    const double lower = uninformative_overlap(m);
    const double excess = excess_of(m);
    // The advantage grows with 1/Δ₂ as (m² − lower²)/2.
    const double noise = 4 * epsilon * m * m * (2 + std::abs(excess) + std::pow(m, p_ - 2) / deltap_);
    const double range = std::abs(excess_of(highest_) - excess_of(lowest_));
    return {.inverse_delta2 = {1 + excess, std::min(2 * noise / (m * m - lower * lower), range) + epsilon},
            .overlap = m,
            .lower_overlap = lower};
  }

 private:
  double excess_of(double m) const { return excess_at(p_, deltap_, m); }

  /// The scalar equation of state evolution: its sign is that of the change of m in one iteration.
  double growth(double m, double excess) const {
    return excess - (1 + excess) * m + (1 - m) * std::pow(m, p_ - 2) / deltap_;
  }

  /// The overlap of the uninformative state at the Δ₂ where `m` is the informative one.
  double uninformative_overlap(double m) const {
    const double excess = excess_of(m);
    if (excess <= 0 || amp_overlap_ == 0) return 0;
    return monotone_root([&](double x) { return growth(x, excess); }, 0, amp_overlap_).value;
  }

  /// By how much the informative state has the larger free entropy (twice that).
  double advantage(double m) const {
    const double excess = excess_of(m);
    const double lower = uninformative_overlap(m);
    return twice_free_entropy(excess, p_, deltap_, m, 1 - m) -
           twice_free_entropy(excess, p_, deltap_, lower, 1 - lower);
  }

  int p_;
  double deltap_;
  double amp_overlap_ = 0;  // for p = 3 the uninformative state ends at m = 0, Δ₂ = 1
  double amp_excess_ = 0;
  double lowest_ = 0;
  double highest_ = 1;
};

}  // namespace

std::vector<LinePoint> spinodals(int p, double deltap) {
  const OverlapEquation merging({.c = 2, .A = 0, .B = p - 2.0, .nu = p - 3.0, .level = deltap, .excess = -deltap});
  std::vector<LinePoint> points;
  for (const Root& m : merging.solutions()) {
    const double excess = excess_at(p, deltap, m.value);
    // 1/Δ₂ is stationary in m here: the error of m enters squared.
    const double curvature = 2 / std::pow(1 - m.value, 3);
    const double error = epsilon * (1 + 2 * std::abs(excess)) + curvature * m.error * m.error;
    points.push_back({.inverse_delta2 = {1 + excess, error}, .overlap = m.value, .lower_overlap = 0});
  }
  return points;
}

std::optional<LinePoint> information_theoretic_transition(int p, double deltap) {
  const auto ends = spinodals(p, deltap);
  if (ends.empty()) return std::nullopt;
  return Competition(p, deltap, ends).transition();
}

std::vector<Root> langevin_instabilities(int p, double deltap, double temperature) {
  const double T = temperature;
  const double n = p - 2;
  const double strength = (p - 1) / deltap;
  const auto line = [&](double x) { return 1 - x - strength * x * x * std::pow(1 - T * x, n); };
  const auto slope = [&](double x) { return -1 - strength * x * std::pow(1 - T * x, n - 1) * (2 - (n + 2) * T * x); };
  // With z = T x the slope can vanish only above z = 2/(n + 2); it has one maximum there.
  const double from = 2 / ((n + 2) * T);
  const double top = (2 + std::sqrt(2 * n / (n + 1))) / ((n + 2) * T);
  const double end = std::min(1 / T, 2.0);  // no solution has Δ₂ > 1, and q = 0 is none
  std::vector<double> pieces{0};
  if (from < end) {
    for (const Root& root : roots_between(slope, std::vector{from, std::min(top, 1 / T), 1 / T})) {
      if (root.value < end) pieces.push_back(root.value);
    }
  }
  pieces.push_back(end);
  auto roots = roots_between(line, pieces);
  for (Root& root : roots) {
    const double x = root.value, z = T * x;
    const double noise = 4 * epsilon * (1 + x + (n + 1) * strength * x * x * std::pow(1 - z, n));
    const double curvature = strength * std::pow(1 - z, n - 2) * (2 - 4 * (n + 1) * z + (n + 1) * (n + 2) * z * z);
    root.error += rounding_error(noise, slope(x), curvature) + 2 * epsilon * x;
  }
  return roots;
}

bool on_largest_branch(int p, double delta2, double deltap, double temperature) {
  const auto overlaps = marginal_overlaps(Covariance(p, delta2, deltap), temperature);
  if (overlaps.empty()) return true;  // two marginal overlaps that merge here
  const double q = 1 - temperature * delta2;
  const auto nearest = std::ranges::min_element(overlaps, {}, [&](const Root& x) { return std::abs(x.value - q); });
  return std::next(nearest) == overlaps.end();
}

Root gradient_flow_instability(int p, double deltap) {
  const double delta2 = 2 / (1 + std::sqrt(1 + 4 * (p - 1) / deltap));
  return {delta2, 4 * epsilon * delta2};
}

}  // namespace glasscape::spiked_matrix_tensor
