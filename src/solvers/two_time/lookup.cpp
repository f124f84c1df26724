// Compiled with -ffast-math, so that logarithms and exponentials come in vectors. Pointers are restrict: where a loop
// first had to see whether its arrays overlap, there would be two of it, with other last bits, chosen by where memory
// happens to lie.
#include "lookup.hpp"

#include <algorithm>
#include <cmath>

namespace glasscape::two_time {

namespace {

constexpr int order = Collocation::order;
constexpr int lanes = 8;

}  // namespace

Targets::Targets(const RowGrid& grid, const std::vector<TimePair>& points) : origin(grid.origin()) {
  for (const TimePair& point : points) {
    s.push_back(point.s);
    tau.push_back(point.tau);
    fixed.push_back(grid.coordinate(point.s < origin ? Zone::frozen : Zone::early, point));
  }
}

void place(const Interval& interval, TimePair u, const Targets& targets, int count, Places& places) {
  const RowGrid& grid = *interval.grid;
  const double* __restrict const s = targets.s.data();
  const double* __restrict const tau = targets.tau.data();
  double* __restrict const x = places.x.data();
  const bool from_start = u.s < u.tau;
  const auto lag = [&](int j) { return from_start ? u.s - s[j] : tau[j] - u.tau; };

  const int early = static_cast<int>(std::lower_bound(s, s + count, grid.origin()) - s);
  const int scaling = static_cast<int>(std::lower_bound(s + early, s + count, grid.early_end()) - s);
  int diagonal = count;
  while (diagonal > scaling && lag(diagonal - 1) < grid.diagonal_begin()) --diagonal;

  if (grid.origin() == targets.origin) {
    std::copy_n(targets.fixed.data(), scaling, x);
  } else {
    for (int j = 0; j < early; ++j) x[j] = grid.coordinate(Zone::frozen, {s[j], 0});
    for (int j = early; j < scaling; ++j) x[j] = grid.coordinate(Zone::early, {s[j], 0});
  }
  const double origin = grid.origin();
  const double stretch = grid.age() / (u.s - origin);
  const double offset_s = grid.scaling_offset_s();
  const double offset_tau = grid.scaling_offset_tau();
  for (int j = scaling; j < diagonal; ++j) {
    x[j] = std::log(((s[j] - origin) * stretch + offset_s) / (lag(j) * stretch + offset_tau));
  }
  const double rate = 1 / grid.scale();
  for (int j = diagonal; j < count; ++j) x[j] = -std::log(1 + lag(j) * rate);

  int p = 0;
  for (int j = 0; j < count; ++j) {
    const Zone zone = j < early      ? Zone::frozen
                      : j < scaling  ? Zone::early
                      : j < diagonal ? Zone::scaling
                                     : Zone::diagonal;
    p = grid.find_panel(zone, x[j], p);
    places.panel[j] = p;
    x[j] = grid.position(p, x[j]);
  }
}

void take_exponentials(std::span<double> numbers) {
  for (double& number : numbers) number = std::expm1(number);
}

void take_logarithms(std::span<double> numbers) {
  for (double& number : numbers) number = std::log(number);
}

void combine(const Interval& interval, const Stencil& weight, int p, double* __restrict coefficients) {
  const double* __restrict const rows = interval.panel(p);
  static_assert(stencil == 5);
  for (int i = 0; i < panel_stride; ++i) {
    coefficients[i] = weight[0] * rows[i] + weight[1] * rows[panel_stride + i] +
                      weight[2] * rows[2 * panel_stride + i] + weight[3] * rows[3 * panel_stride + i] +
                      weight[4] * rows[4 * panel_stride + i];
  }
}

std::array<double, order> to_nodal(const double* powers) {
  const Collocation& rule = Collocation::get();
  std::array<double, order> nodal{};
  for (int m = 0; m < order; ++m) {
    for (int i = 0; i < order; ++i) nodal[i] += powers[m] * rule.to_monomial[m][i];
  }
  return nodal;
}

Value value_of(const double* coefficients, const Powers& power) {
  Value value;
  for (int m = 0; m < order; ++m) {
    value.correlation += coefficients[m] * power[m];
    value.response += coefficients[order + m] * power[m];
  }
  return value;
}

Value value_of(const Interval& interval, const Stencil& weight, int panel, const Powers& power) {
  double coefficients[panel_stride];
  combine(interval, weight, panel, coefficients);
  return value_of(coefficients, power);
}

void evaluate(const double* coefficients, const Places& places, int count, double* correlation, double* response) {
  for (int j = 0; j < count;) {
    int end = j + 1;
    while (end < count && end < j + lanes && places.panel[end] == places.panel[j]) ++end;
    const double* const c = coefficients + places.panel[j] * panel_stride;
    // Horner on all lanes at once; spare lanes compute what nobody reads
    double x[lanes], c_sum[lanes], r_sum[lanes];
    for (int i = 0; i < lanes; ++i) {
      x[i] = places.x[std::min(j + i, end - 1)];
      c_sum[i] = c[order - 1];
      r_sum[i] = c[panel_stride - 1];
    }
    for (int m = order - 1; m-- > 0;) {
      for (int i = 0; i < lanes; ++i) {
        c_sum[i] = c_sum[i] * x[i] + c[m];
        r_sum[i] = r_sum[i] * x[i] + c[order + m];
      }
    }
    for (int i = 0; j < end; ++i, ++j) {
      correlation[j] = c_sum[i];
      response[j] = r_sum[i];
    }
  }
}

}  // namespace glasscape::two_time
