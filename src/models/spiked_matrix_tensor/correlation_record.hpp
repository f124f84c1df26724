#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "glasscape/core/parameters.hpp"
#include "glasscape/solvers/numbers.hpp"
#include "glasscape/solvers/replicas.hpp"

namespace glasscape::spiked_matrix_tensor {

/// C(t_w + τ, t_w) = x(t_w + τ)·x(t_w)/N of moving points, their mean, at the parameters `waiting_times` and `lags`.
class CorrelationRecord {
 public:
  /// `length` is that of all points together.
  CorrelationRecord(const Parameters& parameters, std::size_t length);

  /// Those at which there is something to observe, in any order.
  std::vector<double> times() const;

  /// Times ascend.
  void observe(double time, std::span<const double> points);

  /// By waiting time, then lag; NaN where not observed.
  const std::vector<double>& numbers() const { return numbers_; }

  /// Sets the observable from means of such numbers, from the number `first` on.
  void write(const ReplicaMean& mean, std::size_t first, Solution& solution) const;

  /// For a checkpoint.
  void carry(Numbers& numbers);

 private:
  std::size_t length_;
  std::vector<double> waiting_times_, lags_;
  std::vector<double> waiting_points_;  // at each waiting time
  std::vector<double> numbers_;
};

}  // namespace glasscape::spiked_matrix_tensor
