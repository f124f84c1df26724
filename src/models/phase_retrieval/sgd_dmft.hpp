#pragma once

#include "glasscape/core/solver.hpp"

namespace glasscape::phase_retrieval {

/// Descent on the sphere at infinite size: dynamical mean-field theory by Monte Carlo over its effective process.
class SgdDmft {
 public:
  explicit SgdDmft(const Parameters& parameters) : parameters_(parameters) {}

  static Schema schema();
  static Cost cost(const Parameters& parameters);
  Solution solve(PointContext& context) const;

 private:
  Parameters parameters_;
};

}  // namespace glasscape::phase_retrieval
