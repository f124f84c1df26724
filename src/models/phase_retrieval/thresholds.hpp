#pragma once

#include "glasscape/core/solver.hpp"

namespace glasscape::phase_retrieval {

/// The ratios alpha at which retrieval becomes possible, in principle and for each algorithm.
class Thresholds {
 public:
  explicit Thresholds(const Parameters&) {}

  static Schema schema();
  static Cost cost(const Parameters& parameters);
  Solution solve(PointContext& context) const;
};

}  // namespace glasscape::phase_retrieval
