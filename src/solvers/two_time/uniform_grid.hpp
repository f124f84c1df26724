#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "glasscape/solvers/numbers.hpp"

namespace glasscape::two_time {

/// A function of two grid times i ≥ j, row by row.
class Triangle {
 public:
  std::size_t rows() const { return rows_; }
  std::span<const double> row(std::size_t i) const { return {values_.data() + i * (i + 1) / 2, i + 1}; }
  double operator()(std::size_t i, std::size_t j) const { return values_[i * (i + 1) / 2 + j]; }

  void reserve(std::size_t rows) { values_.reserve(rows * (rows + 1) / 2); }

  /// Adds the row that has one number more than the last.
  void append(std::span<const double> row) {
    values_.insert(values_.end(), row.begin(), row.end());
    ++rows_;
  }

  /// For a checkpoint.
  void carry(Numbers& numbers) {
    numbers.carry(rows_);
    numbers.carry(values_);
  }

 private:
  std::vector<double> values_;
  std::size_t rows_ = 0;
};

/// The equations' solution at the times kh, k = 0 … rows() − 1, of the grid that has `steps` steps to `t_max`.
struct UniformGrid {
  double t_max = 0;
  std::size_t steps = 1;
  Triangle correlation;
  Triangle response;
  std::vector<std::vector<double>> overlaps;  // [direction][row]
  std::vector<double> multiplier;

  std::size_t rows() const { return multiplier.size(); }
  double step() const { return t_max / static_cast<double>(steps); }
  double time(std::size_t row) const { return t_max * static_cast<double>(row) / static_cast<double>(steps); }

  /// For a checkpoint.
  void carry(Numbers& numbers) {
    numbers.carry(t_max);
    numbers.carry(steps);
    correlation.carry(numbers);
    response.carry(numbers);
    numbers.carry_list(overlaps, [&](std::vector<double>& overlap) { numbers.carry(overlap); });
    numbers.carry(multiplier);
  }
};

}  // namespace glasscape::two_time
