#pragma once

#include "glasscape/core/solver.hpp"

namespace glasscape::spiked_matrix_tensor {

/// The lines of the phase diagram: for given deltap the delta2 of each.
class Thresholds {
 public:
  explicit Thresholds(const Parameters& parameters);

  static Schema schema();
  static Cost cost(const Parameters& parameters);
  Solution solve(PointContext& context) const;

 private:
  int p_;
  double deltap_;
  double temperature_;
};

}  // namespace glasscape::spiked_matrix_tensor
