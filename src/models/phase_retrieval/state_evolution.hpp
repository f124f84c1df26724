#pragma once

#include "glasscape/core/solver.hpp"

namespace glasscape::phase_retrieval {

/// Bayes-optimal inference at infinite size: the fixed points of approximate message passing.
class StateEvolution {
 public:
  explicit StateEvolution(const Parameters& parameters) : alpha_(parameters.real("alpha")) {}

  static Schema schema();
  static Cost cost(const Parameters& parameters);
  Solution solve(PointContext& context) const;

 private:
  double alpha_;
};

}  // namespace glasscape::phase_retrieval
