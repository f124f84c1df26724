#include "overlap_stencil.hpp"

#include <algorithm>
#include <cmath>

namespace glasscape::two_time {

namespace {

constexpr double smallest = 1e-200;
constexpr double steepest = 12;  // ratio of neighbours
constexpr double shrunk = 1e-3;  // so far a Newton step may take an overlap towards 0 before its logarithm is cut

double sum(const Stencil& weight, const Stencil& values) {
  double total = 0;
  for (int d = 0; d < stencil; ++d) total += weight[d] * values[d];
  return total;
}

}  // namespace

OverlapStencil::OverlapStencil(const Stencil& overlaps) : overlaps_(overlaps) {
  for (int d = 0; d < stencil; ++d) {
    const double ratio = d == 0 ? 1 : overlaps[d] / overlaps[d - 1];
    logarithmic_ = logarithmic_ && std::abs(overlaps[d]) > smallest && ratio < steepest && ratio > 1 / steepest;
  }
  if (!logarithmic_) return;
  for (int d = 0; d < stencil; ++d) logarithms_[d] = std::log(std::abs(overlaps[d]));
}

double OverlapStencil::at(const Stencil& weight) const {
  return logarithmic_ ? std::copysign(std::exp(sum(weight, logarithms_)), overlaps_[0]) : sum(weight, overlaps_);
}

double OverlapStencil::share_of_last(const Stencil& weight, double m) const {
  return logarithmic_ ? weight.back() * m / overlaps_.back() : weight.back();
}

OverlapStencil::Slope OverlapStencil::slope(const Stencil& weight, double m) const {
  if (!logarithmic_) return {sum(weight, overlaps_) + weight.back() * (m - overlaps_.back()), weight.back()};
  const double ratio = std::max(m / overlaps_.back(), shrunk);
  const double rate = sum(weight, logarithms_) + weight.back() * std::log(ratio);
  return {m * rate, rate + weight.back()};
}

}  // namespace glasscape::two_time
