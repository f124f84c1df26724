#include "glasscape/models/spiked_matrix_tensor/complexity.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "glasscape/core/schema.hpp"

namespace glasscape::spiked_matrix_tensor {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

double square(double x) { return x * x; }

/// x³ Σ_k f^k/(3 + k d) for |f| ≤ 1/4, d = `stride`.
double logarithmic_series(double x, double f, int stride) {
  double sum = 0, power = x * x * x;
  for (int k = 3; std::abs(power / k) > epsilon * std::abs(sum); k += stride, power *= f) sum += power / k;
  return sum;
}

/// artanh(w) − w for w ≥ 0, with all digits near 0.
double artanh_less_linear(double w) { return w > 0.25 ? std::atanh(w) - w : logarithmic_series(w, w * w, 2); }

/// ln(1 + d) − d + d²/2 for d ≥ 0, likewise.
double log1p_less_quadratic(double d) {
  return d > 0.25 ? std::log1p(d) - d + square(d) / 2 : logarithmic_series(d, -d, 1);
}

/// 1 − m² with all digits near 1, and its logarithm with all digits near 0, too.
double width(double m) { return (1 - m) * (1 + m); }
double log_width(double m) { return std::abs(m) < 0.5 ? std::log1p(-m * m) : std::log(width(m)); }

/// u ≥ 1 of t = u + 1/u.
double parameter_of(double t) { return (t + std::sqrt((t - 2) * (t + 2))) / 2; }

/// Φ − 1, zero at t = 2.
double log_determinant_above_edge(double u) { return std::log1p(u - 1) - (u - 1) * (u + 1) / (2 * u * u); }

/// L(θ, t) = (θ − u)²/4 − [d − ln(1 + d)]/2 with d = θ/u − 1, where that is positive.
double cost_at(double theta, double u) {
  if (theta <= u) return 0;
  const double d = (theta - u) / u;
  return ((u - 1) * (u + 1) * square(d) / 2 + log1p_less_quadratic(d)) / 2;
}

/// The larger root of a u² − b u − c for a > 0; 0 where there is none.
double larger_root(double a, double b, double c) {
  const double discriminant = b * b + 4 * a * c;
  if (discriminant < 0) return 0;
  const double root = std::sqrt(discriminant);
  return b >= 0 ? (b + root) / (2 * a) : 2 * c / (root - b);
}

/// The t ≥ 2 that maximises −(ρ/2)(t − τ)² + Φ(t) − L(θ, t), by its u. This is concave in t; its derivative is
/// −ρ(t − τ) + 1/u, and for u < θ there is −(u − θ)/2 besides.
double best_parameter(double rho, double tau, double theta) {
  double u = larger_root(rho, rho * tau, 1 - rho);
  if (u < theta) u = larger_root(rho + 0.5, rho * tau + theta / 2, 1 - rho);
  return std::max(u, 1.0);
}

/// What the largest complexity at an overlap is made of, apart from ½ln(1 − m²) − Q'(m)²(1 − m²)/(2Q'(1)): with
/// ρ = (1 + w)/2 and ½ln(Q''(1)/Q'(1)) = artanh w, the terms that cancel at t = 2, τ = 0 are left out.
struct Peak {
  double u;
  double value;
  double magnitude;  ///< of what is rounded on the way
};

Peak peak_of(double w, double tau, double theta) {
  const double u = best_parameter((1 + w) / 2, tau, theta);
  const double d = (square(u - 1) / u - tau) / 2;  // (t − τ)²/4 − 1 = d(2 + d)
  const std::array terms{artanh_less_linear(w), -(1 + w) * d * (2 + d), log_determinant_above_edge(u),
                         -cost_at(theta, u)};
  Peak peak{.u = u, .value = 0, .magnitude = w + theta * std::max(theta - u, 0.0)};  // w and θ are rounded
  for (const double term : terms) {
    peak.value += term;
    peak.magnitude += std::abs(term);
  }
  return peak;
}

/// weight × deviation² of a channel's energy; infinite weight: the channel is absent and has no energy.
double channel_cost(double weight, double deviation) {
  if (std::isinf(weight)) return deviation == 0 ? 0 : infinity;
  return weight * square(deviation);
}

}  // namespace

double log_determinant(double t) { return 1 + log_determinant_above_edge(parameter_of(t)); }

double outlier_cost(double theta, double t) { return cost_at(theta, parameter_of(t)); }

Complexity::Complexity(const Covariance& covariance)
    : covariance_(covariance),
      gradient_variance_(covariance.derivative(1)),
      hessian_variance_(covariance.second_derivative(1)) {
  if (gradient_variance_ == 0) throw std::domain_error("delta2 and deltap are both inf: there is no landscape");
  const double p = covariance.p(), matrix = 1 / covariance.delta2(), tensor = 1 / covariance.deltap();
  asymmetry_ = (p - 2) * tensor / (2 * matrix + p * tensor);
  energy_spread_ = matrix * tensor * square(p - 2) / (2 * p * covariance.value(1));
}

