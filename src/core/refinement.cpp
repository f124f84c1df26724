#include "glasscape/core/refinement.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace glasscape {

namespace {

constexpr double undefined_side = -1;  // no category has this value

/// Between equal values, and at both ends, exact.
double mix(double a, double b, double t) {
  if (t == 0 || a == b) return a;
  return std::isfinite(a) && std::isfinite(b) ? std::lerp(a, b, t) : (1 - t) * a + t * b;
}

}  // namespace

Refinement::Refinement(const ParameterSpace& space, const RefineOptions& options)
    : points_(space.size()), levels_(options.levels), contour_(options.contour) {
  std::size_t stride = points_;
  for (std::size_t i = 0; i < space.axes().size(); ++i) {
    const std::size_t values = space.axes()[i].values.size();
    stride /= values;
    if (values > 1 && std::ranges::find(options.axes, i) != options.axes.end()) axes_.push_back({stride, values});
  }
}

/// The corners of a cell, the first axis turning fastest; of its face at `base` where an axis is left out.
Refinement::Indices Refinement::corners(std::size_t base, std::size_t step, std::size_t without) const {
  Indices indices{base};
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    const std::size_t count = axis == without ? 0 : indices.size();
    for (std::size_t i = 0; i < count; ++i) indices.push_back(indices[i] + step * axes_[axis].stride);
  }
  return indices;
}

/// Bases of the cells of the same size behind those faces of a cell whose corners disagree.
Refinement::Indices Refinement::neighbours_across_borders(const Cell& cell) const {
  const std::size_t size = step(cell.level);
  Indices bases;
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    const std::size_t at = position(cell.base, axes_[axis]);
    const std::size_t shift = size * axes_[axis].stride;
    if (at >= size && !agree(corners(cell.base, size, axis))) bases.push_back(cell.base - shift);
    const bool has_next = at + 2 * size < axes_[axis].values;
    if (has_next && !agree(corners(cell.base + shift, size, axis))) bases.push_back(cell.base + shift);
  }
  return bases;
}

Refinement::Cell Refinement::parent(const Cell& cell) const {
  Cell larger{cell.level - 1, cell.base};
  for (const RefinedAxis& axis : axes_) {
    larger.base -= position(cell.base, axis) % step(larger.level) * axis.stride;
  }
  return larger;
}

bool Refinement::is_coarsest_base(std::size_t index) const {
  return std::ranges::all_of(axes_, [&](const RefinedAxis& axis) {
    const std::size_t at = position(index, axis);
    return at % step(0) == 0 && at + 1 < axis.values;
  });
}

void Refinement::create(const Cell& cell) {
  const auto [entry, is_new] = cells_.try_emplace(cell);
  if (!is_new) return;
  for (const std::size_t corner : corners(cell)) {
    if (known_.contains(corner)) continue;
    const auto [waiting, first] = waiting_.try_emplace(corner);
    if (first) asked_for_.push_back(corner);
    waiting->second.push_back(cell);
    ++entry->second.unknown;
  }
  if (entry->second.unknown == 0) to_examine_.push_back(cell);
}

void Refinement::split(const Cell& cell) {
  if (std::exchange(cells_.at(cell).split, true)) return;
  for (const std::size_t base : corners(cell.base, step(cell.level + 1))) create({cell.level + 1, base});
}

/// Splits what is larger, so that there is a cell of this size.
void Refinement::reach(const Cell& cell) {
  if (cells_.contains(cell)) return;
  reach(parent(cell));
  split(parent(cell));
}

void Refinement::examine(const Cell& cell) {
  if (agree(corners(cell))) return;
  if (cell.level < levels_) split(cell);
  for (const std::size_t base : neighbours_across_borders(cell)) reach({cell.level, base});
}

Refinement::Indices Refinement::settle() {
  while (!to_examine_.empty()) {
    const Cell cell = to_examine_.back();
    to_examine_.pop_back();
    examine(cell);
  }
  return std::exchange(asked_for_, {});
}

Refinement::Indices Refinement::start() {
  for (std::size_t index = 0; index < points_; ++index) {
    if (is_coarsest_base(index)) create({0, index});
  }
  return settle();
}

Refinement::Indices Refinement::note(std::size_t index, Outcome outcome, double value) {
  known_[index] = {outcome == Outcome::failed, value};
  const auto cells = waiting_.extract(index);
  if (cells.empty()) return {};
  for (const Cell& cell : cells.mapped()) {
    if (--cells_.at(cell).unknown == 0) to_examine_.push_back(cell);
  }
  return settle();
}

/// What a point's neighbours are compared by; nothing where it failed.
std::optional<double> Refinement::side(std::size_t index) const {
  const Finding& finding = known_.at(index);
  if (finding.failed) return std::nullopt;
  if (std::isnan(finding.value)) return undefined_side;
  return std::isnan(contour_) ? finding.value : finding.value > contour_ ? 1.0 : 0.0;
}

bool Refinement::agree(const Indices& points) const {
  const auto first = side(points.front());
  return first && std::ranges::all_of(points, [&](std::size_t point) { return side(point) == first; });
}

void Refinement::infer(const std::function<void(std::size_t index, double value)>& visit) const {
  std::vector<Cell> whole;
  for (const auto& [cell, state] : cells_) {
    if (!state.split && cell.level < levels_) whole.push_back(cell);
  }
  // points on the border of two cells take their value from the smaller one
  std::ranges::sort(
      whole, [](const Cell& a, const Cell& b) { return a.level != b.level ? a.level > b.level : a.base < b.base; });
  std::vector<bool> seen(points_, false);
  for (const Cell& cell : whole) infer_cell(cell, seen, visit);
}

void Refinement::infer_cell(const Cell& cell, std::vector<bool>& seen,
                            const std::function<void(std::size_t index, double value)>& visit) const {
  const std::size_t size = step(cell.level);
  std::vector<double> values;
  for (const std::size_t corner : corners(cell)) values.push_back(known_.at(corner).value);
  Indices offsets(axes_.size(), 0);
  while (true) {
    std::size_t index = cell.base;
    for (std::size_t i = 0; i < axes_.size(); ++i) index += offsets[i] * axes_[i].stride;
    if (!seen[index] && !known_.contains(index)) {
      seen[index] = true;
      visit(index, interpolate(values, offsets, size));
    }
    std::size_t turning = axes_.size();
    while (turning > 0 && offsets[turning - 1] == size) offsets[--turning] = 0;
    if (turning == 0) return;
    ++offsets[turning - 1];
  }
}

/// Corner values as `corners` lists them: the first axis turns fastest.
double Refinement::interpolate(const std::vector<double>& corner_values, const Indices& offsets,
                               std::size_t step) const {
  std::vector<double> values = corner_values;
  for (const std::size_t offset : offsets) {
    const double t = static_cast<double>(offset) / static_cast<double>(step);
    for (std::size_t i = 0; 2 * i < values.size(); ++i) values[i] = mix(values[2 * i], values[2 * i + 1], t);
    values.resize(values.size() / 2);
  }
  return values.front();
}

}  // namespace glasscape
