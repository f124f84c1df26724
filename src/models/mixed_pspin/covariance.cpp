#include "glasscape/models/mixed_pspin/covariance.hpp"

#include <cmath>
#include <utility>

namespace glasscape::mixed_pspin {

Covariance::Covariance(int p, int second_p, double mixture) {
  Term first{mixture / 2, p}, second{(1 - mixture) / 2, second_p};
  if (first.power > second.power) std::swap(first, second);
  if (first.power == second.power) {
    terms_ = {{0.5, first.power}};
    return;
  }
  for (const Term& term : {first, second}) {
    if (term.coefficient > 0) terms_.push_back(term);
  }
}

double Covariance::value(double x) const {
  double sum = 0;
  for (const auto& [c, p] : terms_) sum += c * std::pow(x, p);
  return sum;
}

double Covariance::derivative(double x) const {
  double sum = 0;
  for (const auto& [c, p] : terms_) sum += c * p * std::pow(x, p - 1);
  return sum;
}

double Covariance::second_derivative(double x) const {
  double sum = 0;
  for (const auto& [c, p] : terms_) sum += c * p * (p - 1) * std::pow(x, p - 2);
  return sum;
}

double Covariance::third_derivative(double x) const {
  double sum = 0;
  for (const auto& [c, p] : terms_) {
    if (p > 2) sum += c * p * (p - 1) * (p - 2) * std::pow(x, p - 3);
  }
  return sum;
}

double Covariance::drop(double gap) const {
  double sum = 0;
  for (const auto& [c, p] : terms_) sum -= c * std::expm1(p * std::log1p(-gap));
  return sum;
}

}  // namespace glasscape::mixed_pspin
