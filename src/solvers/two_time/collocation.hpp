#pragma once

#include <array>

namespace glasscape::two_time {

/// Polynomials on [−1, 1] by their values at Chebyshev-Lobatto points, and Gauss-Legendre quadrature of them.
struct Collocation {
  static constexpr int order = 14;  ///< points, both ends among them
  static constexpr int gauss = 16;

  std::array<double, order> node;                            ///< ascending
  std::array<std::array<double, order>, order> derivative;   ///< f'(node i) = Σⱼ derivative[i][j] f(node j)
  std::array<std::array<double, order>, order> to_monomial;  ///< coefficient of x^m = Σᵢ to_monomial[m][i] fᵢ
  std::array<double, gauss> gauss_node, gauss_weight;
  std::array<std::array<double, order>, gauss> to_gauss;  ///< values at the Gauss points

  /// The two highest Chebyshev coefficients: what a polynomial of this order is about to miss.
  std::array<std::array<double, order>, 2> tail;

  static const Collocation& get();

 private:
  Collocation();
};

}  // namespace glasscape::two_time
