#pragma once

#include "glasscape/core/solver.hpp"
#include "glasscape/models/spiked_matrix_tensor/covariance.hpp"
#include "glasscape/solvers/two_time/dynamics.hpp"

namespace glasscape::spiked_matrix_tensor {

/// Langevin dynamics from a random start at infinite size; gradient flow at temperature 0.
class LangevinStateEvolution {
 public:
  explicit LangevinStateEvolution(const Parameters& parameters);

  static Schema schema();
  static Cost cost(const Parameters& parameters);
  Solution solve(PointContext& context) const;

 private:
  two_time::Options options() const;
  void set_recovery(const two_time::Dynamics& dynamics, Solution& solution) const;

  Parameters parameters_;
  Covariance covariance_;
  double recovery_overlap_;  ///< from which on the signal counts as recovered; NaN where there is no recovered state
};

}  // namespace glasscape::spiked_matrix_tensor
