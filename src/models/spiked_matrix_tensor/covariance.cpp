#include "glasscape/models/spiked_matrix_tensor/covariance.hpp"

#include <boost/math/special_functions/log1p.hpp>
#include <cmath>
#include <limits>

namespace glasscape::spiked_matrix_tensor {

Covariance::Covariance(int p, double delta2, double deltap) : p_(p), delta2_(delta2), deltap_(deltap) {}

double Covariance::value(double x) const { return x * x / (2 * delta2_) + std::pow(x, p_) / (p_ * deltap_); }

double Covariance::derivative(double x) const { return x / delta2_ + std::pow(x, p_ - 1) / deltap_; }

double Covariance::second_derivative(double x) const { return 1 / delta2_ + (p_ - 1) * std::pow(x, p_ - 2) / deltap_; }

double Covariance::free_entropy(double m, double rest) const {
  const double excess = std::isinf(delta2_) ? -1.0 : (1 - delta2_) / delta2_;
  return twice_free_entropy(excess, p_, deltap_, m, rest) / 2;
}

double twice_free_entropy(double excess, int p, double deltap, double m, double rest) {
  if (m == 0) return 0;
  if (rest == 0) return std::numeric_limits<double>::infinity();  // no noise at all: Q outgrows the logarithm
  const double entropy = m < 0.5 ? boost::math::log1pmx(-m) : m + std::log(rest);  // m + ln(1 − m) = −m²/2 − m³/3 …
  return excess * m * m / 2 + std::pow(m, p) / (p * deltap) + (entropy + m * m / 2);
}

}  // namespace glasscape::spiked_matrix_tensor
