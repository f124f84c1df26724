#include "memory_matrices.hpp"

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace glasscape::two_time {

namespace {

constexpr int order = Collocation::order;
constexpr int gauss = Collocation::gauss;

/// Quadrature cells grow with the distance from a point where the integrand varies fast: in ln(distance + a), they are
/// as wide as the row's panels. Where no row lies between, they may be wider: below this fraction of the age.
constexpr double undivided = 0.03;

/// Coefficients of linear functionals of the unknown row's change, as it enters one open interval: for each node j
/// and panel, what multiplies the powers of x. Only the range of panels in use is ever touched.
class ShiftSums {
 public:
  ShiftSums(int nodes, int panels)
      : panels_(panels),
        sums_(std::make_unique_for_overwrite<double[]>(static_cast<std::size_t>(nodes) * panels * order)),
        first_(nodes, panels),
        last_(nodes, -1) {}

  void add(int j, int panel, const Powers& power, double weight) {
    if (panel < first_[j] || panel > last_[j]) include(j, panel);
    two_time::add(power, weight, at(j, panel));
  }

  /// Adds the functionals to matrices whose columns are the unknown row's nodes.
  void apply(const std::vector<OpenInterval::Source>& sources, std::initializer_list<Square*> matrices) const;

 private:
  double* at(int j, int panel) const { return sums_.get() + (static_cast<std::size_t>(j) * panels_ + panel) * order; }
  void include(int j, int panel) {
    const bool empty = last_[j] < first_[j];
    const int begin = empty || panel < first_[j] ? panel : last_[j] + 1;
    const int end = empty ? panel + 1 : panel < first_[j] ? first_[j] : panel + 1;
    std::fill(at(j, begin), at(j, end), 0.0);
    first_[j] = std::min(first_[j], panel);
    last_[j] = std::max(last_[j], panel);
  }

  int panels_;
  std::unique_ptr<double[]> sums_;
  std::vector<int> first_, last_;
};

void add_to(double* to, const std::array<double, order>& values) {
  for (int l = 0; l < order; ++l) to[l] += values[l];
}

int first_column(const OpenInterval::Source& source) {
  return source.node >= 0 ? source.node : source.place.panel * (order - 1);
}

/// Of the unknown row, which these entries follow from.
Square::Range columns_of(std::span<const OpenInterval::Source> sources) {
  Square::Range range{.begin = first_column(sources.front())};
  for (const OpenInterval::Source& source : sources) {
    const int first = first_column(source);
    range.begin = std::min(range.begin, first);
    range.end = std::max(range.end, first + (source.node >= 0 ? 1 : order));
  }
  return range;
}

void add_source(const OpenInterval::Source& source, double weight, double* row) {
  if (source.node >= 0) {
    row[source.node] += weight;
    return;
  }
  for (int l = 0; l < order; ++l) row[first_column(source) + l] += weight * source.nodal[l];
}

void ShiftSums::apply(const std::vector<OpenInterval::Source>& sources, std::initializer_list<Square*> matrices) const {
  const int columns = (*matrices.begin())->size();
  std::vector<double> row(columns);
  for (int j = 0; j < columns; ++j) {
    if (first_[j] > last_[j]) continue;
    const std::span all = std::span(sources).subspan(first_[j] * order, (last_[j] - first_[j] + 1) * order);
    const Square::Range range = columns_of(all);
    std::fill(&row[range.begin], &row[range.begin] + (range.end - range.begin), 0.0);
    for (int p = first_[j]; p <= last_[j]; ++p) {
      const std::array<double, order> nodal = to_nodal(at(j, p));
      for (int i = 0; i < order; ++i) add_source(sources[p * order + i], nodal[i], row.data());
    }
    for (Square* matrix : matrices) {
      double* const to = matrix->row(j, range);
      for (int l = range.begin; l < range.end; ++l) to[l] += row[l];
    }
  }
}

/// Of one open interval: times u later than s, with weight Σ, and the time s itself, with weights Σ and Λ.
struct Shifts {
  ShiftSums later, earlier_sigma, earlier_lambda;

  Shifts(int nodes, int panels) : later(nodes, panels), earlier_sigma(nodes, panels), earlier_lambda(nodes, panels) {}
};

std::vector<TimePair> nodes_of(const RowGrid& grid) {
  std::vector<TimePair> nodes;
  for (int j = 0; j < grid.size(); ++j) nodes.push_back(grid.node(j));
  return nodes;
}

/// In which zone of an interval's grid a pair of times lies that is `lag` apart.
Zone zone_of_pair(const RowGrid& grid, double earlier, double lag) {
  if (earlier < grid.origin()) return Zone::frozen;
  if (earlier < grid.early_end()) return Zone::early;
  return lag < grid.diagonal_begin() ? Zone::diagonal : Zone::scaling;
}

/// e^coordinate there of the pair (time, earlier).
double exponential_of_pair(const RowGrid& grid, Zone zone, double time, double earlier, double lag) {
  if (zone != Zone::scaling) return grid.exponential(zone, {earlier, lag});
  const double origin = grid.origin();
  const double stretch = grid.age() / (time - origin);
  return grid.exponential(zone, {origin + (earlier - origin) * stretch, lag * stretch});
}

/// Appends Gauss points and weights of ∫ d(lag), graded: in cells of w = ln(1 + lag/scale) no wider than `widest`,
/// between two values of w.
void grade(double begin, double end, double widest, double scale, std::vector<double>& lag,
           std::vector<double>& weight) {
  const Collocation& rule = Collocation::get();
  const int cells = std::max(1, static_cast<int>(std::ceil((end - begin) / widest)));
  const double half = 0.5 * (end - begin) / cells;
  const std::size_t before = lag.size();
  for (int cell = 0; cell < cells; ++cell) {
    for (int g = 0; g < gauss; ++g) lag.push_back(begin + half * (2 * cell + 1 + rule.gauss_node[g]));
  }
  take_exponentials(std::span(lag).subspan(before));
  for (std::size_t i = before; i < lag.size(); ++i) {
    lag[i] *= scale;
    weight.push_back(half * rule.gauss_weight[i % gauss] * (lag[i] + scale));
  }
}

/// The points u = s ± lag of the quadrature close to a node s, on one panel and one side.
struct NearPoints {
  std::vector<double> lag, weight;
  std::vector<TimePair> u;
  std::vector<double> x;                ///< of u on the panel
  std::vector<Trial::Reading> reading;  ///< of the pair's later time
  std::vector<Zone> zone;
  Places there{0};  ///< of the pair, where it is read
  std::vector<double> correlation, response;

  int count() const { return static_cast<int>(lag.size()); }
  void resize() {
    const std::size_t n = lag.size();
    u.resize(n);
    zone.resize(n);
    reading.resize(n);
    there.panel.resize(n);
    for (std::vector<double>* each : {&x, &there.x, &correlation, &response}) each->resize(n);
  }
};

/// Builds the matrices: panels far from a node share the row's Gauss points, near ones have their own.
class Builder {
 public:
  Builder(const Trial& trial, std::span<const double> sigma, std::span<const double> lambda, NearCache& cache,
          MemoryMatrices& matrices)
      : trial_(trial),
        grid_(trial.grid()),
        out_(matrices),
        cache_(cache),
        quadrature_(grid_),
        sigma_(at_gauss(grid_, sigma)),
        lambda_(at_gauss(grid_, lambda)),
        kernels_(panel_coefficients(grid_, sigma, lambda)),
        nodes_(grid_, nodes_of(grid_)),
        points_(grid_, quadrature_.point),
        places_(std::max(nodes_.size(), points_.size())) {
    int most = grid_.panels();
    for (const Interval& interval : trial.history().closed()) most = std::max(most, interval.grid->panels());
    for (const OpenInterval& open : trial.open()) {
      most = std::max(most, open.interval.grid->panels());
      shifts_.emplace_back(grid_.size(), open.interval.grid->panels());
    }
    combined_.resize(static_cast<std::size_t>(most) * panel_stride);
    node_row_.resize(combined_.size());
    const std::size_t table = std::max<std::size_t>(static_cast<std::size_t>(gauss) * nodes_.size(), points_.size());
    correlation_.resize(table);
    response_.resize(table);
  }

  void build() {
    separate();
    for (int p = 0; p < grid_.panels(); ++p) later_panel(p);
    for (int j = 0; j + 1 < grid_.size(); ++j) {
      read_node(j);
      earlier_panels(j);
      near(j);
    }
    for (std::size_t k = 0; k < shifts_.size(); ++k) {
      const std::vector<OpenInterval::Source>& sources = trial_.open()[k].sources;
      shifts_[k].later.apply(sources, {&out_.response_shift, &out_.correlation_shift});
      shifts_[k].earlier_sigma.apply(sources, {&out_.correlation_shift});
      shifts_[k].earlier_lambda.apply(sources, {&out_.correlation_by_response});
    }
  }

 private:
  Square::Range columns_of(int p) const { return {grid_.first_node(p), grid_.first_node(p) + order}; }
  void separate();
  void later_panel(int p);
  void read_node(int j);
  void earlier_panels(int j);
  void near(int j);
  NearBlock near_block(int j, int first, int last);
  void near_side(int j, bool later, NearBlock::Part& part);
  void place_near_points(int j, int p, bool later);
  void place_pair(int i, const RowGrid& grid, double time, double earlier);
  void find_panel(int i, const RowGrid& grid);
  void read_near_start(int i);
  void read_later(double s);
  void read_earlier(double s);
  void add_shift(int j, bool later, int i, int panel_here, const Powers& here);
  void read_start(double time, const Targets& targets, int count, double* correlation, double* response);
  void read_at_nodes(const Trial::Reading& reading, TimePair u, int count, double* correlation, double* response);
  void add_overlaps(int p, int point, const Trial::Reading& reading, const double* weights);

  const Trial& trial_;
  const RowGrid& grid_;
  MemoryMatrices& out_;
  NearCache& cache_;
  Quadrature quadrature_;
  std::vector<double> sigma_, lambda_;  // at the Gauss points
  std::vector<double> kernels_;         // Σ and Λ in powers of x, as a row's C and R are held
  Targets nodes_, points_;
  Places places_;
  NearPoints near_;
  std::vector<Shifts> shifts_;
  std::vector<double> combined_, correlation_, response_;
  Trial::Reading node_;           // of the node at hand
  std::vector<double> node_row_;  // the row at its time, in coefficients
  std::vector<int> above_;        // panel p lies far above the nodes j < above_[p]
  std::vector<int> below_;        // panel p lies far below the nodes j ≥ below_[p]
};

void Builder::separate() {
  const double factor = 1.01 * std::exp(grid_.wide());  // above rounding of panels that are just as wide
  const auto far = [&](double nearest, double farthest) {
    return farthest + grid_.scale() <= factor * (nearest + grid_.scale());
  };
  for (int p = 0; p < grid_.panels(); ++p) {
    const TimePair lower = grid_.point(p, -1);
    const TimePair upper = grid_.point(p, 1);
    int j = grid_.first_node(p);
    while (j > 0 && !far(gap(lower, grid_.node(j - 1)), gap(upper, grid_.node(j - 1)))) --j;
    above_.push_back(j);
    j = grid_.first_node(p + 1) + 1;
    while (j < grid_.size() && !far(gap(grid_.node(j), upper), gap(grid_.node(j), lower))) ++j;
    below_.push_back(p > 0 ? std::max(j, below_.back()) : j);
  }
  // the near panels of a node are neighbours
  for (int p = grid_.panels() - 1; p-- > 0;) above_[p] = std::min(above_[p], above_[p + 1]);
}

void Builder::read_start(double time, const Targets& targets, int count, double* correlation, double* response) {
  for (int j = 0; j < count; ++j) {
    const Value value = trial_.history().start().at(time - targets.s[j]);
    correlation[j] = value.correlation;
    response[j] = value.response;
  }
}

/// C(u, s) and R(u, s) at the first `count` nodes s.
void Builder::read_at_nodes(const Trial::Reading& reading, TimePair u, int count, double* correlation,
                            double* response) {
  if (reading.interval == nullptr) return read_start(u.s, nodes_, count, correlation, response);
  place(*reading.interval, u, nodes_, count, places_);
  for (int p = places_.panel[0]; p <= places_.panel[count - 1]; ++p) {
    combine(*reading.interval, reading.weight, p, &combined_[p * panel_stride]);
  }
  evaluate(combined_.data(), places_, count, correlation, response);
}

void Builder::add_overlaps(int p, int point, const Trial::Reading& reading, const double* weights) {
  for (std::size_t i = 0; i < out_.overlap_sigma.size(); ++i) {
    const Trial::Overlap overlap = trial_.overlap(i, quadrature_.point[point].s, reading);
    double* const to = out_.overlap_sigma[i].data() + grid_.first_node(p);
    for (int l = 0; l < order; ++l) to[l] += weights[l] * overlap.value;
    out_.overlap_shift[i] += quadrature_.weight[point] * sigma_[point] * overlap.share;
  }
}

/// Times u on panel p, for all nodes far below: R(u, s) and C(u, s).
void Builder::later_panel(int p) {
  const Collocation& rule = Collocation::get();
  const int count = above_[p];
  const int stride = nodes_.size();
  std::array<double, gauss * order> weights{};
  for (int g = 0; g < gauss; ++g) {
    const int point = p * gauss + g;
    for (int l = 0; l < order; ++l) weights[g * order + l] = quadrature_.weight[point] * rule.to_gauss[g][l];
    const TimePair u = quadrature_.point[point];
    const Trial::Reading reading = trial_.read(u.s);
    add_overlaps(p, point, reading, weights.data() + g * order);
    if (count == 0) continue;
    read_at_nodes(reading, u, count, &correlation_[g * stride], &response_[g * stride]);
    if (reading.open == nullptr) continue;
    const double share = quadrature_.weight[point] * sigma_[point] * reading.weight.back();
    Shifts& shifts = shifts_[reading.open_index];
    for (int j = 0; j < count; ++j) {
      shifts.later.add(j, places_.panel[j], powers(places_.x[j]), share);
    }
  }
  if (count == 0) return;
  const auto add = [&](const std::vector<double>& table, Square& matrix) {
    const Square::Range columns = columns_of(p);
    for (int j = 1; j < count; ++j) matrix.row(j, columns);
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, count, order, gauss, 1, table.data(), stride, weights.data(),
                order, 1, matrix.row(0, columns) + columns.begin, stride);
  };
  add(response_, out_.response_sigma);
  add(correlation_, out_.correlation_sigma);
}

/// The row at time s of node j, and the overlaps there.
void Builder::read_node(int j) {
  const double s = grid_.node(j).s;
  node_ = trial_.read(s);
  for (std::size_t i = 0; i < out_.overlap_at_nodes.size(); ++i) {
    const Trial::Overlap overlap = trial_.overlap(i, s, node_);
    out_.overlap_at_nodes[i][j] = overlap.value;
    out_.overlap_share[i][j] = overlap.share;
  }
  if (node_.interval == nullptr) return;
  for (int p = 0; p < node_.interval->grid->panels(); ++p) {
    combine(*node_.interval, node_.weight, p, &node_row_[p * panel_stride]);
  }
}

/// That row at all Gauss points u far below: C(s, u) and R(s, u).
void Builder::earlier_panels(int j) {
  const Collocation& rule = Collocation::get();
  const TimePair s = grid_.node(j);
  const int panels = static_cast<int>(std::upper_bound(below_.begin(), below_.end(), j) - below_.begin());
  if (panels == 0) return;
  const int count = panels * gauss;
  if (node_.interval == nullptr) {
    read_start(s.s, points_, count, correlation_.data(), response_.data());
  } else {
    place(*node_.interval, s, points_, count, places_);
    evaluate(node_row_.data(), places_, count, correlation_.data(), response_.data());
  }
  if (node_.open != nullptr) {
    Shifts& shifts = shifts_[node_.open_index];
    const double share = node_.weight.back();
    for (int i = 0; i < count; ++i) {
      const double weight = share * quadrature_.weight[i];
      const Powers power = powers(places_.x[i]);
      shifts.earlier_sigma.add(j, places_.panel[i], power, weight * sigma_[i]);
      shifts.earlier_lambda.add(j, places_.panel[i], power, weight * lambda_[i]);
    }
  }
  for (int p = 0; p < panels; ++p) {
    const Square::Range columns = columns_of(p);
    std::array<double, order> sigma{}, lambda{};
    for (int g = 0; g < gauss; ++g) {
      const int i = p * gauss + g;
      const double c = quadrature_.weight[i] * correlation_[i];
      const double r = quadrature_.weight[i] * response_[i];
      for (int l = 0; l < order; ++l) {
        sigma[l] += c * rule.to_gauss[g][l];
        lambda[l] += r * rule.to_gauss[g][l];
      }
    }
    add_to(out_.correlation_sigma.row(j, columns) + columns.begin, sigma);
    add_to(out_.correlation_lambda.row(j, columns) + columns.begin, lambda);
  }
}

void Builder::near(int j) {
  const auto first = std::upper_bound(below_.begin(), below_.end(), j) - below_.begin();
  int last = grid_.panels() - 1;
  while (j < above_[last]) --last;
  std::vector<Panel> surroundings;
  for (int p = static_cast<int>(first); p <= last; ++p) surroundings.push_back(grid_.panel(p));
  const bool lasting = surroundings.back().zone <= Zone::early && grid_.edge(last + 1).s < trial_.closed_until();

  const double s = grid_.node(j).s;
  const NearBlock* block = lasting ? cache_.find(s, surroundings) : nullptr;
  NearBlock made;
  if (block == nullptr) {
    made = near_block(j, static_cast<int>(first), last);
    block = &made;
  }
  for (std::size_t k = 0; k < block->parts.size(); ++k) {
    const NearBlock::Part& part = block->parts[k];
    const Square::Range columns = columns_of(static_cast<int>(first) + part.panel);
    add_to(out_.response_sigma.row(j, columns) + columns.begin, part.response_sigma);
    add_to(out_.correlation_sigma.row(j, columns) + columns.begin, part.correlation_sigma);
    add_to(out_.correlation_lambda.row(j, columns) + columns.begin, part.correlation_lambda);
  }
  if (lasting && block == &made) cache_.keep(s, surroundings, std::move(made));
}

NearBlock Builder::near_block(int j, int first, int last) {
  NearBlock block;
  for (int p = first; p <= last; ++p) {
    NearBlock::Part part;
    part.panel = p;
    if (j < grid_.first_node(p + 1)) near_side(j, true, part);
    if (j > grid_.first_node(p)) near_side(j, false, part);
    part.panel = p - first;
    block.parts.push_back(part);
  }
  return block;
}

/// The part of panel part.panel on one side of node j: u later or earlier than s.
void Builder::near_side(int j, bool later, NearBlock::Part& part) {
  place_near_points(j, part.panel, later);
  later ? read_later(grid_.node(j).s) : read_earlier(grid_.node(j).s);
  std::array<double, order> by_response{}, by_correlation{};
  for (int i = 0; i < near_.count(); ++i) {
    const Powers here = powers(near_.x[i]);
    add(here, near_.weight[i] * near_.response[i], by_response.data());
    add(here, near_.weight[i] * near_.correlation[i], by_correlation.data());
    if (near_.reading[i].open != nullptr) add_shift(j, later, i, part.panel, here);
  }
  const std::array<double, order> response = to_nodal(by_response.data());
  const std::array<double, order> correlation = to_nodal(by_correlation.data());
  for (int l = 0; l < order; ++l) {
    (later ? part.response_sigma : part.correlation_lambda)[l] += response[l];
    part.correlation_sigma[l] += correlation[l];
  }
}

/// Quadrature points u on panel p, on one side of node j, graded towards it.
void Builder::place_near_points(int j, int p, bool later) {
  const TimePair s = grid_.node(j);
  const TimePair lower = grid_.point(p, -1);  // of this very panel: the same bits on all grids that have it
  const TimePair upper = grid_.point(p, 1);
  const double a = grid_.scale();
  const Zone zone = grid_.panel(p).zone;
  // at fixed s from s alone: the same bits in all rows
  const bool fixed = zone <= Zone::early;
  const auto distance = [fixed](TimePair x, TimePair y) { return fixed ? x.s - y.s : gap(x, y); };
  const double begin = std::log1p(std::max(0.0, later ? distance(lower, s) : distance(s, upper)) / a);
  const double end = std::log1p((later ? distance(upper, s) : distance(s, lower)) / a);
  const double calm = std::clamp(std::log1p(undivided * std::max(0.0, s.s - grid_.origin()) / a), begin, end);
  near_.lag.clear();
  near_.weight.clear();
  if (calm > begin) grade(begin, calm, grid_.calm(), a, near_.lag, near_.weight);
  if (calm < end || calm == begin) grade(calm, end, grid_.wide(), a, near_.lag, near_.weight);
  near_.resize();
  const double sign = later ? 1 : -1;
  for (int i = 0; i < near_.count(); ++i) {
    const double shift = sign * near_.lag[i];
    near_.u[i] = {std::max(0.0, s.s + shift), std::max(0.0, s.tau - shift)};
    near_.x[i] = grid_.exponential(zone, near_.u[i]);
  }
  take_logarithms(near_.x);
  for (double& x : near_.x) x = grid_.position(p, x);
}

/// e^coordinate of pair i on the grid of its later time.
void Builder::place_pair(int i, const RowGrid& grid, double time, double earlier) {
  near_.zone[i] = zone_of_pair(grid, earlier, near_.lag[i]);
  near_.there.x[i] = exponential_of_pair(grid, near_.zone[i], time, earlier, near_.lag[i]);
}

/// The panel there, and the position on it, from the coordinate.
void Builder::find_panel(int i, const RowGrid& grid) {
  const bool close = i > 0 && near_.zone[i] == near_.zone[i - 1];
  const int p = grid.find_panel(near_.zone[i], near_.there.x[i], close ? near_.there.panel[i - 1] : grid.panels());
  near_.there.panel[i] = p;
  near_.there.x[i] = grid.position(p, near_.there.x[i]);
}

void Builder::read_near_start(int i) {
  const Value value = trial_.history().start().at(near_.lag[i]);
  near_.correlation[i] = value.correlation;
  near_.response[i] = value.response;
}

/// C(u, s) and R(u, s) at the near points u > s: each in a row of its own.
void Builder::read_later(double s) {
  for (int i = 0; i < near_.count(); ++i) {
    near_.reading[i] = trial_.read(near_.u[i].s, i > 0 ? near_.reading[i - 1].row : 0);
    near_.there.x[i] = 1;
    if (near_.reading[i].interval != nullptr) place_pair(i, *near_.reading[i].interval->grid, near_.u[i].s, s);
  }
  take_logarithms(near_.there.x);
  for (int i = 0; i < near_.count(); ++i) {
    const Trial::Reading& reading = near_.reading[i];
    if (reading.interval == nullptr) {
      read_near_start(i);
      continue;
    }
    find_panel(i, *reading.interval->grid);
    const Value value = value_of(*reading.interval, reading.weight, near_.there.panel[i], powers(near_.there.x[i]));
    near_.correlation[i] = value.correlation;
    near_.response[i] = value.response;
  }
}

/// C(s, u) and R(s, u) at the near points u < s: all in the node's row.
void Builder::read_earlier(double s) {
  std::ranges::fill(near_.reading, node_);
  if (node_.interval == nullptr) {
    for (int i = 0; i < near_.count(); ++i) read_near_start(i);
    return;
  }
  const RowGrid& grid = *node_.interval->grid;
  for (int i = 0; i < near_.count(); ++i) place_pair(i, grid, s, near_.u[i].s);
  take_logarithms(near_.there.x);
  for (int i = 0; i < near_.count(); ++i) find_panel(i, grid);
  evaluate(node_row_.data(), near_.there, near_.count(), near_.correlation.data(), near_.response.data());
}

/// What the unknown row's change adds at near point i; `here` is where u lies on the unknown row.
void Builder::add_shift(int j, bool later, int i, int panel_here, const Powers& here) {
  const Trial::Reading& reading = near_.reading[i];
  const double share = near_.weight[i] * reading.weight.back();
  const Value kernels = value_of(kernels_.data() + panel_here * panel_stride, here);
  const Powers there = powers(near_.there.x[i]);
  const int panel = near_.there.panel[i];
  Shifts& shifts = shifts_[reading.open_index];
  (later ? shifts.later : shifts.earlier_sigma).add(j, panel, there, share * kernels.correlation);
  if (!later) shifts.earlier_lambda.add(j, panel, there, share * kernels.response);
}

}  // namespace

