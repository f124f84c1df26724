#include "history.hpp"

#include <algorithm>
#include <cmath>

namespace glasscape::two_time {

namespace {
constexpr int order = Collocation::order;
}

Stencil lagrange(const Stencil& y, double at) {
  Stencil weight;
  for (int d = 0; d < stencil; ++d) {
    double product = 1;
    for (int e = 0; e < stencil; ++e) {
      if (e != d) product *= (at - y[e]) / (y[d] - y[e]);
    }
    weight[d] = product;
  }
  return weight;
}

Stencil inverse_products(const Stencil& y) {
  Stencil inverse;
  for (int d = 0; d < stencil; ++d) {
    double product = 1;
    for (int e = 0; e < stencil; ++e) {
      if (e != d) product *= y[d] - y[e];
    }
    inverse[d] = 1 / product;
  }
  return inverse;
}

Stencil lagrange_slope(const Stencil& y, double at) {
  Stencil weight;
  for (int d = 0; d < stencil; ++d) {
    double sum = 0;
    for (int skip = 0; skip < stencil; ++skip) {
      if (skip == d) continue;
      double product = 1 / (y[d] - y[skip]);
      for (int e = 0; e < stencil; ++e) {
        if (e != d && e != skip) product *= (at - y[e]) / (y[d] - y[e]);
      }
      sum += product;
    }
    weight[d] = sum;
  }
  return weight;
}

std::vector<double> to_coefficients(std::vector<double> values) {
  const Collocation& rule = Collocation::get();
  for (std::size_t base = 0; base < values.size(); base += order) {
    std::array<double, order> nodal;
    std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(base), order, nodal.begin());
    for (int m = 0; m < order; ++m) {
      double sum = 0;
      for (int i = 0; i < order; ++i) sum += rule.to_monomial[m][i] * nodal[i];
      values[base + m] = sum;
    }
  }
  return values;
}

std::vector<double> panel_coefficients(const RowGrid& grid, std::span<const double> first,
                                       std::span<const double> second) {
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(grid.panels()) * panel_stride);
  for (int p = 0; p < grid.panels(); ++p) {
    for (const std::span<const double>& nodal : {first, second}) {
      const auto begin = nodal.begin() + grid.first_node(p);
      values.insert(values.end(), begin, begin + order);
    }
  }
  return to_coefficients(std::move(values));
}

void Row::expand() { coefficients = panel_coefficients(*grid, correlation, response); }

Value Row::at(TimePair point) const {
  const Place place = grid->place(point);
  return value_at(coefficients.data() + place.panel * panel_stride, place.x);
}

std::vector<double> read_along(const Row& row, const RowGrid& grid) {
  std::vector<double> values(static_cast<std::size_t>(grid.panels()) * panel_stride);
  for (int p = 0; p < grid.panels(); ++p) {
    for (int i = 0; i < order; ++i) {
      const Value value = row.at(grid.along(grid.panel(p).zone, grid.node(grid.first_node(p) + i), row.t()));
      values[p * panel_stride + i] = value.correlation;
      values[p * panel_stride + order + i] = value.response;
    }
  }
  return values;
}

void Interval::set(int row, const std::vector<double>& of_row) {
  coefficients.resize(of_row.size() * stencil);
  for (std::size_t from = 0; from < of_row.size(); from += panel_stride) {
    std::copy_n(&of_row[from], panel_stride, &coefficients[from * stencil + row * panel_stride]);
  }
}

double Interval::clock(double t) const { return std::log(t - grid->origin()); }

Stencil Interval::weights(double clock) const {
  Stencil weight = inverse;
  double below = 1;
  double above = 1;
  for (int d = 0; d < stencil; ++d) {
    weight[d] *= below;
    weight[stencil - 1 - d] *= above;
    below *= clock - y[d];
    above *= clock - y[stencil - 1 - d];
  }
  return weight;
}

std::size_t first_of_stencil(std::size_t k, std::size_t last) {
  return std::min(k < 2 ? 0 : k - 2, last + 1 - stencil);
}

void History::add(Row row) {
  times_.push_back(row.t());
  rows_.push_back(std::move(row));
  if (rows_.size() < stencil) return;
  while (first_of_stencil(closed_.size(), rows_.size()) + stencil <= rows_.size()) {
    closed_.push_back(interval(first_of_stencil(closed_.size(), rows_.size()), closed_.size() + 1));
  }
}

