#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "row_grid.hpp"

namespace glasscape::two_time {

/// C and R at one pair of times.
struct Value {
  double correlation = 0;
  double response = 0;
};

/// Coefficients of C and of R in powers of x on one panel: `order` numbers for C, then `order` for R.
inline constexpr int panel_stride = 2 * Collocation::order;

/// Values at x of the panel that these coefficients belong to.
inline Value value_at(const double* coefficients, double x) {
  Value value{coefficients[Collocation::order - 1], coefficients[panel_stride - 1]};
  for (int m = Collocation::order - 1; m-- > 0;) {
    value.correlation = value.correlation * x + coefficients[m];
    value.response = value.response * x + coefficients[Collocation::order + m];
  }
  return value;
}

/// The coefficients of two functions that are given at a grid's nodes.
std::vector<double> panel_coefficients(const RowGrid& grid, std::span<const double> first,
                                       std::span<const double> second);

/// The solution at one time t.
struct Row {
  std::shared_ptr<const RowGrid> grid;
  std::vector<double> correlation, response;  ///< at the grid's nodes
  std::vector<double> coefficients;           ///< panel_stride numbers a panel
  std::vector<double> overlaps;               ///< one a direction
  double multiplier = 0;
  std::vector<double> memory_integrals;  ///< one a kernel term

  double t() const { return grid->t(); }
  void expand();  ///< coefficients from the nodes' values
  Value at(TimePair point) const;
};

/// So many rows are interpolated together, in y = ln(t − origin). Five: with more the late dynamics turns unstable.
inline constexpr int stencil = 5;
using Stencil = std::array<double, stencil>;
Stencil lagrange(const Stencil& y, double at);        ///< weights of the values
Stencil inverse_products(const Stencil& y);           ///< 1/Π(y_d − y_e) over all e but d
Stencil lagrange_slope(const Stencil& y, double at);  ///< weights of their derivative by y

/// C and R between two neighbouring rows: `stencil` rows, each read along the grid of the later neighbour, so that
/// at any (u, s) all of them are polynomials of the same x on the same panel.
struct Interval {
  std::shared_ptr<const RowGrid> grid;
  std::size_t first_row = 0;
  Stencil y{};
  Stencil inverse{};                 ///< inverse_products(y)
  std::vector<double> coefficients;  ///< panel by panel: panel_stride numbers of each row, side by side in memory

  void set(int row, const std::vector<double>& of_row);  ///< its coefficients
  const double* panel(int p) const {
    return coefficients.data() + static_cast<std::ptrdiff_t>(p) * stencil * panel_stride;
  }
  double clock(double t) const;         ///< y of a time
  Stencil weights(double clock) const;  ///< lagrange(y, clock)
};

/// The values of `row` at the points along `grid`, panel by panel: `order` for C, `order` for R.
std::vector<double> read_along(const Row& row, const RowGrid& grid);
std::vector<double> to_coefficients(std::vector<double> values);

/// Before the first row the solution is its Taylor series.
struct Start {
  double temperature = 0;
  double multiplier = 0;
  std::vector<double> overlaps, overlap_slopes;

  Value at(double lag) const { return {1 - temperature * lag, 1 - multiplier * lag}; }
};

/// All rows so far, and the intervals between them whose stencil is complete.
class History {
 public:
  explicit History(Start start) : start_(std::move(start)) {}

  void add(Row row);

  /// The rows up to the first one at `end` or later, as a march to there has them. For questions, not to go on.
  History until(double end) const;

  const Start& start() const { return start_; }
  const std::vector<Row>& rows() const { return rows_; }
  const std::vector<double>& times() const { return times_; }  ///< of the rows
  const std::vector<Interval>& closed() const { return closed_; }

  /// The interval that `rows` make, read along the grid of row `later`.
  Interval interval(std::size_t first_row, std::size_t later) const;

  Value at(double t, double s) const;
  double integrated_response(double t, double s) const;     ///< ∫ₛᵗ R(t,u) du
  Stencil weights(double t, std::size_t& first_row) const;  ///< of the rows around t, for what depends on t alone

 private:
  const RowGrid& later_grid(double t) const;

  Start start_;
  std::vector<Row> rows_;
  std::vector<double> times_;
  std::vector<Interval> closed_;
};

/// The rows whose stencil serves the time between rows k and k + 1, when rows 0 … last exist.
std::size_t first_of_stencil(std::size_t k, std::size_t last);

}  // namespace glasscape::two_time
