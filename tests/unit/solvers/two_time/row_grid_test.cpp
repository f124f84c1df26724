// The grid of one row: where its points lie, and what belongs to them on other rows.
#include "solvers/two_time/row_grid.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <string>

namespace glasscape::two_time {
namespace {

const Layout layout{.scale = 0.6, .wide = 1.5, .narrow = 0.75, .calm = 1.5};
const Epoch quench{.origin = 0, .early_scale = 0.6};

/// An epoch that began at a later time, with equal panels before.
Epoch jump(double origin) {
  Epoch epoch{.origin = origin, .early_scale = 0.01 * origin};
  constexpr int cells = 7;
  const double end = std::log1p(origin / layout.scale);
  for (int cell = 0; cell < cells; ++cell) {
    epoch.frozen.push_back({Zone::frozen, end * cell / cells, end * (cell + 1) / cells});
  }
  return epoch;
}

/// Calls `check` with grids at times from the first row's to the last one's, and shortly and long after a jump.
void for_grids(const std::function<void(const RowGrid&)>& check) {
  for (double t = 1e-5; t < 2e7; t *= 7.3) {
    SCOPED_TRACE(fmt::format("quenched at 0, t = {}", t));
    check(RowGrid(t, layout, quench));
  }
  for (double since : {0.02, 0.3, 1.0, 30.0, 1e4}) {
    SCOPED_TRACE(fmt::format("jumped at 1500, since {}", since * 1500));
    check(RowGrid(1500 * (1 + since), layout, jump(1500)));
  }
}

void for_points(const RowGrid& grid, const std::function<void(int, double)>& check) {
  for (int p = 0; p < grid.panels(); ++p) {
    for (double x : {-0.93, -0.5, 0.02, 0.61, 0.97}) {
      SCOPED_TRACE(
          fmt::format("panel {} of {}, zone {}, x = {}", p, grid.panels(), static_cast<int>(grid.panel(p).zone), x));
      check(p, x);
    }
  }
}

/// Two points of a row agree in s, counted from the origin, and in t − s, each to its own digits.
void expect_same(const RowGrid& grid, TimePair found, TimePair expected) {
  const double smallest = grid.scale() + grid.origin();
  EXPECT_NEAR(found.s, expected.s, 1e-11 * expected.s + 1e-12 * smallest);
  EXPECT_NEAR(found.tau, expected.tau, 1e-11 * expected.tau + 1e-12 * grid.scale());
}

TEST(RowGrid, GoesFromZeroToTheRowsTime) {
  for_grids([](const RowGrid& grid) {
    EXPECT_EQ(grid.node(0).s, 0);
    EXPECT_EQ(grid.node(0).tau, grid.t());
    EXPECT_EQ(grid.node(grid.size() - 1).s, grid.t());
    EXPECT_EQ(grid.node(grid.size() - 1).tau, 0);
    for (int j = 0; j < grid.size(); ++j) {
      EXPECT_NEAR(grid.node(j).s + grid.node(j).tau, grid.t(), 1e-15 * (grid.t() + grid.scale()));
    }
    for (int j = 1; j < grid.size(); ++j) EXPECT_GT(gap(grid.node(j), grid.node(j - 1)), 0) << j;
  });
}

TEST(RowGrid, HasAllZonesAtLateTimes) {
  std::set<Zone> seen;
  const RowGrid grid(1e5, layout, jump(1500));
  for (int p = 0; p < grid.panels(); ++p) {
    seen.insert(grid.panel(p).zone);
    if (p > 0) {
      EXPECT_LE(grid.panel(p - 1).zone, grid.panel(p).zone);
    }
  }
  EXPECT_EQ(seen, (std::set{Zone::frozen, Zone::early, Zone::scaling, Zone::diagonal}));
}

TEST(RowGrid, NeighbouringPanelsShareTheirEdge) {
  for_grids([](const RowGrid& grid) {
    ASSERT_EQ(grid.size(), grid.panels() * (Collocation::order - 1) + 1);
    for (int p = 0; p + 1 < grid.panels(); ++p) {
      SCOPED_TRACE(p);
      expect_same(grid, grid.point(p, 1), grid.point(p + 1, -1));
      expect_same(grid, grid.edge(p + 1), grid.point(p, 1));
    }
    expect_same(grid, grid.point(0, -1), {0, grid.t()});
    expect_same(grid, grid.point(grid.panels() - 1, 1), {grid.t(), 0});
  });
}

TEST(RowGrid, FindsThePlaceOfAPoint) {
  for_grids([](const RowGrid& grid) {
    for_points(grid, [&grid](int p, double x) {
      const TimePair point = grid.point(p, x);
      EXPECT_EQ(grid.zone_of(point), grid.panel(p).zone);
      const Place place = grid.place(point);
      EXPECT_EQ(place.panel, p);
      EXPECT_NEAR(place.x, x, 1e-9);
      const double coordinate = grid.coordinate(grid.panel(p).zone, point);
      EXPECT_NEAR(grid.position(p, coordinate), x, 1e-9);
      for (int guess : {0, p, grid.panels() - 1}) EXPECT_EQ(grid.find_panel(grid.panel(p).zone, coordinate, guess), p);
    });
  });
}

TEST(RowGrid, SlopeIsTheDerivativeByTheCoordinate) {
  constexpr double step = 1e-4;
  for_grids([](const RowGrid& grid) {
    for_points(grid, [&grid](int p, double x) {
      const double slope = grid.slope(grid.panel(p).zone, grid.point(p, x)) * grid.half_width(p);
      const double difference = gap(grid.point(p, x + step), grid.point(p, x - step)) / (2 * step);
      EXPECT_NEAR(difference / slope, 1, 1e-6);
    });
  });
}

TEST(RowGrid, TrajectoriesKeepWhatTheirZoneSays) {
  for_grids([](const RowGrid& grid) {
    const double other = grid.t() + 0.3 * grid.age();
    const double stretch = (other - grid.origin()) / grid.age();
    for_points(grid, [&](int p, double x) {
      const Zone zone = grid.panel(p).zone;
      const TimePair here = grid.point(p, x);
      const TimePair there = grid.along(zone, here, other);
      EXPECT_NEAR(there.s + there.tau, other, 1e-15 * (other + grid.scale()));
      if (zone == Zone::frozen || zone == Zone::early) {
        EXPECT_EQ(there.s, here.s);
      } else if (zone == Zone::diagonal) {
        EXPECT_EQ(there.tau, here.tau);
      } else {
        EXPECT_NEAR(there.tau, stretch * here.tau, 1e-14 * there.tau);
        EXPECT_NEAR(there.s - grid.origin(), stretch * (here.s - grid.origin()), 1e-14 * there.s);
      }
    });
  });
}

TEST(RowGrid, VelocityIsTheDerivativeAlongTheTrajectory) {
  for_grids([](const RowGrid& grid) {
    const double step = 1e-3 * grid.age();
    for_points(grid, [&](int p, double x) {
      const Zone zone = grid.panel(p).zone;
      const TimePair here = grid.point(p, x);
      const double before = grid.along(zone, here, grid.t() - step).s;
      const double after = grid.along(zone, here, grid.t() + step).s;
      EXPECT_NEAR((after - before) / (2 * step), grid.velocity(zone, here), 1e-9);
    });
  });
}

/// Once rows are much longer than the microscopic time, what belongs together lies at the same coordinate.
TEST(RowGrid, TrajectoriesKeepTheirCoordinate) {
  for (const Epoch& epoch : {quench, jump(1500)}) {
    const RowGrid grid(3e4, layout, epoch), later(3.2e4, layout, epoch);
    for_points(grid, [&](int p, double x) {
      const Zone zone = grid.panel(p).zone;
      const TimePair here = grid.point(p, x);
      const TimePair there = grid.along(zone, here, later.t());
      EXPECT_NEAR(later.coordinate(zone, there), grid.coordinate(zone, here), 1e-10);
    });
  }
}

TEST(RowGrid, HalvesPanelsUntilTheyResolve) {
  const double t = 1e4, feature = 0.3 * t;
  const RowGrid plain(t, layout, quench);
  const auto around = [&plain](const Panel& panel, double s) {
    return plain.point(panel, -1).s <= s && s < plain.point(panel, 1).s;
  };
  const double wanted = 0.1;
  const RowGrid grid(t, layout, quench,
                     [&](const Panel& panel) { return !around(panel, feature) || panel.upper - panel.lower < wanted; });
  for (int p = 0; p < grid.panels(); ++p) {
    if (around(grid.panel(p), feature)) {
      EXPECT_LT(grid.panel(p).upper - grid.panel(p).lower, wanted);
    }
    if (p > 0) expect_same(grid, grid.point(p - 1, 1), grid.point(p, -1));
  }
  EXPECT_GT(grid.panels(), plain.panels());
  EXPECT_LT(grid.panels(), plain.panels() + 8);
}

TEST(RowGrid, IsTheSameWithThePanelsOfAnother) {
  const RowGrid grid(1e5, layout, jump(1500));
  std::vector<Panel> panels;
  for (int p = 0; p < grid.panels(); ++p) panels.push_back(grid.panel(p));
  const Epoch known{.origin = 1500, .early_scale = grid.early_scale()};
  const RowGrid again(1e5, layout, known, panels);
  ASSERT_EQ(again.size(), grid.size());
  for (int j = 0; j < grid.size(); ++j) {
    EXPECT_EQ(again.node(j).s, grid.node(j).s);
    EXPECT_EQ(again.node(j).tau, grid.node(j).tau);
  }
  EXPECT_EQ(again.early_end(), grid.early_end());
  EXPECT_EQ(again.diagonal_begin(), grid.diagonal_begin());
}

}  // namespace
}  // namespace glasscape::two_time
