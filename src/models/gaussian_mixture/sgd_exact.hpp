#pragma once

#include "glasscape/core/solver.hpp"

namespace glasscape::gaussian_mixture {

/// Vanilla SGD with the square loss on two clusters at infinite size: closed equations.
class SgdExact {
 public:
  explicit SgdExact(const Parameters& parameters) : parameters_(parameters) {}

  static Schema schema();
  static Cost cost(const Parameters& parameters);
  Solution solve(PointContext& context) const;

 private:
  Parameters parameters_;
};

}  // namespace glasscape::gaussian_mixture
