#include "row_grid.hpp"

#include <algorithm>
#include <cmath>

namespace glasscape::two_time {

namespace {

constexpr double early_limit = 0.06;
constexpr double diagonal_limit = 0.004;
constexpr int deepest_split = 6;

/// Upper edges of the panels between two values of z = ln(s/τ), mostly at values that all rows share. The traces that
/// rows leave, one a step, must be resolved by the panels and by the quadrature, or the slow modes of aging turn
/// unstable: hence narrow panels where a panel holds many rows, towards the diagonal ever fewer.
std::vector<double> scaling_cuts(double begin, double end, double wide, double narrow) {
  std::vector<double> lattice;
  for (double z = 3 * wide; z > 0.75 * wide; z -= wide) lattice.push_back(z);
  const double doubled = std::min(2 * narrow, wide);
  for (double z = lattice.back() - doubled; z > 0.5 * narrow; z -= doubled) lattice.push_back(z);
  for (double z = 0; z > -1.125 - 0.5 * narrow; z -= narrow) lattice.push_back(z);
  while (lattice.back() > begin) lattice.push_back(lattice.back() - doubled);
  std::reverse(lattice.begin(), lattice.end());

  std::vector<double> cuts;
  double last = begin;
  for (double z : lattice) {
    if (z < last + 0.4 * narrow || z > end - 0.4 * narrow) continue;
    cuts.push_back(z);
    last = z;
  }
  for (; last + wide < end; last += wide) cuts.push_back(last + wide);
  if (last < end) cuts.push_back(end);
  return cuts;
}

}  // namespace

RowGrid::RowGrid(double t, const Layout& layout, const Epoch& epoch, const Resolves& resolves)
    : t_(t),
      scale_(layout.scale),
      wide_(layout.wide),
      calm_(layout.calm),
      origin_(epoch.origin),
      early_scale_(epoch.early_scale) {
  for (const Panel& panel : lay_panels(epoch, layout.narrow)) add(panel, resolves, 0);
  place_nodes();
}

RowGrid::RowGrid(double t, const Layout& layout, const Epoch& epoch, std::vector<Panel> panels)
    : t_(t),
      scale_(layout.scale),
      wide_(layout.wide),
      calm_(layout.calm),
      origin_(epoch.origin),
      early_scale_(epoch.early_scale) {
  lay_panels(epoch, layout.narrow);
  panels_ = std::move(panels);
  place_nodes();
}

void RowGrid::place_nodes() {
  for (int zone = 0; zone <= zones; ++zone) {
    const auto before = [zone](const Panel& panel) { return static_cast<int>(panel.zone) < zone; };
    zone_begin_[zone] =
        static_cast<int>(std::partition_point(panels_.begin(), panels_.end(), before) - panels_.begin());
  }
  const Collocation& rule = Collocation::get();
  for (int p = 0; p < panels(); ++p) {
    centre_.push_back(0.5 * (panels_[p].lower + panels_[p].upper));
    inverse_half_width_.push_back(1 / half_width(p));
    for (int i = 0; i + 1 < Collocation::order; ++i) nodes_.push_back(point(p, rule.node[i]));
  }
  nodes_.push_back({t_, 0});
  nodes_.front() = {0, t_};
}

Zone RowGrid::zone_of(TimePair at) const {
  if (at.s < origin_) return Zone::frozen;
  if (at.s < early_end_) return Zone::early;
  return at.tau < diagonal_begin_ ? Zone::diagonal : Zone::scaling;
}

double RowGrid::exponential(Zone zone, TimePair at) const {
  switch (zone) {
    case Zone::frozen: return 1 + at.s / scale_;
    case Zone::early: return 1 + (at.s - origin_) / early_scale_;
    case Zone::diagonal: return scale_ / (at.tau + scale_);
    case Zone::scaling: break;
  }
  return (at.s - origin_ + offset_s_) / (at.tau + offset_tau_);
}

TimePair RowGrid::invert(Zone zone, double coordinate) const {
  if (zone == Zone::frozen || zone == Zone::early) {
    const double s =
        zone == Zone::frozen ? scale_ * std::expm1(coordinate) : origin_ + early_scale_ * std::expm1(coordinate);
    return {s, t_ - s};
  }
  if (zone == Zone::diagonal) {
    const double tau = scale_ * std::expm1(-coordinate);
    return {t_ - tau, tau};
  }
  const double total = age() + offset_s_ + offset_tau_;
  return {origin_ + total / (1 + std::exp(-coordinate)) - offset_s_,
          std::max(0.0, total / (1 + std::exp(coordinate)) - offset_tau_)};
}

double RowGrid::slope(Zone zone, TimePair at) const {
  switch (zone) {
    case Zone::frozen: return at.s + scale_;
    case Zone::early: return at.s - origin_ + early_scale_;
    case Zone::diagonal: return at.tau + scale_;
    case Zone::scaling: break;
  }
  return (at.s - origin_ + offset_s_) * (at.tau + offset_tau_) / (age() + offset_s_ + offset_tau_);
}

TimePair RowGrid::point(const Panel& panel, double x) const {
  return invert(panel.zone, 0.5 * ((panel.lower + panel.upper) + x * (panel.upper - panel.lower)));
}

int RowGrid::find_panel(Zone zone, double coordinate, int guess) const {
  const int first = zone_begin_[static_cast<int>(zone)];
  const int last = zone_begin_[static_cast<int>(zone) + 1] - 1;
  int p = std::clamp(guess, first, last);
  while (p < last && coordinate > panels_[p].upper) ++p;
  while (p > first && coordinate <= panels_[p].lower) --p;  // an edge belongs to the panel below, for every guess
  return p;
}

Place RowGrid::place(TimePair at) const {
  const Zone zone = zone_of(at);
  const double c = coordinate(zone, at);
  const auto first = panels_.begin() + zone_begin_[static_cast<int>(zone)];
  const auto last = panels_.begin() + zone_begin_[static_cast<int>(zone) + 1] - 1;
  const auto found = std::partition_point(first, last, [c](const Panel& panel) { return panel.upper < c; });
  const int p = static_cast<int>(found - panels_.begin());
  return {p, position(p, c)};
}

TimePair RowGrid::along(Zone zone, TimePair at, double t) const {
  if (zone == Zone::frozen || zone == Zone::early) return {at.s, t - at.s};
  if (zone == Zone::diagonal) return {t - at.tau, at.tau};
  const double stretch = (t - origin_) / age();
  return {origin_ + (at.s - origin_) * stretch, at.tau * stretch};
}

double RowGrid::velocity(Zone zone, TimePair at) const {
  if (zone == Zone::frozen || zone == Zone::early) return 0;
  return zone == Zone::diagonal ? 1 : (at.s - origin_) / age();
}

std::vector<Panel> RowGrid::lay_panels(const Epoch& epoch, double narrow) {
  std::vector<Panel> laid = epoch.frozen;

  // early: cells of a lattice that all rows share
  const int early = static_cast<int>(std::log1p(early_limit * age() / early_scale_) / wide_);
  for (int cell = 0; cell < early; ++cell) laid.push_back({Zone::early, cell * wide_, (cell + 1) * wide_});
  early_end_ = origin_ + early_scale_ * std::expm1(early * wide_);

  // diagonal: likewise, counted from s = t
  const int diagonal = static_cast<int>(std::log1p(diagonal_limit * age() / scale_) / wide_);
  diagonal_begin_ = scale_ * std::expm1(diagonal * wide_);

  offset_s_ = early > 0 ? 0 : early_scale_;
  offset_tau_ = diagonal > 0 ? 0 : scale_;
  double begin = std::log((early_end_ - origin_ + offset_s_) / (t_ - early_end_ + offset_tau_));
  const double end = std::log((age() - diagonal_begin_ + offset_s_) / (diagonal_begin_ + offset_tau_));
  for (double cut : scaling_cuts(begin, end, wide_, narrow)) {
    laid.push_back({Zone::scaling, begin, cut});
    begin = cut;
  }

  for (int cell = diagonal; cell > 0; --cell) laid.push_back({Zone::diagonal, -cell * wide_, -(cell - 1) * wide_});
  return laid;
}

void RowGrid::add(const Panel& panel, const Resolves& resolves, int depth) {
  if (!resolves || depth == deepest_split || panel.zone == Zone::frozen || resolves(panel)) {
    panels_.push_back(panel);
    return;
  }
  const double middle = 0.5 * (panel.lower + panel.upper);
  add({panel.zone, panel.lower, middle}, resolves, depth + 1);
  add({panel.zone, middle, panel.upper}, resolves, depth + 1);
}

}  // namespace glasscape::two_time
