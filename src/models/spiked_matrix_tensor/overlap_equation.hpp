#pragma once

#include <vector>

#include "glasscape/solvers/roots.hpp"

namespace glasscape::spiked_matrix_tensor {

/// The equation (1 − x)^c (A + B x^ν) = L on 0 < x < 1. The static conditions of the model all have this form:
///   fixed points of Bayes-optimal AMP      x = m   c = 1    A = 1/Δ₂   B = 1/Δp       ν = p − 2      L = 1
///   fixed points of maximum-likelihood AMP x = m²  c = 1/2  A = 1/Δ₂   B = 1/Δp       ν = (p − 2)/2  L = √Q'(1)
///   marginal states (replicon)             x = q   c = 2    A = 1/Δ₂   B = (p − 1)/Δp ν = p − 2      L = T²
///   spinodals                              x = m   c = 2    A = 0      B = p − 2      ν = p − 3      L = Δp
class OverlapEquation {
 public:
  struct Terms {
    double c;
    double A;       ///< ≥ 0
    double B;       ///< ≥ 0
    double nu;      ///< ≥ 0
    double level;   ///< L > 0
    double excess;  ///< A − L, given apart because it decides what happens near x = 0
  };

  explicit OverlapEquation(const Terms& terms) : terms_(terms) {}

  /// (1 − x)^c (A + B x^ν) − L.
  double operator()(double x) const;

  /// All solutions with 0 < x < 1, ascending; there are at most three.
  std::vector<Root> solutions() const;

  /// Evaluations of the equation and of its derivative so far.
  int evaluations() const { return evaluations_; }

 private:
  double derivative_factor(double x) const;
  std::vector<double> monotone_pieces() const;
  double error_at(double x) const;

  Terms terms_;
  mutable int evaluations_ = 0;
};

}  // namespace glasscape::spiked_matrix_tensor
