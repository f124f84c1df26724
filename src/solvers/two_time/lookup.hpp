#pragma once

#include <vector>

#include "trial.hpp"

namespace glasscape::two_time {

/// Times s in ascending order at which rows are read again and again.
struct Targets {
  std::vector<double> s, tau;  ///< tau counted from the unknown row's time
  std::vector<double> fixed;   ///< coordinate in the frozen or early zone of the unknown row's epoch
  double origin = 0;           ///< of that epoch

  Targets(const RowGrid& grid, const std::vector<TimePair>& points);
  int size() const { return static_cast<int>(s.size()); }
};

/// Where each target lies on an interval's grid.
struct Places {
  std::vector<int> panel;
  std::vector<double> x;

  explicit Places(std::size_t size) : panel(size), x(size) {}
};

/// Where (u, s) lies for the first `count` targets s < u.
void place(const Interval& interval, TimePair u, const Targets& targets, int count, Places& places);

/// The interval's rows combined to the one at time u: coefficients of panels first … last, in place.
void combine(const Interval& interval, const Stencil& weight, int first, int last, double* coefficients);

/// C and R of the combined row at the first `count` places.
void evaluate(const double* coefficients, const Places& places, int count, double* correlation, double* response);

/// sum[m] += weight · x^m, m < order
inline void add_powers(double x, double weight, double* sum) {
  const double x2 = x * x;
  const double x4 = x2 * x2;
  const double x8 = x4 * x4;
  double power[16] = {weight, weight * x, weight * x2, weight * x * x2};
  for (int m = 0; m < 4; ++m) power[4 + m] = power[m] * x4;
  for (int m = 0; m < 8; ++m) power[8 + m] = power[m] * x8;
  static_assert(Collocation::order <= 16);
  for (int m = 0; m < Collocation::order; ++m) sum[m] += power[m];
}

}  // namespace glasscape::two_time
