#include "collocation.hpp"

#include <boost/math/constants/constants.hpp>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>
#include <vector>

namespace glasscape::two_time {

namespace {

using Points = std::array<double, Collocation::order>;

/// Coefficients of the i-th Lagrange polynomial, lowest first. Long double: the monomial basis loses five digits.
std::vector<long double> lagrange_coefficients(const Points& node, int i) {
  std::vector<long double> product = {1};
  for (int j = 0; j < Collocation::order; ++j) {
    if (j == i) continue;
    const long double scale = 1 / (static_cast<long double>(node[i]) - node[j]);
    product.push_back(0);
    for (std::size_t m = product.size() - 1; m > 0; --m) product[m] = (product[m - 1] - node[j] * product[m]) * scale;
    product[0] *= -node[j] * scale;
  }
  return product;
}

double value_at(const std::vector<long double>& coefficients, double x) {
  long double value = 0;
  for (std::size_t m = coefficients.size(); m-- > 0;) value = value * x + coefficients[m];
  return static_cast<double>(value);
}

double slope_at(const std::vector<long double>& coefficients, double x) {
  long double value = 0;
  for (std::size_t m = coefficients.size(); m-- > 1;) value = value * x + m * coefficients[m];
  return static_cast<double>(value);
}

}  // namespace

Collocation::Collocation() {
  constexpr double pi = boost::math::constants::pi<double>();
  for (int i = 0; i < order; ++i) node[i] = -std::cos(pi * i / (order - 1));

  using Rule = boost::math::quadrature::gauss<double, gauss>;
  for (int g = 0; g < gauss / 2; ++g) {
    gauss_node[gauss / 2 + g] = Rule::abscissa()[g];
    gauss_node[gauss / 2 - 1 - g] = -Rule::abscissa()[g];
    gauss_weight[gauss / 2 + g] = gauss_weight[gauss / 2 - 1 - g] = Rule::weights()[g];
  }

  for (int i = 0; i < order; ++i) {
    const std::vector<long double> basis = lagrange_coefficients(node, i);
    for (int m = 0; m < order; ++m) {
      to_monomial[m][i] = static_cast<double>(basis[m]);
      derivative[m][i] = slope_at(basis, node[m]);
    }
    for (int g = 0; g < gauss; ++g) to_gauss[g][i] = value_at(basis, gauss_node[g]);
  }

  for (int i = 0; i < order; ++i) {
    const bool end = i == 0 || i == order - 1;
    const double angle = pi * (1 - static_cast<double>(i) / (order - 1));  // node i = cos(angle)
    tail[0][i] = (end ? 1.0 : 2.0) / (order - 1) * std::cos((order - 2) * angle);
    tail[1][i] = (end ? 0.5 : 1.0) / (order - 1) * std::cos((order - 1) * angle);
  }
}

const Collocation& Collocation::get() {
  static const Collocation collocation;
  return collocation;
}

}  // namespace glasscape::two_time
