#pragma once

#include "glasscape/core/solver.hpp"
#include "glasscape/models/spiked_matrix_tensor/covariance.hpp"

namespace glasscape::spiked_matrix_tensor {

/// Averaged gradient descent on samples of finite size.
class AveragedGradientDescent {
 public:
  explicit AveragedGradientDescent(const Parameters& parameters);

  static Schema schema();
  static Cost cost(const Parameters& parameters);
  Solution solve(PointContext& context) const;

 private:
  Parameters parameters_;
  Covariance covariance_;
};

}  // namespace glasscape::spiked_matrix_tensor
