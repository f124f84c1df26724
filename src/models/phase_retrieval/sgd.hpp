#pragma once

#include "glasscape/core/solver.hpp"

namespace glasscape::phase_retrieval {

/// Descent itself on data sets of finite size.
class Sgd {
 public:
  explicit Sgd(const Parameters& parameters) : parameters_(parameters) {}

  static Schema schema();
  static Cost cost(const Parameters& parameters);
  Solution solve(PointContext& context) const;

 private:
  Parameters parameters_;
};

}  // namespace glasscape::phase_retrieval
