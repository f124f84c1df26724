#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "glasscape/core/random.hpp"
#include "glasscape/solvers/finite_size/packed_matrix.hpp"

namespace glasscape::finite_size {

/// A random homogeneous polynomial f of `degree` k ≥ 2 in n variables, isotropic: with independent coefficients
/// c_I ~ N(0, k!/Π nᵢ!) of the monomials x^I = Π xᵢ^nᵢ,
///   E f(x) f(y) = (x·y)^k,
/// the law of G[x, ..., x] for a tensor G of n^k independent normal numbers (Kostlan, in: From Topology to Computation
/// (1993), 419). Each coefficient is held once: C(n+k−1, k) numbers, slab by slab, where slab i is the polynomial fᵢ of
/// degree k−1 in x₀ ... xᵢ with f = Σ xᵢ fᵢ; a polynomial of degree 2 is its packed Hessian.
class GaussianPolynomial {
 public:
  GaussianPolynomial(int degree, std::size_t variables, RandomStream random);

  int degree() const { return degree_; }
  std::size_t variables() const { return variables_; }
  const std::vector<double>& coefficients() const { return coefficients_; }

  /// ∇f at one point or several: n numbers each, one point after the other. Every coefficient is read once for all of
  /// them. By Euler, f = x·∇f/k.
  void gradient(std::span<const double> points, std::span<double> gradients) const;

  /// Adds scale ∇²f at x.
  void add_hessian(double scale, std::span<const double> x, PackedMatrix& hessian) const;

  /// How many numbers it holds: infinity where that is beyond all memory.
  static double coefficients_of(int degree, double variables);

 private:
  int degree_;
  std::size_t variables_;
  std::vector<double> coefficients_;
};

}  // namespace glasscape::finite_size
