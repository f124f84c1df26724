#pragma once

#include "glasscape/models/spiked_matrix_tensor/covariance.hpp"
#include "glasscape/solvers/roots.hpp"

namespace glasscape::spiked_matrix_tensor {

/// Φ(t) = 1/2 + ∫ρ(λ) ln|t − λ|dλ with the semicircle ρ on [−2, 2], for t ≥ 2.
double log_determinant(double t);

/// L(θ, t): the cost per spin of keeping below t ≥ 2 the top eigenvalue of a GOE matrix with semicircle on [−2, 2] and
/// a rank-one term of strength θ: ∂L/∂t = (t + √(t² − 4))/4 − θ/2 up to t = θ + 1/θ (θ > 1), 0 from there on.
double outlier_cost(double theta, double t);

/// The minima that dominate at an overlap m. Their Hessian, in units of √Q''(1), is t + W − θee^T with W a GOE matrix
/// of semicircle [−2, 2]; energies are per spin.
struct Minima {
  double complexity = 0;
  double error = 0;          ///< of the complexity, by rounding
  double energy_matrix = 0;  ///< e₂
  double energy_tensor = 0;  ///< eₚ
  double hessian_edge = 0;   ///< t = −(2e₂ + p eₚ)/√Q''(1) ≥ 2; the lower edge of the spectrum is at t − 2
  double outlier_strength = 0;  ///< θ = Q''(m)(1 − m²)/√Q''(1)
};

/// The annealed complexity of minima, lim (1/N) ln E[number of minima], by the Kac-Rice formula (arXiv:1902.00139):
///   Σ(m, e₂, eₚ) = ½ln(Q''(1)/Q'(1)) + ½ln(1 − m²) − Q'(m)²(1 − m²)/(2Q'(1))
///                  − Δ₂(e₂ + m²/(2Δ₂))² − (pΔp/2)(eₚ + m^p/(pΔp))² + Φ(t) − L(θ, t),   t ≥ 2.
/// It bounds the typical number from above, and is exact at m = 0. Each function takes −1 < m < 1; a complexity is −∞
/// where there are no minima (t < 2). At least one channel is there.
class Complexity {
 public:
  explicit Complexity(const Covariance& covariance);

  /// Maximised over both energies. At fixed t that is Gaussian; what remains is concave in t, and with t = u + 1/u the
  /// root of its derivative is that of a quadratic equation.
  Minima at(double overlap) const;

  /// At the energy e = e₂ + eₚ, maximised over how the channels share it.
  double at(double overlap, double energy) const;

  /// At both energies; a channel that is absent has the energy 0.
  double at(double overlap, double energy_matrix, double energy_tensor) const;

  const Covariance& covariance() const { return covariance_; }

 private:
  double hessian_edge(double energy_matrix, double energy_tensor) const;
  double typical_edge(double overlap) const;
  double outlier_strength(double overlap) const;
  double entropy(double overlap) const;

  Covariance covariance_;
  double gradient_variance_;  // Q'(1)
  double hessian_variance_;   // Q''(1)
  double asymmetry_;          // w = (Q''(1) − Q'(1))/(Q''(1) + Q'(1))
  double energy_spread_;      // variance of 2e₂ + p eₚ at given e, times N
};

/// The minima between the equator and the signal, 0 ≤ m < 1. With odd p there are more at m < 0, where the matrix has
/// its minimum at the mirror image of the signal and the tensor works against it.
struct Band {
  Root complexity = {};   ///< the largest; 0 at the good minimum where the others are gone
  double overlap = 0;     ///< of the largest
  bool spurious = false;  ///< whether the largest is positive: minima besides the good one, exponentially many
  Root end = {};          ///< up to where Σ > 0 from m = 0 on; NaN where Σ(0) ≤ 0
};

Band minima_towards_signal(const Complexity& complexity);

/// The Δ₂ at which Σ(m = 0) = 0, for p ≥ 3: below, the spurious minima between equator and signal are gone.
Root trivialization(int p, double deltap);

}  // namespace glasscape::spiked_matrix_tensor
