#pragma once

#include <array>
#include <cmath>
#include <functional>
#include <vector>

#include "collocation.hpp"

namespace glasscape::two_time {

/// Where a panel lies, and which points of neighbouring rows belong together there.
enum class Zone {
  frozen,    ///< before the epoch: fixed s
  early,     ///< s close to the epoch's origin: fixed s
  scaling,   ///< between: fixed (s − origin)/(t − origin)
  diagonal,  ///< τ = t − s small: fixed τ
};
inline constexpr int zones = 4;

/// One earlier time of a row: s, and t − s without cancellation.
struct TimePair {
  double s = 0;
  double tau = 0;
};

/// later.s − earlier.s of two points of one row, from the pair that loses less.
inline double gap(TimePair later, TimePair earlier) {
  return later.s < later.tau ? later.s - earlier.s : earlier.tau - later.tau;
}

/// An interval of s on which C(t,·) and R(t,·) are polynomials in the zone's coordinate, which rises with s.
struct Panel {
  Zone zone = Zone::scaling;
  double lower = 0;
  double upper = 0;

  bool operator==(const Panel&) const = default;
};

/// Where in a row a point lies: x in [−1, 1] of a panel.
struct Place {
  int panel = 0;
  double x = 0;
};

/// A stretch of time that ages from its own origin: the quench at t = 0, later a jump out of the glass. What the rows
/// hold of earlier times stays at fixed s and fades there.
struct Epoch {
  double origin = 0;
  double early_scale = 0;          ///< smallest time in s − origin that its rows resolve
  std::vector<Panel> frozen = {};  ///< covers [0, origin]
};

/// The scales of all grids of a march.
struct Layout {
  double scale = 0;   ///< a: the microscopic time, below which nothing varies
  double wide = 0;    ///< width of panels in logarithmic coordinates
  double narrow = 0;  ///< of those where rows have left traces
  double calm = 0;    ///< of quadrature cells where no row lies between
};

/// Whether a panel resolves what the row is expected to hold there; it is halved until it does.
using Resolves = std::function<bool(const Panel&)>;

/// The points s in [0, t] at which one row is solved: panels of polynomials, narrow where C and R vary fast.
class RowGrid {
 public:
  RowGrid(double t, const Layout& layout, const Epoch& epoch, const Resolves& resolves = {});

  /// With these panels, as another grid of the same time and epoch had them.
  RowGrid(double t, const Layout& layout, const Epoch& epoch, std::vector<Panel> panels);

  double t() const { return t_; }
  double scale() const { return scale_; }
  double wide() const { return wide_; }  ///< no panel is wider
  double calm() const { return calm_; }
  double origin() const { return origin_; }
  double age() const { return t_ - origin_; }
  int size() const { return static_cast<int>(nodes_.size()); }
  int panels() const { return static_cast<int>(panels_.size()); }
  const Panel& panel(int p) const { return panels_[p]; }

  /// Ascending in s; neighbouring panels share their common edge.
  const TimePair& node(int j) const { return nodes_[j]; }
  int first_node(int p) const { return p * (Collocation::order - 1); }
  TimePair edge(int p) const { return nodes_[first_node(p)]; }  ///< lower edge of panel p, p = panels() for t

  /// The panel whose polynomial gives ∂/∂s at a node: on the side of the diagonal, from where C and R are known.
  int upwind_panel(int j) const { return j / (Collocation::order - 1); }

  Zone zone_of(TimePair point) const;
  double coordinate(Zone zone, TimePair point) const { return std::log(exponential(zone, point)); }
  double exponential(Zone zone, TimePair point) const;  ///< e^coordinate: all zones are logarithmic
  double slope(Zone zone, TimePair point) const;        ///< ds/d(coordinate)
  TimePair point(const Panel& panel, double x) const;
  TimePair point(int p, double x) const { return point(panels_[p], x); }

  Place place(TimePair point) const;
  int find_panel(Zone zone, double coordinate, int guess) const;
  double position(int p, double coordinate) const { return (coordinate - centre_[p]) * inverse_half_width_[p]; }
  double half_width(int p) const { return 0.5 * (panels_[p].upper - panels_[p].lower); }

  /// Where zones begin and end: frozen s < origin, early s < early_end, diagonal τ < diagonal_begin.
  double early_end() const { return early_end_; }
  double diagonal_begin() const { return diagonal_begin_; }
  double early_scale() const { return early_scale_; }
  double scaling_offset_s() const { return offset_s_; }
  double scaling_offset_tau() const { return offset_tau_; }

  /// The point of the row at time t that belongs to `point` of this row.
  TimePair along(Zone zone, TimePair point, double t) const;
  double velocity(Zone zone, TimePair point) const;  ///< ds/dt of that

 private:
  std::vector<Panel> lay_panels(const Epoch& epoch, double narrow);
  void add(const Panel& panel, const Resolves& resolves, int depth);
  void place_nodes();
  TimePair invert(Zone zone, double coordinate) const;

  double t_;
  double scale_;
  double wide_;
  double calm_;
  double origin_;
  double early_scale_;
  double early_end_ = 0;
  double diagonal_begin_ = 0;
  double offset_s_ = 0;
  double offset_tau_ = 0;
  std::vector<Panel> panels_;
  std::vector<double> centre_, inverse_half_width_;
  std::vector<TimePair> nodes_;
  std::array<int, zones + 1> zone_begin_{};  // panels of a zone: zone_begin_[zone] … zone_begin_[zone + 1]
};

}  // namespace glasscape::two_time
