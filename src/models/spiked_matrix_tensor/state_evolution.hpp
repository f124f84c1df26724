#pragma once

#include "glasscape/core/solver.hpp"
#include "glasscape/models/spiked_matrix_tensor/covariance.hpp"

namespace glasscape::spiked_matrix_tensor {

/// The fixed points of approximate message passing and the phase they make.
class StateEvolution {
 public:
  explicit StateEvolution(const Parameters& parameters);

  static Schema schema();
  static Cost cost(const Parameters& parameters);
  Solution solve(PointContext& context) const;

 private:
  Covariance covariance_;
  double temperature_;
};

}  // namespace glasscape::spiked_matrix_tensor
