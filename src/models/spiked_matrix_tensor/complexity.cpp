#include "glasscape/models/spiked_matrix_tensor/complexity.hpp"

#include <algorithm>
#include <array>
#include <boost/math/special_functions/log1p.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "glasscape/core/schema.hpp"

namespace glasscape::spiked_matrix_tensor {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

double square(double x) { return x * x; }

/// artanh(w) − w, with all digits near 0.
double artanh_less_linear(double w) {
  if (w > 0.25) return std::atanh(w) - w;
  double sum = 0, power = w * w * w;
  for (int k = 3; power / k > epsilon * sum; k += 2, power *= w * w) sum += power / k;
  return sum;
}

/// u ≥ 1 of t = u + 1/u.
double parameter_of(double t) { return (t + std::sqrt((t - 2) * (t + 2))) / 2; }

/// Φ − 1, zero at t = 2.
double log_determinant_above_edge(double u) { return (1 / (u * u) - 1) / 2 + std::log(u); }

/// L(θ, t) = (θ − u)²/4 − [θ/u − 1 − ln(θ/u)]/2 for u < θ.
double cost_at(double theta, double u) {
  if (theta <= u) return 0;
  return square(theta - u) / 4 + boost::math::log1pmx(theta / u - 1) / 2;
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
  double magnitude;  ///< sum of the terms' sizes, for the rounding error
};

Peak peak_of(double w, double tau, double theta) {
  const double u = best_parameter((1 + w) / 2, tau, theta);
  const double d = (square(u - 1) / u - tau) / 2;  // (t − τ)²/4 − 1 = d(2 + d)
  const std::array terms{artanh_less_linear(w), -(1 + w) * d * (2 + d), log_determinant_above_edge(u),
                         -cost_at(theta, u)};
  Peak peak{.u = u, .value = 0, .magnitude = 0};
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
  return covariance_.second_derivative(m) * (1 - m * m) / std::sqrt(hessian_variance_);
}

/// ½ln(1 − m²) − Q'(m)²(1 − m²)/(2Q'(1)): volume of the latitude, and no gradient along it.
double Complexity::entropy(double m) const {
  return (std::log1p(-m * m) - square(covariance_.derivative(m)) * (1 - m * m) / gradient_variance_) / 2;
}

Minima Complexity::at(double m) const {
  const auto& q = covariance_;
  const double root = std::sqrt(hessian_variance_);
  const double tau = typical_edge(m), theta = outlier_strength(m);
  const Peak peak = peak_of(asymmetry_, tau, theta);
  const double t = peak.u + 1 / peak.u;
  const double excess = root * (t - tau) / (gradient_variance_ + hessian_variance_);
  const double magnitude = std::abs(entropy(std::abs(m))) + peak.magnitude;
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
