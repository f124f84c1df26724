#pragma once

#include "glasscape/core/solver.hpp"

namespace glasscape::spiked_matrix_tensor {

/// Gradient flow of H on the sphere at finite size, dx/dt = −∇H − μx (arXiv:1902.00139).
class GradientFlow {
 public:
  explicit GradientFlow(const Parameters& parameters) : parameters_(parameters) {}

  static Schema schema();
  static Cost cost(const Parameters& parameters);
  Solution solve(PointContext& context) const;

 private:
  Parameters parameters_;
};

}  // namespace glasscape::spiked_matrix_tensor
