// Order and cost of the real scheduler with the real cost model, on a simulated clock.
#include "glasscape/sweep/scheduler.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "glasscape/core/cost_model.hpp"
#include "support/simulated_sweep.hpp"

namespace glasscape {
namespace {

using Indices = std::vector<std::size_t>;
using testing::EngineCosts;
using testing::SimulatedSweep;

Indices indices_up_to(std::size_t count) {
  Indices indices(count);
  std::iota(indices.begin(), indices.end(), 0);
  return indices;
}

std::vector<sweep::Solved> done(std::size_t count) { return std::vector<sweep::Solved>(count, Outcome::done); }

/// A grid whose points cost four decades, log-uniform from 1 ms to 10 s, rising with x and falling with y.
class FourDecades {
 public:
  FourDecades(std::size_t nx, std::size_t ny, double noise, std::function<Cost(const Parameters&)> estimate = {}) {
    entry_.schema = {.model = "model",
                     .solver = "solver",
                     .inputs = {{.name = "x", .domain = Interval::positive()}, {.name = "y"}},
                     .outputs = {{.name = "value"}}};
    entry_.cost = std::move(estimate);
    Axis x{.input = 0, .values = {}}, y{.input = 1, .values = {}};
    for (std::size_t i = 0; i < nx; ++i)
      x.values.push_back(std::pow(10.0, 3.0 * static_cast<double>(i) / static_cast<double>(nx - 1)));
    for (std::size_t i = 0; i < ny; ++i) y.values.push_back(static_cast<double>(i) / static_cast<double>(ny - 1));
    space_.emplace(entry_.schema, Parameters(entry_.schema), std::vector<Axis>{x, y});
    for (std::size_t i = 0; i < space_->size(); ++i) {
      RandomStream random(i, 1, Purpose::paths);
      seconds_.push_back(std::clamp(law(space_->values(i)) * std::exp(noise * random.normal()), 1e-3, 10.0));
    }
  }

  static double law(const Parameters& at) { return 1e-3 * at.real("x") * std::pow(10.0, 1 - at.real("y")); }

  /// Makespan over its lower bound max(total/teams, longest).
  double excess(std::size_t teams, bool with_costs) const {
    CostModel model(entry_, *space_);
    sweep::Steering steering;
    if (with_costs) {
      steering.order = [&](std::span<std::size_t> points) { model.order(points); };
      steering.expected_seconds = [&](std::size_t index) { return model.seconds(index); };
      steering.observe = [&](std::size_t index, double seconds) { model.observe(index, seconds); };
    }
    SimulatedSweep simulated(teams, EngineCosts{}, [this](std::size_t i) { return seconds_[i]; });
    const double makespan = simulated.run(indices_up_to(seconds_.size()), steering);
    const double total = std::accumulate(seconds_.begin(), seconds_.end(), 0.0);
    EXPECT_NEAR(simulated.busy_seconds(), total, 1e-9 * total);
    return makespan / std::max(total / static_cast<double>(teams), *std::ranges::max_element(seconds_));
  }

