#include "march.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "glasscape/solvers/numbers.hpp"
#include "row_equations.hpp"
#include "trial.hpp"

namespace glasscape::two_time {

namespace {

constexpr int order = Collocation::order;
constexpr double first_time = 2e-5;      // in units of the microscopic time
constexpr double shortest_step = 1e-6;   // in the logarithmic clock
constexpr double rejected = 20;          // times the wanted prediction error
constexpr std::size_t most_frozen = 40;  // panels; where it takes more, they would resolve noise
constexpr double faded = 1e-4;           // of an overlap's largest value: not followed further
constexpr double late = 1e12;            // after all protocols
constexpr double clock_gain = 0.25;      // of the prediction error, for which a new epoch is begun

Layout layout_for(double microscopic_time, const Resolution& resolution) {
  const double rows = resolution.rows_per_octave;
  const double wide = std::clamp(14 / rows, 1.5, 1.75);
  return {.scale = microscopic_time,
          .wide = wide,
          // it may hold nine rows, or the slow modes of aging turn unstable
          .narrow = std::clamp(9 * std::numbers::ln2 / rows, 0.375, 0.75),
          .calm = rows < 10 ? 2 * wide : wide};
}

/// What a panel may leave out. At high resolution an error of the prediction, so much as Newton's method takes back, is
/// harmless, and narrower panels cost; where overlaps jump, their time needs it smaller.
double unresolved_for(const Equations& equations, double prediction_error) {
  constexpr double harmless = 1e-5;
  const double least = equations.directions.empty() ? harmless : std::min(prediction_error, harmless);
  return std::clamp(0.1 * prediction_error, least, 1e-4);
}

Start start_of(const Equations& equations) {
  Start start;
  start.temperature = start.multiplier = equations.temperature(0);
  std::vector<double> forces;
  for (const Direction& direction : equations.directions) {
    forces.push_back(pull(equations, direction, direction.initial_overlap, 0).force);
    start.multiplier += forces.back() * direction.initial_overlap;
  }
  for (std::size_t i = 0; i < forces.size(); ++i) {
    const double overlap = equations.directions[i].initial_overlap;
    start.overlaps.push_back(overlap);
    start.overlap_slopes.push_back(forces[i] - start.multiplier * overlap);
  }
  return start;
}

/// ∫₀ᵗ R Q' of one term in the first rows, up to t³: by its middle.
double first_integral(const KernelTerm& term, const Start& start, double t) {
  const Value middle = start.at(t / 2);
  return t * middle.response * kernel({&term, 1}, middle.correlation, t, t / 2).first;
}

/// μ of the first rows from overlaps and memory integrals, of which ∫ R [Q''C + Q'] holds power + 1 times each.
double first_multiplier(const Equations& equations, const Row& row) {
  double multiplier = equations.temperature(row.t());
  for (std::size_t i = 0; i < row.overlaps.size(); ++i) {
    multiplier += pull(equations, equations.directions[i], row.overlaps[i], row.t()).force * row.overlaps[i];
  }
  for (std::size_t k = 0; k < row.memory_integrals.size(); ++k) {
    multiplier += (equations.memory[k].power + 1) * row.memory_integrals[k];
  }
  return multiplier;
}

/// Whether polynomials hold what `value` says on the panel, given at its nodes.
template <class ValueAt>
bool resolved(const ValueAt& value_at, double tolerance) {
  const Collocation& rule = Collocation::get();
  double correlation[2] = {}, response[2] = {};
  for (int i = 0; i < order; ++i) {
    const Value value = value_at(rule.node[i]);
    for (int k : {0, 1}) {
      correlation[k] += rule.tail[k][i] * value.correlation;
      response[k] += rule.tail[k][i] * value.response;
    }
  }
  return std::max({std::abs(correlation[0]), std::abs(correlation[1]), std::abs(response[0]), std::abs(response[1])}) <
         tolerance;
}

double prediction_error(const Row& row, const Row& predicted) {
  double error = 0;
  for (std::size_t j = 0; j < row.correlation.size(); ++j) {
    error = std::max(error, std::abs(row.correlation[j] - predicted.correlation[j]));
  }
  return error;
}

}  // namespace

double microscopic_time(const Equations& equations) {
  double curvature = 0, temperature = 0, force = 0;
  for (double t : {0.0, late}) {
    curvature = std::max(curvature, kernel(equations.memory, 1, t, t).second);
    temperature = std::max(temperature, equations.temperature(t));
    for (const Direction& direction : equations.directions) {
      force = std::max(force, std::abs(pull(equations, direction, 1, t).force));
    }
  }
  constexpr double resolved = 4;  // the grids hold what is so much faster, and a little more
  const double rate = std::max(2 * std::sqrt(curvature) + temperature, force / resolved);
  return 1.4 / (rate > 0 ? rate : 1);
}

March::March(const Equations& equations, Resolution resolution)
    : equations_(equations),
      resolution_(resolution),
      layout_(layout_for(microscopic_time(equations), resolution)),
      longest_step_(std::numbers::ln2 / resolution.rows_per_octave),
      unresolved_(unresolved_for(equations, resolution.prediction_error)),
      now_{.step = longest_step_},
      history_(start_of(equations)),
      newton_(std::clamp(1e-5 * resolution.prediction_error, 3e-11, 1e-8)) {
  now_.epoch.early_scale = layout_.scale;
  start();
}

March::March(const Equations& equations, Resolution resolution, std::span<const std::byte> state)
    : March(equations, resolution) {
  restore(state);
}

void March::start() {
  const Start& start = history_.start();
  for (int i = 0; i < stencil; ++i) {
    Row row;
    const double t = first_time * layout_.scale * std::exp(i * now_.step);
    row.grid = std::make_shared<RowGrid>(t, layout_, now_.epoch);
    for (int j = 0; j < row.grid->size(); ++j) {
      const Value value = start.at(row.grid->node(j).tau);
      row.correlation.push_back(value.correlation);
      row.response.push_back(value.response);
    }
    for (std::size_t d = 0; d < start.overlaps.size(); ++d) {
      row.overlaps.push_back(start.overlaps[d] + start.overlap_slopes[d] * t);
    }
    for (const KernelTerm& term : equations_.memory) row.memory_integrals.push_back(first_integral(term, start, t));
    row.multiplier = first_multiplier(equations_, row);
    row.expand();
    add(std::move(row));
  }
}

/// Whether a panel of the next row can hold what the last row has there.
bool March::panel_resolved(const RowGrid& grid, const Panel& panel) const {
  const Row& last = history_.rows().back();
  const auto last_row = [&](double x) {
    const TimePair at = grid.along(panel.zone, grid.point(panel, x), last.t());
    Value value = last.at(at);
    value.response *= at.tau + layout_.scale;
    return value;
  };
  return resolved(last_row, unresolved_);
}

/// Relative, so that an overlap may grow from nothing by orders of magnitude; one that dies out is let go.
double March::overlap_error(const Row& row, const Row& predicted) const {
  double error = 0;
  for (std::size_t i = 0; i < row.overlaps.size(); ++i) {
    const double change = std::abs(row.overlaps[i] - predicted.overlaps[i]);
    const double size = std::max(std::abs(row.overlaps[i]), faded * largest_overlap_[i]);
    if (change > 0) error = std::max(error, change / size);
  }
  return error;
}

/// Largest |Δ ln m| of a step, of overlaps that matter.
double March::overlap_growth(const Row& row) const {
  const std::vector<double>& last = history_.rows().back().overlaps;
  double growth = 0;
  for (std::size_t i = 0; i < last.size(); ++i) {
    if (std::abs(row.overlaps[i]) < faded * largest_overlap_[i] || last[i] == 0) continue;
    growth = std::max(growth, std::abs(std::log(std::abs(row.overlaps[i] / last[i]))));
  }
  return growth;
}

/// Late in the aging of a mixture hardly more than memory is left of the equations, and waves of three rows' length
/// grow: 8 rows an octave are unstable from 3e6 to 5e6 on, with this damping from 6e7 on. It has to set in long before.
/// One kernel alone does not need it (stable to 4e7).
double March::damping(double age) const {
  constexpr double enough = 0.5;
  return equations_.memory.size() > 1 ? enough * std::clamp(std::log10(age / layout_.scale) - 3, 0.0, 1.0) : 0;
}

std::optional<Row> March::solve(double t) {
  const RowGrid plain(t, layout_, now_.epoch);
  const auto resolves = [&](const Panel& panel) { return panel_resolved(plain, panel); };
  auto grid = std::make_shared<const RowGrid>(t, layout_, now_.epoch, resolves);
  if (grid->panels() > 2 * plain.panels() + 8) grid = std::make_shared<const RowGrid>(plain);  // noise, not structure
  const Trial trial(history_, std::move(grid), damping(plain.age()));
  const RowEquations equations(equations_, trial, cache_);
  const std::vector<double> solution = newton_.solve(equations, equations.prediction(), at_safe_place());
  if (solution.empty()) return std::nullopt;

  Row row = equations.row(solution);
  const double correlation_error = prediction_error(row, trial.predicted());
  const double error = std::max(correlation_error, overlap_error(row, trial.predicted()));
  const double wanted = resolution_.prediction_error;
  if (error > rejected * wanted) return std::nullopt;
  if (!healthy(row, correlation_error)) return row;
  look_for_new_epoch(row, error);
  const double growth = overlap_growth(row);
  if (growth > 1) now_.step /= growth;
  now_.step = std::min(longest_step_, now_.step * std::clamp(0.9 * std::pow(wanted / error, 0.2), 0.5, 1.2));
  return row;
}

void March::add(Row row) {
  largest_overlap_.resize(row.overlaps.size());
  for (std::size_t i = 0; i < row.overlaps.size(); ++i) {
    largest_overlap_[i] = std::max(largest_overlap_[i], std::abs(row.overlaps[i]));
  }
  history_.add(std::move(row));
}

bool March::advance() {
  if (at_safe_place()) {
    safe_ = now_;
    safe_rows_ = history_.rows().size();
  }
  for (; now_.step > shortest_step; now_.step *= 0.5) {
    const double t = now_.epoch.origin + (time() - now_.epoch.origin) * std::exp(now_.step);
    std::optional<Row> row = solve(t);
    if (!row) continue;
    if (!trouble_.empty()) return false;
    add(std::move(*row));
    return true;
  }
  trouble_ = fmt::format("the time step vanished at t = {:.6g}", time());
  return false;
}

/// Where nothing happens the prediction's error stays as it is; a rise tells that the slow modes of aging have become
/// unstable. An overlap that grows moves C by its square, and is no such rise.
bool March::healthy(const Row& row, double error) {
  double overlap = 0;
  for (double each : row.overlaps) overlap = std::max(overlap, std::abs(each));
  const double t = row.t();
  if (t < 1e4 * layout_.scale || overlap * overlap > error || now_.epoch.origin > 0) return true;
  if (t > now_.decade_end) {
    if (now_.decade_error > 0)
      now_.calm_error = now_.calm_error == 0 ? now_.decade_error : std::min(now_.calm_error, now_.decade_error);
    now_.decade_error = 0;
    now_.decade_end = 10 * t;
  }
  now_.decade_error = std::max(now_.decade_error, error);
  if (now_.calm_error == 0 || error < std::max(30 * now_.calm_error, 1e-5)) return true;
  trouble_ = fmt::format("unstable from t = {:.3g} on: the prediction error rose from {:.1e} to {:.1e}", t,
                         now_.calm_error, error);
  return false;
}

/// How well the rows before predict `row` if the clock had started with this epoch.
double March::clock_error(const Row& row, const Epoch& epoch) const {
  const std::vector<Row>& rows = history_.rows();
  const RowGrid grid(row.t(), layout_, epoch);
  Stencil y;
  for (int d = 0; d < stencil; ++d) y[d] = std::log(rows[rows.size() - stencil + d].t() - epoch.origin);
  const Stencil weight = lagrange(y, std::log(grid.age()));
  std::vector<double> defect = read_along(row, grid);
  for (int d = 0; d < stencil; ++d) {
    const std::vector<double> read = read_along(rows[rows.size() - stencil + d], grid);
    for (std::size_t i = 0; i < defect.size(); ++i) defect[i] -= weight[d] * read[i];
  }
  double worst = 0;
  for (std::size_t i = 0; i < defect.size(); ++i) {
    if (i % panel_stride < order) worst = std::max(worst, std::abs(defect[i]));
  }
  return worst;
}

/// While a jump keeps steps short: would a clock that starts anew, a few steps ago, predict this row much better?
void March::look_for_new_epoch(const Row& row, double error) {
  const std::vector<Row>& rows = history_.rows();
  if (now_.step > longest_step_ / 2 || rows.size() % 4 != 0 || row.t() < 10 * layout_.scale) return;
  const double last_step = row.t() - rows.back().t();
  double best = clock_gain * std::max(error, 0.3 * resolution_.prediction_error);
  std::optional<Epoch> chosen;
  const double youngest = last_step * std::max(2 / longest_step_, 8.0);
  for (double age = row.grid->age() / 2; age > youngest; age /= 1.5) {
    const double origin = row.t() - age;
    if (rows[rows.size() - stencil].t() - origin < age / 2) continue;
    Epoch candidate{.origin = origin, .early_scale = age / 8, .frozen = frozen_panels(row, origin)};
    if (candidate.frozen.size() > most_frozen) continue;
    const double worst = clock_error(row, candidate);
    if (worst > best) continue;
    best = worst;
    chosen = std::move(candidate);
  }
  if (!chosen) return;
  now_.step *= row.grid->age() / (row.t() - chosen->origin);
  now_.epoch = std::move(*chosen);
  cache_ = {};
}

/// The fewest panels of a bisection of [0, end] that hold the row; more than most_frozen where these do not.
std::vector<Panel> March::frozen_panels(const Row& row, double end) const {
  constexpr double widest = 3;
  std::vector<Panel> panels;
  const auto divide = [&](const auto& self, double lower, double upper) -> void {
    const auto value_at = [&](double x) {
      const double s = layout_.scale * std::expm1(0.5 * (lower + upper + x * (upper - lower)));
      Value value = row.at({s, row.t() - s});
      value.response *= row.t() - s;
      return value;
    };
    if (panels.size() > most_frozen) return;
    if (upper - lower < widest && resolved(value_at, unresolved_)) {
      panels.push_back({Zone::frozen, lower, upper});
      return;
    }
    const double middle = 0.5 * (lower + upper);
    self(self, lower, middle);
    self(self, middle, upper);
  };
  divide(divide, 0, std::log1p(end / layout_.scale));
  return panels;
}

namespace {

std::vector<Panel> panels_of(const RowGrid& grid) {
  std::vector<Panel> panels;
  for (int p = 0; p < grid.panels(); ++p) panels.push_back(grid.panel(p));
  return panels;
}

void add_panels(const std::vector<Panel>& panels, NumberWriter& writer) {
  writer.add(static_cast<double>(panels.size()));
  for (const Panel& panel : panels) {
    for (double each : {static_cast<double>(panel.zone), panel.lower, panel.upper}) writer.add(each);
  }
}

std::vector<Panel> read_panels(NumberReader& reader) {
  std::vector<Panel> panels(static_cast<std::size_t>(reader.number()));
  for (Panel& panel : panels) {
    panel.zone = static_cast<Zone>(static_cast<int>(reader.number()));
    panel.lower = reader.number();
    panel.upper = reader.number();
  }
  return panels;
}

}  // namespace

std::vector<std::byte> March::state() const {
  NumberWriter writer;
  const Control& control = safe_;
  for (double each : {control.step, control.calm_error, control.decade_error, control.decade_end, control.epoch.origin,
                      control.epoch.early_scale}) {
    writer.add(each);
  }
  add_panels(control.epoch.frozen, writer);
  writer.add(static_cast<double>(safe_rows_));
  for (const Row& row : std::span(history_.rows()).first(safe_rows_)) {
    for (double each : {row.t(), row.grid->origin(), row.grid->early_scale(), row.multiplier}) writer.add(each);
    add_panels(panels_of(*row.grid), writer);
    for (const auto* list : {&row.overlaps, &row.memory_integrals, &row.correlation, &row.response})
      writer.add_list(*list);
  }
  return writer.bytes();
}

void March::restore(std::span<const std::byte> state) {
  NumberReader reader(state);
  Control control;
  for (double* each : {&control.step, &control.calm_error, &control.decade_error, &control.decade_end,
                       &control.epoch.origin, &control.epoch.early_scale}) {
    *each = reader.number();
  }
  control.epoch.frozen = read_panels(reader);
  const auto rows = static_cast<std::size_t>(reader.number());
  if (rows == 0) return;  // before the first safe place: from the start
  now_ = control;
  history_ = History(start_of(equations_));
  largest_overlap_.clear();
  for (std::size_t i = 0; i < rows; ++i) {
    Row row;
    const double t = reader.number();
    Epoch epoch;
    epoch.origin = reader.number();
    epoch.early_scale = reader.number();
    row.multiplier = reader.number();
    row.grid = std::make_shared<RowGrid>(t, layout_, epoch, read_panels(reader));
    for (auto* list : {&row.overlaps, &row.memory_integrals, &row.correlation, &row.response}) *list = reader.list();
    row.expand();
    add(std::move(row));
  }
  safe_ = now_;
  safe_rows_ = rows;
}

}  // namespace glasscape::two_time
