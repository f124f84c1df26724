#pragma once

namespace glasscape::spiked_matrix_tensor {

/// The covariance of the Hamiltonian on the sphere |x|² = N, E[H(x)H(y)] − E[H(x)]E[H(y)] = N Q(x·y/N), with
///   Q(x) = x²/(2Δ₂) + x^p/(pΔp),
/// whose mean is −N Q(m), m = x·x*/N (arXiv:1812.09066). A channel of infinite variance is absent; for p = 2 both are
/// matrices.
class Covariance {
 public:
  /// Integer p ≥ 2, 0 < Δ ≤ ∞.
  Covariance(int p, double delta2, double deltap);

  double value(double x) const;              ///< Q(x)
  double derivative(double x) const;         ///< Q'(x) = x/Δ₂ + x^(p−1)/Δp
  double second_derivative(double x) const;  ///< Q''(x) = 1/Δ₂ + (p−1)x^(p−2)/Δp

  /// Replica-symmetric free entropy per spin at T = 1 relative to zero overlap,
  ///   Φ(m) = [Q(m) + m + ln(1 − m)]/2,
  /// whose stationary points are the fixed points of state evolution. `rest` is 1 − m, which loses its digits in m
  /// near 1.
  double free_entropy(double m, double rest) const;
  double free_entropy(double m) const { return free_entropy(m, 1 - m); }

  int p() const { return p_; }
  double delta2() const { return delta2_; }
  double deltap() const { return deltap_; }

 private:
  int p_;
  double delta2_;
  double deltap_;
};

/// 2Φ(m) of a matrix of strength 1/Δ₂ = 1 + `excess`: accurate also where 1/Δ₂ is near 1 and m near 0. `excess` below
/// −1 continues it past Δ₂ = ∞.
double twice_free_entropy(double excess, int p, double deltap, double m, double rest);

}  // namespace glasscape::spiked_matrix_tensor