 private:
  SolverEntry entry_;
  std::optional<ParameterSpace> space_;
  std::vector<double> seconds_;
};

TEST(Scheduler, FourDecadesOfCostOnEightTeamsNearTheLowerBound) {
  for (const double noise : {0.0, 0.3}) {
    for (const auto& [nx, ny] : {std::pair{40, 40}, {25, 16}, {20, 12}}) {
      const FourDecades grid(static_cast<std::size_t>(nx), static_cast<std::size_t>(ny), noise);
      EXPECT_LT(grid.excess(8, true), 1.05) << nx << " x " << ny << ", noise " << noise;
    }
  }
  EXPECT_GT(FourDecades(20, 12, 0.3).excess(8, false), 1.08);  // in the grid's order
}

/// An estimate that has the wrong scale and a wrong exponent is corrected in time.
TEST(Scheduler, AWrongEstimateDoesNoHarm) {
  const auto estimate = [](const Parameters& at) { return Cost{.seconds = 30 * std::sqrt(FourDecades::law(at))}; };
  EXPECT_LT(FourDecades(25, 16, 0.3, estimate).excess(8, true), 1.05);
  const auto reversed = [](const Parameters& at) { return Cost{.seconds = 0.1 / FourDecades::law(at)}; };
  EXPECT_LT(FourDecades(25, 16, 0.3, reversed).excess(8, true), 1.05);
}

TEST(Scheduler, LongPointsAreNotQueuedBehindOthers) {
  const sweep::Steering steering;
  sweep::Scheduler scheduler(2, indices_up_to(10), steering);
  for (const std::size_t team : {0UL, 1UL}) EXPECT_EQ(scheduler.next()->team, team);
  EXPECT_FALSE(scheduler.next());
  scheduler.take(0, done(1), 5.0, false);
  EXPECT_EQ(scheduler.next()->points, (Indices{2}));
  EXPECT_FALSE(scheduler.next());
}

TEST(Scheduler, ShortBatchesAreQueuedOneAheadBreadthFirst) {
  const sweep::Steering steering;
  sweep::Scheduler scheduler(2, indices_up_to(1000), steering);
  scheduler.next(), scheduler.next();
  scheduler.take(0, done(1), 0.01, false);
  const auto batch = scheduler.next();
  EXPECT_EQ(batch->team, 0u);
  EXPECT_EQ(batch->points, (Indices{2, 3, 4, 5, 6}));  // 50 ms
  EXPECT_EQ(scheduler.next()->points, (Indices{7, 8, 9, 10, 11}));
  EXPECT_FALSE(scheduler.next());  // of the other team nothing is known
}

TEST(Scheduler, WhatIsGivenBackComesFirst) {
  const sweep::Steering steering;
  sweep::Scheduler scheduler(1, indices_up_to(100), steering);
  scheduler.next();
  scheduler.take(0, done(1), 0.01, false);
  EXPECT_EQ(scheduler.next()->points, (Indices{1, 2, 3, 4, 5}));
  scheduler.take(0, done(2), 1.0, true);
  EXPECT_EQ(scheduler.point_of(0), std::nullopt);
  EXPECT_EQ(scheduler.next()->points, (Indices{3}));
}

TEST(Scheduler, TheLastComeAloneAfterAllOthers) {
  Indices ordered;
  sweep::Steering steering{.last = 2};
  steering.order = [&](std::span<std::size_t> points) { ordered.assign(points.begin(), points.end()); };
  sweep::Scheduler scheduler(2, {5, 6, 7, 8}, steering);
  EXPECT_EQ(ordered, (Indices{5, 6}));
  scheduler.next(), scheduler.next();
  scheduler.take(0, done(1), 1.0, false);
  EXPECT_FALSE(scheduler.next());  // point 6 is still under way
  scheduler.take(1, done(1), 1.0, false);
  EXPECT_EQ(scheduler.next()->points, (Indices{7}));
  EXPECT_EQ(scheduler.next()->points, (Indices{8}));
  for (const std::size_t team : {0UL, 1UL}) scheduler.take(team, done(1), 1.0, false);
  EXPECT_TRUE(scheduler.finished());
  EXPECT_FALSE(scheduler.has_left_points());
}

/// How often points are put in order, of a sweep of which a few at its start take 0.1 s.
int orderings(std::size_t points, double others) {
  int count = 0;
  sweep::Steering steering;
  steering.order = [&](std::span<std::size_t>) { ++count; };
  steering.expected_seconds = [&](std::size_t) { return others; };
  steering.observe = [](std::size_t, double) {};
  SimulatedSweep simulated(2, EngineCosts{}, [&](std::size_t i) { return i < 20 ? 0.1 : others; });
  simulated.run(indices_up_to(points), steering);
  return count;
}

/// A hiccup of the machine among a million short points must not make the master predict and sort them.
TEST(Scheduler, AnOrderIsMadeWhereItCanGainMoreThanItCosts) {
  EXPECT_EQ(orderings(200'000, 1e-6), 1);  // at the start
  EXPECT_GT(orderings(1000, 1e-2), 3);
}

/// Batches grow with the number of teams, so that messages take the master a quarter of its time.
TEST(Scheduler, TheMasterStaysIdleEnough) {
  constexpr std::size_t teams = 10'000;
  const auto ten_milliseconds = [](std::size_t) { return 0.01; };
  SimulatedSweep simulated(teams, EngineCosts{}, ten_milliseconds);
  const double makespan = simulated.run(indices_up_to(1000 * teams));
  EXPECT_LT(simulated.master_busy_seconds() / makespan, 0.4);  // 10 with a message a chunk of 50 ms
  EXPECT_GT(simulated.busy_seconds() / (makespan * teams), 0.9);
}

double efficiency(std::size_t teams, double seconds, std::size_t points_a_team) {
  const auto point = [seconds](std::size_t i) {  // half to one and a half, so that no two teams march in step
    return seconds * (0.5 + static_cast<double>(i * 2654435761U % 4096) / 4096);
  };
  SimulatedSweep simulated(teams, EngineCosts{}, point);
  const double makespan = simulated.run(indices_up_to(points_a_team * teams));
  return simulated.busy_seconds() / (makespan * static_cast<double>(teams));
}

TEST(Scheduler, ScalesToManyTeams) {
  EXPECT_GE(efficiency(10'000, 10, 100), 0.95);
  EXPECT_GE(efficiency(1000, 0.1, 1000), 0.95);
}

}  // namespace
}  // namespace glasscape
