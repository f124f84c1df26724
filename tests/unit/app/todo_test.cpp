#include "glasscape/app/todo.hpp"

#include <gtest/gtest.h>

namespace glasscape::app {
namespace {

const SolverEntry& solver() {
  static const SolverEntry entry{.schema = {.model = "model",
                                            .solver = "solver",
                                            .inputs = {{.name = "x", .domain = Interval::real()}},
                                            .outputs = {{.name = "value"}}},
                                 .solve = [](const Parameters&, PointContext& context) { return context.solution(); },
                                 .cost = {}};
  return entry;
}

Sweep sweep_over(const std::string& values) {
  return read_sweep("[sweep]\nmodel = model\nsolver = solver\n[grid]\nx = " + values, "a.ini", {},
                    Registry(&solver(), 1));
}

using Indices = std::vector<std::size_t>;

constexpr Outcome pending = Outcome::pending;
constexpr Outcome done = Outcome::done;
constexpr Outcome failed = Outcome::failed;

TEST(Todo, WhatHoldsAResultStays) {
  const Sweep sweep = sweep_over("1, 2, 3, 4");
  store::Deaths deaths;
  const Todo todo = make_todo(sweep, {done, pending, failed, Outcome::unconverged}, deaths, false);
  EXPECT_EQ(todo.queue, (Indices{1}));
  EXPECT_EQ(todo.before.done, 1u);
  EXPECT_EQ(todo.before.failed, 1u);
  EXPECT_EQ(todo.before.unconverged, 1u);
  EXPECT_EQ(make_todo(sweep, {done, pending, failed, Outcome::unconverged}, deaths, true).queue, (Indices{1, 2, 3}));
}

TEST(Todo, SuspectsComeLastAndTwoDeathsCondemn) {
  const Sweep sweep = sweep_over("4, 3, 2, 1");
  store::Deaths deaths{{sweep.space.point(0).key, 1}, {sweep.space.point(1).key, 2}};
  const Todo todo = make_todo(sweep, std::vector(4, pending), deaths, false);
  EXPECT_EQ(todo.queue, (Indices{2, 3, 0}));
  EXPECT_EQ(todo.suspects, (Indices{0}));
  EXPECT_EQ(todo.condemned, (Indices{1}));
}

/// A condemned point is forgiven when it is tried again; what is still under way is not.
TEST(Todo, RetryingForgetsTheDeathsOfFailedPointsOnly) {
  const Sweep sweep = sweep_over("4, 3");
  store::Deaths deaths{{sweep.space.point(0).key, 2}, {sweep.space.point(1).key, 1}};
  const Todo todo = make_todo(sweep, {failed, pending}, deaths, true);
  EXPECT_EQ(todo.queue, (Indices{0, 1}));
  EXPECT_EQ(deaths, (store::Deaths{{sweep.space.point(1).key, 1}}));
}

}  // namespace
}  // namespace glasscape::app
