#pragma once

#include "glasscape/core/solver.hpp"

namespace glasscape::spiked_matrix_tensor {

/// The Langevin algorithm on the sphere at finite size, dx/dt = −∇H − μx + η, ⟨ηη⟩ = 2T (arXiv:1812.09066).
class Langevin {
 public:
  explicit Langevin(const Parameters& parameters) : parameters_(parameters) {}

  static Schema schema();
  static Cost cost(const Parameters& parameters);
  Solution solve(PointContext& context) const;

 private:
  Parameters parameters_;
};

}  // namespace glasscape::spiked_matrix_tensor
