#pragma once

#include "glasscape/core/solver.hpp"

namespace glasscape::spiked_matrix_tensor {

/// Gradient descent in discrete steps on the sphere at finite size.
class GradientDescent {
 public:
  explicit GradientDescent(const Parameters& parameters) : parameters_(parameters) {}

  static Schema schema();
  static Cost cost(const Parameters& parameters);
  Solution solve(PointContext& context) const;

 private:
  Parameters parameters_;
};

}  // namespace glasscape::spiked_matrix_tensor
