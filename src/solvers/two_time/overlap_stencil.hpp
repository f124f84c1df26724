#pragma once

#include "history.hpp"

namespace glasscape::two_time {

/// Overlaps of neighbouring rows, interpolated as ln m where that is smooth: an overlap that grows or fades by orders
/// of magnitude does so exponentially in t or as a power of it. Near a change of sign m itself is interpolated.
class OverlapStencil {
 public:
  explicit OverlapStencil(const Stencil& overlaps);

  double at(const Stencil& weight) const;

  /// ∂m/∂(last overlap) where m is the value at these weights.
  double share_of_last(const Stencil& weight, double m) const;

  /// dm/dt and its derivative by m, for m in place of the last overlap and weights of derivatives by t.
  struct Slope {
    double value = 0;
    double derivative = 0;
  };
  Slope slope(const Stencil& weight, double m) const;

 private:
  Stencil overlaps_;
  bool logarithmic_ = true;
  Stencil logarithms_{};
};

}  // namespace glasscape::two_time