History History::until(double end) const {
  const auto last = std::ranges::lower_bound(times_, end);
  // as many as are needed to interpolate, even where the end lies before
  const std::ptrdiff_t needed = std::max<std::ptrdiff_t>(last - times_.begin() + 1, stencil);
  const std::ptrdiff_t count = std::min(needed, std::ssize(times_));
  History made(start_);
  made.times_.assign(times_.begin(), times_.begin() + count);
  made.rows_.assign(rows_.begin(), rows_.begin() + count);
  return made;
}

Interval History::interval(std::size_t first_row, std::size_t later) const {
  Interval made;
  made.grid = rows_[later].grid;
  made.first_row = first_row;
  for (int d = 0; d < stencil; ++d) {
    const Row& row = rows_[first_row + d];
    made.y[d] = made.clock(row.t());
    made.set(d, first_row + d == later ? row.coefficients : to_coefficients(read_along(row, *made.grid)));
  }
  made.inverse = inverse_products(made.y);
  return made;
}

Stencil History::weights(double t, std::size_t& first_row) const {
  const auto after = std::upper_bound(times_.begin(), times_.end(), t);
  const std::size_t k = after == times_.begin() ? 0 : static_cast<std::size_t>(after - times_.begin()) - 1;
  first_row = first_of_stencil(k, rows_.size() - 1);
  const double origin = rows_[std::min(k + 1, rows_.size() - 1)].grid->origin();
  Stencil y;
  for (int d = 0; d < stencil; ++d) y[d] = std::log(times_[first_row + d] - origin);
  return lagrange(y, std::log(t - origin));
}

/// The grid of the first row after t, on which the rows around t are read.
const RowGrid& History::later_grid(double t) const {
  const auto after = std::upper_bound(times_.begin(), times_.end(), t);
  const auto k = static_cast<std::size_t>(after - times_.begin());
  return *rows_[std::min(k, rows_.size() - 1)].grid;
}

Value History::at(double t, double s) const {
  if (t < times_.front()) return start_.at(t - s);
  const RowGrid& grid = later_grid(t);
  std::size_t first_row = 0;
  const Stencil weight = weights(t, first_row);
  const Zone zone = s < grid.origin()               ? Zone::frozen
                    : s < grid.early_end()          ? Zone::early
                    : t - s < grid.diagonal_begin() ? Zone::diagonal
                                                    : Zone::scaling;
  Value sum;
  for (int d = 0; d < stencil; ++d) {
    const Row& row = rows_[first_row + d];
    TimePair there{s, row.t() - s};
    if (zone == Zone::diagonal) there = {row.t() - (t - s), t - s};
    if (zone == Zone::scaling) {
      const double stretch = (row.t() - grid.origin()) / (t - grid.origin());
      there = {grid.origin() + (s - grid.origin()) * stretch, (t - s) * stretch};
    }
    const Value value = row.at(there);
    sum.correlation += weight[d] * value.correlation;
    sum.response += weight[d] * value.response;
  }
  return sum;
}

double History::integrated_response(double t, double s) const {
  if (t < times_.front()) return (t - s) * (1 - 0.5 * start_.multiplier * (t - s));
  const Collocation& rule = Collocation::get();
  const RowGrid& grid = later_grid(t);
  // the panels of that grid, as they lie at time t, in τ = t − u
  double sum = 0;
  double latest = t - s;
  for (int p = 0; p < grid.panels() && latest > 0; ++p) {
    const Zone zone = grid.panel(p).zone;
    const TimePair upper = grid.along(zone, grid.edge(p + 1), t);
    double earliest = zone == Zone::frozen || zone == Zone::early ? t - upper.s : upper.tau;
    if (zone == Zone::scaling) earliest = std::max(earliest, grid.diagonal_begin());
    earliest = std::max(earliest, 0.0);
    if (earliest >= latest) continue;
    const double lower_log = std::log1p(earliest / grid.scale());
    const double upper_log = std::log1p(latest / grid.scale());
    for (int g = 0; g < Collocation::gauss; ++g) {
      const double w = 0.5 * (lower_log + upper_log + (upper_log - lower_log) * rule.gauss_node[g]);
      const double tau = grid.scale() * std::expm1(w);
      const double weight = 0.5 * (upper_log - lower_log) * rule.gauss_weight[g] * (tau + grid.scale());
      sum += weight * at(t, t - tau).response;
    }
    latest = earliest;
  }
  return sum;
}

}  // namespace glasscape::two_time
