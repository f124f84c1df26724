#include "glasscape/core/observation_times.hpp"

#include <gtest/gtest.h>

#include "glasscape/core/errors.hpp"
#include "glasscape/core/sweep.hpp"

namespace glasscape {
namespace {

using Messages = std::vector<std::string>;

/// A dynamics that can be observed at one and two times.
const std::vector<SolverEntry>& dynamics_registry() {
  static const std::vector<SolverEntry> entries = [] {
    Schema schema{.model = "toy", .solver = "dynamics"};
    schema.inputs = {{.name = "x", .fallback = {{1}}},
                     {.name = "t_max", .domain = Interval::positive(), .fallback = {{10}}, .extendable = true}};
    observe_at_times(schema, "s");
    observe_after_waiting(schema, "s");
    schema.outputs = {{.name = "energy", .dims = {"time"}}, {.name = "correlation", .dims = {"waiting_time", "lag"}}};
    return std::vector<SolverEntry>{{.schema = schema, .solve = {}, .cost = {}}};
  }();
  return entries;
}

Sweep sweep_of(const std::string& sections) {
  return read_sweep("[sweep]\nmodel = toy\nsolver = dynamics\n" + sections, "toy.ini", {}, dynamics_registry());
}

/// `sections` start at line 4.
Messages complaints(const std::string& sections) {
  try {
    sweep_of(sections);
  } catch (const UserError& error) {
    return error.messages();
  }
  return {};
}

TEST(EightPerDecade, AreTheSameWhateverTheEndAndEndThere) {
  const auto times = eight_per_decade(1000);
  ASSERT_EQ(times.size(), 41u);
  EXPECT_EQ(times.front(), 0.01);
  EXPECT_EQ(times[8], 0.1);
  EXPECT_EQ(times[16], 1);
  EXPECT_EQ(times.back(), 1000);
  auto shorter = eight_per_decade(200);
  EXPECT_EQ(shorter.back(), 200);
  shorter.pop_back();
  EXPECT_TRUE(std::equal(shorter.begin(), shorter.end(), times.begin()));
  EXPECT_EQ(eight_per_decade(1e-3), std::vector<double>{1e-3});
}

TEST(ObservationTimes, DefaultReachesUpToTheEnd) {
  const Sweep sweep = sweep_of("[parameters]\nt_max = 20\n");
  EXPECT_EQ(sweep.shape.coordinate(0), eight_per_decade(20));
  EXPECT_EQ(sweep.space.values(0).list("times").back(), 20);
  EXPECT_EQ(sweep.shape.count(0), eight_per_decade(20).size());
}

TEST(ObservationTimes, DefaultReachesUpToTheLatestEndOnAnAxis) {
  const Sweep sweep = sweep_of("[grid]\nt_max = 5, 50, 2\n");
  EXPECT_EQ(sweep.shape.coordinate(0), eight_per_decade(50));
}

TEST(ObservationTimes, GivenOnesStay) {
  EXPECT_EQ(sweep_of("[parameters]\ntimes = 0, 2, 10\n").shape.coordinate(0), (std::vector<double>{0, 2, 10}));
}

TEST(ObservationTimes, ObservablesOfTwoTimesAreLeftOutUnlessAsked) {
  EXPECT_EQ(sweep_of("").shape.count(1), 0u);
  EXPECT_EQ(sweep_of("[parameters]\nwaiting_times = 1, 2\n").shape.count(1), 0u);
  EXPECT_EQ(sweep_of("[parameters]\nwaiting_times = 1, 2\nlags = 0, 1, 3\n").shape.count(1), 6u);
}

TEST(ObservationTimes, NoneLiesBeyondTheEnd) {
  EXPECT_EQ(complaints("[parameters]\ntimes = 1, 10, 20\n"),
            Messages{"toy.ini:5: [parameters] times = 1, 10, 20: 20 is beyond t_max = 10"});
  EXPECT_EQ(complaints("[parameters]\nt_max = 5\nwaiting_times = 6\nlags = 7\n"),
            (Messages{"toy.ini:6: [parameters] waiting_times = 6: 6 is beyond t_max = 5",
                      "toy.ini:7: [parameters] lags = 7: 7 is beyond t_max = 5"}));
  EXPECT_EQ(complaints("[parameters]\ntimes = 40, 60\n[grid]\nt_max = 5, 50\n"),
            Messages{"toy.ini:5: [parameters] times = 40, 60: 60 is beyond t_max = 50"});
  EXPECT_EQ(complaints("[parameters]\ntimes = -1\n"),
            Messages{"toy.ini:5: [parameters] times = -1: -1 is not allowed; allowed: a number in [0, inf)"});
  EXPECT_EQ(complaints("[parameters]\ntimes = 1, 2, 1\n"),
            Messages{"toy.ini:5: [parameters] times = 1, 2, 1: the value 1 stands twice"});
}

TEST(ObservationTimes, OtherOnesAreTheSamePoint) {
  const auto key = [](const std::string& sections) { return sweep_of(sections).space.point(0).key; };
  EXPECT_EQ(key("[parameters]\nt_max = 20\n"), key("[parameters]\ntimes = 3\nwaiting_times = 1\nlags = 2\n"));
  EXPECT_NE(key("[grid]\nt_max = 20\n"), key("[grid]\nt_max = 10\n"));
}

}  // namespace
}  // namespace glasscape
