#include "glasscape/core/refinement.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <set>

#include "support/toy_registry.hpp"

namespace glasscape {
namespace {

using testing::toy_sweep;
using Indices = std::vector<std::size_t>;
using Function = std::function<double(const Parameters&)>;

constexpr double failed = infinity;  ///< what a Function says where a point fails

enum class Order { first_in, last_in };

struct Refined {
  std::set<std::size_t> solved;
  std::map<std::size_t, double> inferred;
};

Refined finish(Refinement& refinement, const ParameterSpace& space, const Function& value, Order order) {
  Refined result;
  const Indices first = refinement.start();
  std::deque<std::size_t> queue(first.begin(), first.end());
  while (!queue.empty()) {
    const std::size_t index = order == Order::first_in ? queue.front() : queue.back();
    order == Order::first_in ? queue.pop_front() : queue.pop_back();
    EXPECT_TRUE(result.solved.insert(index).second) << "asked for twice: " << index;
    const double v = value(space.values(index));
    const Indices more =
        v == failed ? refinement.note(index, Outcome::failed, not_a_number) : refinement.note(index, Outcome::done, v);
    queue.insert(queue.end(), more.begin(), more.end());
  }
  refinement.infer([&](std::size_t index, double v) {
    EXPECT_TRUE(result.inferred.emplace(index, v).second) << "inferred twice: " << index;
  });
  return result;
}

Refined refine(const ParameterSpace& space, const RefineOptions& options, const Function& value,
               Order order = Order::first_in) {
  Refinement refinement(space, options);
  const Refined result = finish(refinement, space, value, order);
  EXPECT_EQ(result.solved.size() + result.inferred.size(), space.size());
  return result;
}

std::size_t wrong(const Refined& refined, const ParameterSpace& space, const Function& value) {
  return static_cast<std::size_t>(std::ranges::count_if(
      refined.inferred, [&](const auto& point) { return point.second != value(space.values(point.first)); }));
}

ParameterSpace square(std::size_t values) {
  const std::string axis = " = linspace(1, 3, " + std::to_string(values) + ")\n";
  return toy_sweep("[grid]\ndelta2" + axis + "temperature" + axis).space;
}

/// 1 within a circle that touches no corner of the square.
double disc(const Parameters& at) {
  return std::hypot(at.real("delta2") - 1.9, at.real("temperature") - 2.2) < 0.6 ? 1 : 0;
}

TEST(Refinement, FindsARegionWithFewOfThePoints) {
  const ParameterSpace space = square(257);
  const Refined refined = refine(space, {.levels = 5, .axes = {0, 1}}, disc);
  EXPECT_EQ(wrong(refined, space, disc), 0u);
  EXPECT_LT(refined.solved.size(), space.size() / 20);
}

TEST(Refinement, TheOrderOfTheResultsDoesNotMatter) {
  const ParameterSpace space = square(65);
  const RefineOptions options{.levels = 4, .axes = {0, 1}};
  const Refined one = refine(space, options, disc, Order::first_in);
  const Refined other = refine(space, options, disc, Order::last_in);
  EXPECT_EQ(one.solved, other.solved);
  EXPECT_EQ(one.inferred, other.inferred);
}

TEST(Refinement, IsTheSameWithAnyPartKnownBefore) {
  const ParameterSpace space = square(65);
  const RefineOptions options{.levels = 4, .axes = {0, 1}};
  const Refined whole = refine(space, options, disc);
  const Indices solved(whole.solved.begin(), whole.solved.end());
  for (const std::size_t share : {1, 2, 3, 7}) {
    Refinement refinement(space, options);
    std::set<std::size_t> before;
    for (std::size_t i = 0; i < solved.size(); ++i) {
      if (i % share != 0) continue;
      before.insert(solved[i]);
      refinement.note(solved[i], Outcome::done, disc(space.values(solved[i])));
    }
    Refined rest = finish(refinement, space, disc, Order::first_in);
    rest.solved.merge(before);
    EXPECT_EQ(rest.solved, whole.solved) << share;
    EXPECT_EQ(rest.inferred, whole.inferred) << share;
  }
}

TEST(Refinement, UniformRegionsCostTheCoarsestCellsOnly) {
  const ParameterSpace space = square(33);
  const Refined refined = refine(space, {.levels = 4, .axes = {0, 1}}, [](const Parameters&) { return 3; });
  EXPECT_EQ(refined.solved.size(), 9u);
  EXPECT_TRUE(std::ranges::all_of(refined.inferred, [](const auto& point) { return point.second == 3; }));
}

/// A finger thinner than the coarsest cells that comes in between two of their corners: its tip is followed.
TEST(Refinement, FollowsABorderWhereItLeavesTheCell) {
  const ParameterSpace space = square(129);
  const auto finger = [](const Parameters& at) {
    const bool palm = at.real("delta2") < 1.2;
    const bool inside = at.real("delta2") < 2.8 && std::abs(at.real("temperature") - 2.1) < 0.02;
    return palm || inside ? 1.0 : 0.0;
  };
  const Refined refined = refine(space, {.levels = 4, .axes = {0, 1}}, finger);
  EXPECT_EQ(wrong(refined, space, finger), 0u);
}

TEST(Refinement, WhatLiesWithinOneCoarsestCellIsNotSeen) {
  const ParameterSpace space = square(33);
  const auto island = [](const Parameters& at) {
    return std::hypot(at.real("delta2") - 1.5, at.real("temperature") - 1.5) < 0.2 ? 1.0 : 0.0;
  };
  EXPECT_GT(wrong(refine(space, {.levels = 4, .axes = {0, 1}}, island), space, island), 0u);
  EXPECT_EQ(wrong(refine(space, {.levels = 2, .axes = {0, 1}}, island), space, island), 0u);
}

TEST(Refinement, AroundAFailureEveryPointIsSolved) {
  const ParameterSpace space = square(17);
  const auto fails_once = [](const Parameters& at) {
    return at.real("delta2") == 2 && at.real("temperature") == 2 ? failed : 0;
  };
  const Refined refined = refine(space, {.levels = 3, .axes = {0, 1}}, fails_once);
  const std::size_t middle = 8 * 17 + 8;
  for (const std::size_t neighbour : {middle - 18, middle - 17, middle - 1, middle + 1, middle + 18}) {
    EXPECT_TRUE(refined.solved.contains(neighbour)) << neighbour;
  }
  EXPECT_LT(refined.solved.size(), 100u);
}

TEST(Refinement, UndefinedIsASideOfItsOwn) {
  const ParameterSpace space = square(33);
  const auto half_undefined = [](const Parameters& at) { return at.real("delta2") < 2.1 ? not_a_number : 7; };
  const Refined refined = refine(space, {.contour = 5, .levels = 4, .axes = {0, 1}}, half_undefined);
  EXPECT_LT(refined.solved.size(), space.size() / 2);
  for (const auto& [index, value] : refined.inferred) {
    EXPECT_EQ(std::isnan(value), std::isnan(half_undefined(space.values(index)))) << index;
  }
}

TEST(Refinement, ANumberIsInterpolatedAndStaysOnItsSide) {
  const ParameterSpace space = square(65);
  const auto product = [](const Parameters& at) { return at.real("delta2") * at.real("temperature"); };
  const Refined refined = refine(space, {.contour = 4, .levels = 4, .axes = {0, 1}}, product);
  EXPECT_LT(refined.solved.size(), space.size() / 4);
  for (const auto& [index, value] : refined.inferred) {
    const double exact = product(space.values(index));  // bilinear
    EXPECT_NEAR(value, exact, 1e-12) << index;
    EXPECT_EQ(value > 4, exact > 4) << index;
  }
}

TEST(Refinement, WorksAlongOneTwoAndThreeAxes) {
  const Sweep cube =
      toy_sweep("[grid]\ndelta2 = linspace(1, 3, 33)\ntemperature = linspace(1, 3, 33)\nt_max = linspace(1, 3, 33)\n");
  const auto above_a_plane = [](const Parameters& at) {
    return at.real("delta2") + at.real("temperature") + at.real("t_max") > 6.1 ? 1.0 : 0.0;
  };
  for (const Indices& axes : {Indices{1}, Indices{0, 2}, Indices{0, 1, 2}}) {
    const Refined refined = refine(cube.space, {.levels = 3, .axes = axes}, above_a_plane);
    EXPECT_EQ(wrong(refined, cube.space, above_a_plane), 0u) << axes.size() << " axes";
    EXPECT_LT(refined.solved.size(), cube.space.size() / 4) << axes.size() << " axes";
  }
}

TEST(Refinement, EachPlaceOnTheOtherAxesIsRefinedByItself) {
  const Sweep sweep = toy_sweep("[grid]\nloss = logistic, square\ndelta2 = linspace(1, 3, 17)\n");
  const auto step = [](const Parameters& at) {
    return at.real("delta2") > (at.choice("loss") == "square" ? 1.3 : 2.6) ? 1.0 : 0.0;
  };
  const Refined refined = refine(sweep.space, {.levels = 2, .axes = {1}}, step);
  EXPECT_EQ(refined.solved, (std::set<std::size_t>{0, 4, 8, 12, 13, 14, 16,  // logistic
                                                   17, 17 + 2, 17 + 3, 17 + 4, 17 + 8, 17 + 12, 17 + 16}));
  EXPECT_EQ(wrong(refined, sweep.space, step), 0u);
}

TEST(Refinement, ExpectedPointsAreNotAskedFor) {
  const ParameterSpace space = square(17);
  Refinement refinement(space, {.levels = 4, .axes = {0, 1}});
  refinement.expect(16);
  EXPECT_EQ(refinement.start(), (Indices{0, 17 * 16, 17 * 16 + 16}));
  for (const std::size_t corner : {0, 17 * 16, 17 * 16 + 16}) {
    EXPECT_TRUE(refinement.note(corner, Outcome::done, 1).empty());
  }
  EXPECT_FALSE(refinement.note(16, Outcome::done, 2).empty());
}

}  // namespace
}  // namespace glasscape
