#pragma once

#include "glasscape/core/solver.hpp"
#include "glasscape/models/spiked_matrix_tensor/covariance.hpp"

namespace glasscape::spiked_matrix_tensor {

/// How many minima the landscape has at each overlap with the signal.
class KacRice {
 public:
  explicit KacRice(const Parameters& parameters);

  static Schema schema();
  static Cost cost(const Parameters& parameters);
  Solution solve(PointContext& context) const;

 private:
  Parameters parameters_;
  Covariance covariance_;
};

}  // namespace glasscape::spiked_matrix_tensor
