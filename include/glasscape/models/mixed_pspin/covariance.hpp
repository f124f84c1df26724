#pragma once

#include <vector>

namespace glasscape::mixed_pspin {

/// The covariance of the Hamiltonian on the sphere |x|² = N, E[H(x)H(y)] = N Q(x·y/N), with
///   Q(x) = ½[λ x^p + (1 − λ) x^p₂]
/// (λ = 1: the spherical p-spin with couplings of variance p!/(2N^(p−1)), Crisanti and Sommers 1992).
class Covariance {
 public:
  /// coefficient · x^power
  struct Term {
    double coefficient;  ///< > 0
    int power;           ///< ≥ 2
  };

  /// Integer p, p₂ ≥ 2 and λ in [0, 1].
  Covariance(int p, int second_p, double mixture);

  /// The terms that are there, by ascending power: one or two.
  const std::vector<Term>& terms() const { return terms_; }

  double value(double x) const;              ///< Q(x)
  double derivative(double x) const;         ///< Q'(x)
  double second_derivative(double x) const;  ///< Q''(x)
  double third_derivative(double x) const;   ///< Q'''(x)

  /// Q(1) − Q(1 − gap), with all its digits where the gap is small.
  double drop(double gap) const;

 private:
  std::vector<Term> terms_;
};

}  // namespace glasscape::mixed_pspin
