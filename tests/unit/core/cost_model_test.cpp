#include "glasscape/core/cost_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace glasscape {
namespace {

SolverEntry solver(std::function<Cost(const Parameters&)> estimate = {}) {
  return {.schema = {.model = "model",
                     .solver = "solver",
                     .inputs = {{.name = "size", .domain = Interval::positive()},
                                {.name = "x", .domain = Interval::real()},
                                {.name = "times", .kind = Kind::list, .fallback = std::vector<double>{}}},
                     .outputs = {{.name = "value"}}},
          .solve = [](const Parameters&, PointContext& context) { return context.solution(); },
          .cost = std::move(estimate)};
}

/// 40 sizes from 10 to 1000, and 25 values of x from -1 to 1.
ParameterSpace grid(const SolverEntry& entry) {
  Axis size{.input = 0, .values = {}}, x{.input = 1, .values = {}};
  for (int i = 0; i < 40; ++i) size.values.push_back(10 * std::pow(100.0, i / 39.0));
  for (int i = 0; i < 25; ++i) x.values.push_back(i / 12.0 - 1);
  return ParameterSpace(entry.schema, Parameters(entry.schema), {size, x});
}

std::vector<std::size_t> all_of(const ParameterSpace& space) {
  std::vector<std::size_t> indices(space.size());
  std::iota(indices.begin(), indices.end(), 0);
  return indices;
}

double power_law(const Parameters& at) { return 1e-6 * std::pow(at.real("size"), 2.2) * std::exp(at.real("x")); }

/// As a sweep does: in the model's own order.
void measure(CostModel& model, const ParameterSpace& space, std::size_t count,
             const std::function<double(const Parameters&)>& cost) {
  std::vector<std::size_t> points = all_of(space);
  model.order(points);
  for (std::size_t i = 0; i < count; ++i) model.observe(points[i], cost(space.values(points[i])));
}

TEST(CostModel, LearnsAPowerLawFromAFewProbes) {
  const SolverEntry entry = solver();
  const ParameterSpace space = grid(entry);
  CostModel model(entry, space);
  EXPECT_FALSE(model.is_known());
  measure(model, space, 32, power_law);
  double truth = 0;
  for (const std::size_t i : all_of(space)) {
    const double cost = power_law(space.values(i));
    truth += cost;
    EXPECT_NEAR(std::log(model.seconds(i) / cost), 0, 0.3) << space.place(i);
  }
  const TotalCost total = model.total(all_of(space));
  EXPECT_LT(std::abs(std::log(total.seconds / truth)), 2 * std::log(total.factor));
  EXPECT_LT(total.factor, 1.3);
  EXPECT_GT(total.factor, 1.0);
}

TEST(CostModel, OrdersCostliestFirstWhenItKnows) {
  const SolverEntry entry = solver();
  const ParameterSpace space = grid(entry);
  CostModel model(entry, space);
  measure(model, space, 32, power_law);
  std::vector<std::size_t> points = all_of(space);
  model.order(points);
  EXPECT_EQ(points.front(), space.size() - 1);
  EXPECT_EQ(points.back(), 0u);
  EXPECT_TRUE(std::ranges::is_permutation(points, all_of(space)));
}

/// With neither estimate nor measurement the first points are spread over both axes.
TEST(CostModel, ProbesSpreadOverTheGrid) {
  const SolverEntry entry = solver();
  const ParameterSpace space = grid(entry);
  std::vector<std::size_t> points = all_of(space);
  CostModel(entry, space).order(points);
  EXPECT_TRUE(std::ranges::is_permutation(points, all_of(space)));
  for (const std::size_t quarter : {0, 1, 2, 3}) {
    EXPECT_GE(std::count_if(points.begin(), points.begin() + 32, [&](auto i) { return i / 25 / 10 == quarter; }), 4);
    EXPECT_GE(std::count_if(points.begin(), points.begin() + 32, [&](auto i) { return i % 25 * 4 / 25 == quarter; }),
              4);
  }
}

TEST(CostModel, AnEstimateThatIsWrongByAFactorIsCorrected) {
  const SolverEntry entry = solver([](const Parameters& at) { return Cost{.seconds = 5 * power_law(at)}; });
  const ParameterSpace space = grid(entry);
  CostModel model(entry, space);
  EXPECT_DOUBLE_EQ(model.seconds(17), 5 * power_law(space.values(17)));
  const double before = model.total(all_of(space)).factor;
  measure(model, space, 10, power_law);  // the costliest only
  EXPECT_LT(model.total(all_of(space)).factor, before);
  for (const std::size_t i : {0UL, 500UL, 999UL}) {
    EXPECT_NEAR(std::log(model.seconds(i) / power_law(space.values(i))), 0, 0.7) << i;  // ln 5 before
  }
}

/// No polynomial: points near x = 0 cost thirty times as much.
TEST(CostModel, AnEdgeIsFound) {
  const auto cost = [](const Parameters& at) { return std::abs(at.real("x")) < 0.15 ? 3.0 : 0.1; };
  const SolverEntry entry = solver();
  const ParameterSpace space = grid(entry);
  CostModel model(entry, space);
  std::vector<std::size_t> points = all_of(space);
  for (std::size_t i = 0; i < points.size(); i += 7) model.observe(i, cost(space.values(i)));
  model.order(points);
  const auto costly =
      std::count_if(points.begin(), points.begin() + 200, [&](std::size_t i) { return cost(space.values(i)) > 1; });
  EXPECT_GE(costly, 95);  // of 120; a random order finds 24
}

/// The stated error is one standard error: over many samples of noise, about two thirds lie within.
TEST(CostModel, TheErrorOfTheTotalIsHonest) {
  const SolverEntry entry = solver();
  const ParameterSpace space = grid(entry);
  const std::vector<std::size_t> points = all_of(space);
  constexpr int trials = 200;
  int within = 0;
  for (int trial = 0; trial < trials; ++trial) {
    RandomStream random(static_cast<std::uint64_t>(trial), 1, Purpose::paths);
    std::vector<double> costs;
    for (const std::size_t i : points) costs.push_back(power_law(space.values(i)) * std::exp(0.5 * random.normal()));
    CostModel model(entry, space);
    for (std::size_t i = 0; i < 60; ++i) model.observe(i * 617 % 1000, costs[i * 617 % 1000]);
    const TotalCost total = model.total(points);
    const double truth = std::accumulate(costs.begin(), costs.end(), 0.0);
    if (std::abs(std::log(total.seconds / truth)) < std::log(total.factor)) ++within;
  }
  EXPECT_GE(within, 0.55 * trials);
  EXPECT_LE(within, 0.95 * trials);
}

/// What an earlier sweep of the same solver took, at another size, carries over.
TEST(CostModel, EarlierSamplesOfOtherParametersAreUsed) {
  const SolverEntry entry = solver();
  const ParameterSpace space = grid(entry);
  CostModel earlier(entry, space);
  measure(earlier, space, 64, power_law);
  Parameters fixed(entry.schema);
  fixed.set_scalar(0, 300);
  const ParameterSpace next(entry.schema, fixed, {{.input = 1, .values = {-1, 0, 1}}});
  CostModel model(entry, next, earlier.samples());
  EXPECT_TRUE(model.is_known());
  for (const std::size_t i : {0UL, 1UL, 2UL}) {
    EXPECT_NEAR(std::log(model.seconds(i) / power_law(next.values(i))), 0, 0.3);
  }
}

TEST(CostModel, ManyObservationsAreThinned) {
  const SolverEntry entry = solver();
  const ParameterSpace space = grid(entry);
  CostModel model(entry, space);
  for (std::size_t i = 0; i < 20'000; ++i) model.observe(i % space.size(), power_law(space.values(i % space.size())));
  EXPECT_LE(model.samples().size(), 2048u);
  EXPECT_GE(model.samples().size(), 1000u);
  EXPECT_NEAR(std::log(model.seconds(999) / power_law(space.values(999))), 0, 0.1);
}

}  // namespace
}  // namespace glasscape
