#pragma once

#include <array>
#include <span>
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

/// The interval's rows combined to the one at time u: panel_stride coefficients of one panel.
void combine(const Interval& interval, const Stencil& weight, int panel, double* coefficients);

/// C and R of the combined row at the first `count` places.
void evaluate(const double* coefficients, const Places& places, int count, double* correlation, double* response);

/// exp(x) − 1 of all, in place.
void take_exponentials(std::span<double> numbers);

/// Natural logarithms, in place.
void take_logarithms(std::span<double> numbers);

/// x^m for all m < order.
using Powers = std::array<double, 16>;
static_assert(Collocation::order <= 16);
inline Powers powers(double x) {
  const double x2 = x * x;
  const double x4 = x2 * x2;
  const double x8 = x4 * x4;
  Powers power{1, x, x2, x * x2};
  for (int m = 0; m < 4; ++m) power[4 + m] = power[m] * x4;
  for (int m = 0; m < 8; ++m) power[8 + m] = power[m] * x8;
  return power;
}

/// sum[m] += weight · power[m]
inline void add(const Powers& power, double weight, double* sum) {
  for (int m = 0; m < Collocation::order; ++m) sum[m] += weight * power[m];
}

/// A functional that multiplies coefficients of powers, as one that multiplies a panel's nodal values.
std::array<double, Collocation::order> to_nodal(const double* powers);

/// What value_at(coefficients, x) gives, from the powers of x.
Value value_of(const double* coefficients, const Powers& power);

/// Likewise of an interval's rows combined, on one panel.
Value value_of(const Interval& interval, const Stencil& weight, int panel, const Powers& power);

}  // namespace glasscape::two_time