double Complexity::hessian_edge(double energy_matrix, double energy_tensor) const {
  return -(2 * energy_matrix + covariance_.p() * energy_tensor) / std::sqrt(hessian_variance_);
}

/// τ, where t would be without the determinant: the energies at their means given m.
double Complexity::typical_edge(double m) const { return m * covariance_.derivative(m) / std::sqrt(hessian_variance_); }

double Complexity::outlier_strength(double m) const {
  return covariance_.second_derivative(m) * width(m) / std::sqrt(hessian_variance_);
}

/// ½ln(1 − m²) − Q'(m)²(1 − m²)/(2Q'(1)): volume of the latitude, and no gradient along it.
double Complexity::entropy(double m) const {
  return (log_width(m) - square(covariance_.derivative(m)) * width(m) / gradient_variance_) / 2;
}

Minima Complexity::at(double m) const {
  const auto& q = covariance_;
  const double root = std::sqrt(hessian_variance_);
  const double tau = typical_edge(m), theta = outlier_strength(m);
  const Peak peak = peak_of(asymmetry_, tau, theta);
  const double t = peak.u + 1 / peak.u;
  const double excess = root * (t - tau) / (gradient_variance_ + hessian_variance_);
  // at m < 0 the channels' parts of Q'(m) may cancel
  const double magnitude =
      std::abs(entropy(std::abs(m))) + peak.magnitude + typical_edge(std::abs(m)) * (1 + std::abs(t - tau));
  return {.complexity = entropy(m) + peak.value,
          .error = 8 * epsilon * magnitude,
          .energy_matrix = 0 - (m * m / 2 + excess) / q.delta2(),
          .energy_tensor = 0 - (std::pow(m, q.p()) / q.p() + excess) / q.deltap(),
          .hessian_edge = t,
          .outlier_strength = theta};
}

/// Given e, 2e₂ + p eₚ is Gaussian: its mean moves by Q'(1)/Q(1) for each unit of e, its variance is energy_spread_/N.
double Complexity::at(double m, double energy) const {
  const auto& q = covariance_;
  const double deviation = energy + q.value(m);
  const double tau = typical_edge(m) - deviation * gradient_variance_ / (q.value(1) * std::sqrt(hessian_variance_));
  const double theta = outlier_strength(m);
  const double rho = hessian_variance_ / energy_spread_;
  double t = tau, spread = 0;
  if (std::isfinite(rho)) {
    const double u = best_parameter(rho, tau, theta);
    t = u + 1 / u;
    spread = rho * square(t - tau) / 2;
  }
  if (t < 2) return -infinity;
  return std::log(hessian_variance_ / gradient_variance_) / 2 + entropy(m) - square(deviation) / (2 * q.value(1)) -
         spread + log_determinant(t) - outlier_cost(theta, t);
}

double Complexity::at(double m, double energy_matrix, double energy_tensor) const {
  const auto& q = covariance_;
  const double p = q.p(), t = hessian_edge(energy_matrix, energy_tensor);
  if (t < 2) return -infinity;
  return std::log(hessian_variance_ / gradient_variance_) / 2 + entropy(m) -
         channel_cost(q.delta2(), energy_matrix + m * m / (2 * q.delta2())) -
         channel_cost(p * q.deltap() / 2, energy_tensor + std::pow(m, p) / (p * q.deltap())) + log_determinant(t) -
         outlier_cost(outlier_strength(m), t);
}

/// At m = 0 everything depends on w and θ = 1/√(Δ₂ + (p − 1)Δ₂²/Δp): θ = 1 on gradient flow's line, above which Σ > 0.
Root trivialization(int p, double deltap) {
  const auto delta2_at = [&](double theta) {
    return 2 / (theta * theta * (1 + std::sqrt(1 + 4 * (p - 1) / (deltap * theta * theta))));
  };
  const auto asymmetry_at = [&](double delta2) {
    const double ratio = delta2 / deltap;
    return (p - 2) * ratio / (2 + p * ratio);
  };
  // θ − 1 is of the order of w: near w = 0 it is (2w³)^(1/3)
  const double scale = asymmetry_at(delta2_at(1));
  const auto theta_at = [&](double x) { return 1 + scale * x; };
  const auto sigma = [&](double x) { return peak_of(asymmetry_at(delta2_at(theta_at(x))), 0, theta_at(x)).value; };
  constexpr double beyond = 16;  // Σ(0) ≤ artanh(1 − 2/p) falls below L before, for any p up to 10⁶
  const Root x = monotone_root(sigma, 0, beyond);
  const double delta2 = delta2_at(theta_at(x.value));
  return {delta2, delta2 * (8 * epsilon + 2 * scale * (x.error + 8 * epsilon * x.value))};
}

}  // namespace glasscape::spiked_matrix_tensor