double* Square::row(int j, Range columns) {
  double* const row = values_.get() + static_cast<std::size_t>(j) * size_;
  Range& range = ranges_[j];
  if (range.begin == range.end) range = {columns.begin, columns.begin};
  if (columns.begin < range.begin) std::fill(row + columns.begin, row + range.begin, 0.0);
  if (columns.end > range.end) std::fill(row + range.end, row + columns.end, 0.0);
  range = {std::min(range.begin, columns.begin), std::max(range.end, columns.end)};
  return row;
}

Quadrature::Quadrature(const RowGrid& grid) {
  const Collocation& rule = Collocation::get();
  for (int p = 0; p < grid.panels(); ++p) {
    for (int g = 0; g < gauss; ++g) {
      point.push_back(grid.point(p, rule.gauss_node[g]));
      weight.push_back(rule.gauss_weight[g] * grid.half_width(p) * grid.slope(grid.panel(p).zone, point.back()));
    }
  }
}

std::vector<double> at_gauss(const RowGrid& grid, std::span<const double> nodal) {
  const Collocation& rule = Collocation::get();
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(grid.panels()) * gauss);
  for (int p = 0; p < grid.panels(); ++p) {
    for (int g = 0; g < gauss; ++g) {
      double sum = 0;
      for (int l = 0; l < order; ++l) sum += rule.to_gauss[g][l] * nodal[grid.first_node(p) + l];
      values.push_back(sum);
    }
  }
  return values;
}

const NearBlock* NearCache::find(double s, std::span<const Panel> near) const {
  const auto found = entries_.find(s);
  if (found == entries_.end() || !std::ranges::equal(found->second.near, near)) return nullptr;
  return &found->second.block;
}

void NearCache::keep(double s, std::span<const Panel> near, NearBlock block) {
  entries_[s] = {{near.begin(), near.end()}, std::move(block)};
}

MemoryMatrices::MemoryMatrices(const Trial& trial, std::span<const double> sigma, std::span<const double> lambda,
                               NearCache& cache)
    : response_sigma(trial.grid().size()),
      response_shift(trial.grid().size()),
      correlation_sigma(trial.grid().size()),
      correlation_lambda(trial.grid().size()),
      correlation_shift(trial.grid().size()),
      correlation_by_response(trial.grid().size()),
      overlap_sigma(trial.predicted().overlaps.size(), std::vector<double>(trial.grid().size())),
      overlap_shift(overlap_sigma.size()),
      overlap_at_nodes(overlap_sigma),
      overlap_share(overlap_sigma) {
  Builder(trial, sigma, lambda, cache, *this).build();
}

}  // namespace glasscape::two_time
