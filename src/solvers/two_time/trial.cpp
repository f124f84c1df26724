#include "trial.hpp"

#include <algorithm>
#include <cmath>

#include "lookup.hpp"

namespace glasscape::two_time {

namespace {

constexpr int order = Collocation::order;

/// Position of node j in panel-by-panel storage, on the panel that its s-derivative is taken from.
std::size_t storage(const RowGrid& grid, int j) {
  const int p = std::min(grid.upwind_panel(j), grid.panels() - 1);
  return static_cast<std::size_t>(p * panel_stride + j - grid.first_node(p));
}

std::vector<OpenInterval::Source> sources_of(const RowGrid& later, const RowGrid& unknown) {
  const Collocation& rule = Collocation::get();
  std::vector<OpenInterval::Source> sources;
  for (int p = 0; p < later.panels(); ++p) {
    for (int i = 0; i < order; ++i) {
      const TimePair at = later.along(later.panel(p).zone, later.node(later.first_node(p) + i), unknown.t());
      OpenInterval::Source source{unknown.place(at), -1};
      for (int l = 0; l < order; ++l) {
        if (std::abs(source.place.x - rule.node[l]) < 1e-11) source.node = unknown.first_node(source.place.panel) + l;
      }
      if (source.node < 0) source.nodal = to_nodal(powers(source.place.x).data());
      sources.push_back(source);
    }
  }
  return sources;
}

std::vector<OpenInterval::Source> identity(const RowGrid& grid) {
  std::vector<OpenInterval::Source> sources;
  for (int p = 0; p < grid.panels(); ++p) {
    for (int i = 0; i < order; ++i) sources.push_back({{p, 0}, grid.first_node(p) + i});
  }
  return sources;
}

/// Lagrange weights of all rows, blended with those of all but the first.
Stencil blended_weights(const Stencil& y, double at, double share) {
  Stencil weight = lagrange(y, at);
  for (int d = 0; d < stencil; ++d) {
    double without = d > 0;
    for (int e = 1; e < stencil && d > 0; ++e) {
      if (e != d) without *= (at - y[e]) / (y[d] - y[e]);
    }
    weight[d] += share * (without - weight[d]);
  }
  return weight;
}

}  // namespace

Trial::Trial(const History& history, std::shared_ptr<const RowGrid> grid, double damping)
    : history_(&history), damping_(damping) {
  predicted_.grid = std::move(grid);
  const std::vector<Row>& rows = history.rows();
  std::array<std::vector<double>, stencil> reads;
  for (int d = 0; d < stencil; ++d) reads[d] = read_along(rows[rows.size() - stencil + d], *predicted_.grid);
  predict(reads);
  open_intervals(reads);
  for (int d = 0; d + 1 < stencil; ++d) past_[d] = std::move(reads[d + 1]);
}

void Trial::predict(const std::array<std::vector<double>, stencil>& reads) {
  const std::vector<Row>& rows = history_->rows();
  const RowGrid& grid = *predicted_.grid;
  const auto clock = [&](double t) { return std::log(t - grid.origin()); };
  Stencil y;
  for (int d = 0; d < stencil; ++d) y[d] = clock(rows[rows.size() - stencil + d].t());
  const Stencil weight = lagrange(y, clock(grid.t()));

  predicted_.correlation.assign(grid.size(), 0);
  predicted_.response.assign(grid.size(), 0);
  for (int d = 0; d < stencil; ++d) {
    const Row& row = rows[rows.size() - stencil + d];
    for (int j = 0; j < grid.size(); ++j) {
      predicted_.correlation[j] += weight[d] * reads[d][storage(grid, j)];
      predicted_.response[j] += weight[d] * reads[d][storage(grid, j) + order];
    }
    predicted_.multiplier += weight[d] * row.multiplier;
  }
  for (std::size_t i = 0; i < rows.back().overlaps.size(); ++i) {
    predicted_.overlaps.push_back(OverlapStencil(overlaps(i, rows.size() - stencil)).at(weight));
  }
  predicted_.correlation.back() = predicted_.response.back() = 1;
  predicted_.expand();

  std::rotate(y.begin(), y.begin() + 1, y.end());
  y.back() = clock(grid.t());
  slope_ = lagrange_slope(y, y.back());
  for (double& each : slope_) each /= grid.age();
}

void Trial::open_intervals(const std::array<std::vector<double>, stencil>& reads) {
  const std::vector<Row>& rows = history_->rows();
  const std::size_t n = rows.size();
  for (std::size_t k = history_->closed().size(); k < n; ++k) {
    OpenInterval made;
    Interval& interval = made.interval;
    const bool last = k + 1 == n;
    interval.grid = last ? predicted_.grid : rows[k + 1].grid;
    interval.first_row = n - (stencil - 1);
    for (int d = 0; d < stencil; ++d) {
      const Row& row = d + 1 < stencil ? rows[interval.first_row + d] : predicted_;
      interval.y[d] = interval.clock(row.t());
      if (&row == &predicted_ && last)
        interval.set(d, row.coefficients);
      else if (last)
        interval.set(d, to_coefficients(reads[d + 1]));
      else if (interval.first_row + d == k + 1)
        interval.set(d, row.coefficients);
      else
        interval.set(d, to_coefficients(read_along(row, *interval.grid)));
    }
    interval.inverse = inverse_products(interval.y);
    made.sources = last ? identity(*predicted_.grid) : sources_of(*interval.grid, *predicted_.grid);
    open_.push_back(std::move(made));
  }
}

double Trial::closed_until() const { return history_->times()[history_->closed().size()]; }

Trial::Reading Trial::read(double u, std::size_t guess) const {
  const std::vector<double>& times = history_->times();
  Reading reading;
  const bool guessed = u >= times[guess] && (guess + 1 == times.size() || u < times[guess + 1]);
  const auto after = guessed ? times.begin() + static_cast<std::ptrdiff_t>(guess) + 1
                             : std::upper_bound(times.begin(), times.end(), u);
  if (after == times.begin()) return reading;
  const std::size_t k = static_cast<std::size_t>(after - times.begin()) - 1;
  reading.row = k;
  const std::size_t closed = history_->closed().size();
  if (k < closed) {
    reading.interval = &history_->closed()[k];
  } else {
    reading.open_index = static_cast<int>(k - closed);
    reading.open = &open_[k - closed];
    reading.interval = &reading.open->interval;
  }
  const double y = reading.interval->clock(u);
  const bool damped = reading.open != nullptr && damping_ > 0;
  reading.weight = damped ? blended_weights(reading.interval->y, y, damping_) : reading.interval->weights(y);
  return reading;
}

/// Of the rows from `first_row` on, the unknown one as predicted.
Stencil Trial::overlaps(std::size_t direction, std::size_t first_row) const {
  Stencil values;
  for (int d = 0; d < stencil; ++d) {
    const std::size_t row = first_row + d;
    values[d] = (row < history_->rows().size() ? history_->rows()[row] : predicted_).overlaps[direction];
  }
  return values;
}

Trial::Overlap Trial::overlap(std::size_t direction, double u, const Reading& reading) const {
  const Start& start = history_->start();
  if (reading.interval == nullptr) return {start.overlaps[direction] + start.overlap_slopes[direction] * u, 0};
  const OverlapStencil values(overlaps(direction, reading.interval->first_row));
  const double value = values.at(reading.weight);
  return {value, reading.open != nullptr ? values.share_of_last(reading.weight, value) : 0};
}

std::vector<double> Trial::past_slope(int offset) const {
  std::vector<double> sum(grid().size());
  for (int d = 0; d + 1 < stencil; ++d) {
    for (int j = 0; j < grid().size(); ++j) sum[j] += slope_[d] * past_[d][storage(grid(), j) + offset];
  }
  return sum;
}

OverlapStencil::Slope Trial::overlap_slope(std::size_t direction, double overlap) const {
  const OverlapStencil values(overlaps(direction, history_->rows().size() - (stencil - 1)));
  return values.slope(slope_, overlap);
}

}  // namespace glasscape::two_time
