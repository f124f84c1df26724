// log_time as a point of a sweep: stopped, resumed, continued, ended early.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "glasscape/solvers/two_time/dynamics.hpp"
#include "support/lone_context.hpp"
#include "support/spiked_equations.hpp"
#include "support/two_time_questions.hpp"

namespace glasscape::two_time {
namespace {

using testing::LoneContext;
using testing::MemoryCheckpoint;
using testing::Spiked;

/// Recovers the signal between t = 1 and 5.
const Equations jumping = Spiked{.delta2 = 0.2, .temperature = 1, .initial_overlap = 0.01}.equations();

Options loose(double t_max) { return {.t_max = t_max, .tolerance = 2e-3}; }

std::unique_ptr<Dynamics> solved(const Options& options) {
  LoneContext context;
  return solve(jumping, options, context);
}

/// What is asked of a dynamics up to `t_max`, with the errors.
std::vector<double> answers(const Dynamics& dynamics, double t_max) {
  std::vector<double> all;
  for (double share : {1e-3, 0.03, 0.2, 0.5, 0.9, 1.0}) {
    const double t = share * t_max;
    for (const Quantity& quantity :
         {testing::overlap(t), testing::multiplier(t), testing::memory_integral(t), testing::correlation(t, 0),
          testing::correlation(t, t / 2), testing::response(t, 0.9 * t), testing::integrated_response(t, t / 3)}) {
      const Estimate estimate = dynamics.estimate(quantity);
      all.insert(all.end(), {estimate.value, estimate.error});
    }
  }
  return all;
}

void expect_same_bits(const Dynamics& found, const Dynamics& expected, double t_max) {
  EXPECT_EQ(found.trouble(), expected.trouble());
  EXPECT_EQ(found.rows(), expected.rows());
  EXPECT_EQ(found.time_reached(), expected.time_reached());
  EXPECT_EQ(answers(found, t_max), answers(expected, t_max));
}

/// Solves in sessions of which each is told to stop after so many questions.
std::unique_ptr<Dynamics> in_sessions(const Options& options, int questions, int& sessions) {
  MemoryCheckpoint checkpoint;
  for (sessions = 1; sessions < 100; ++sessions) {
    int asked = 0;
    LoneContext context(checkpoint, [&] { return ++asked > questions; });
    auto dynamics = solve(jumping, options, context);
    if (dynamics) return dynamics;
  }
  return nullptr;
}

TEST(LogTime, GoesOnAfterEveryStopWithTheSameBits) {
  const auto whole = solved(loose(10));
  for (int questions : {31, 70, 171}) {
    int sessions = 0;
    const auto resumed = in_sessions(loose(10), questions, sessions);
    ASSERT_NE(resumed, nullptr);
    EXPECT_GT(sessions, 1);
    expect_same_bits(*resumed, *whole, 10);
  }
}

Options until_recovered(double t_max) {
  Options options = loose(t_max);
  options.enough = [](double, std::span<const double> overlaps) { return overlaps[0] >= 0.5; };
  return options;
}

TEST(LogTime, EndsWhenItIsEnough) {
  const auto dynamics = solved(until_recovered(1e4));
  EXPECT_EQ(dynamics->trouble(), "");
  EXPECT_GT(dynamics->time_reached(), 1);
  EXPECT_LT(dynamics->time_reached(), 6);
  EXPECT_GE(dynamics->estimate(testing::overlap(dynamics->time_reached())).value, 0.5);
}

TEST(LogTime, StoppedOnesEndWhereUninterruptedOnesDo) {
  const auto whole = solved(until_recovered(1e4));
  for (int questions : {23, 70, 171}) {
    int sessions = 0;
    const auto resumed = in_sessions(until_recovered(1e4), questions, sessions);
    ASSERT_NE(resumed, nullptr);
    expect_same_bits(*resumed, *whole, whole->time_reached());
  }
}

TEST(LogTime, KeptStatesAreContinuedToALaterEnd) {
  for (double first : {0.5, 3.0, 9.0}) {
    SCOPED_TRACE(first);
    MemoryCheckpoint checkpoint;
    LoneContext context(
        checkpoint, [] { return false; }, true);
    const auto shorter = solve(jumping, loose(first), context);
    const auto longer = solve(jumping, loose(10), context);
    expect_same_bits(*longer, *solved(loose(10)), 10);
    EXPECT_NE(shorter->rows(), longer->rows());
  }
}

TEST(LogTime, KeptStatesOfALaterEndGiveWhatIsAskedFor) {
  MemoryCheckpoint checkpoint;
  LoneContext context(
      checkpoint, [] { return false; }, true);
  solve(jumping, loose(20), context);
  expect_same_bits(*solve(jumping, loose(7), context), *solved(loose(7)), 7);
}

TEST(LogTime, NeverLeavesZeroOverlap) {
  LoneContext context;
  const Equations equations = Spiked{.delta2 = 0.2, .deltap = 0.5, .temperature = 0.5}.equations();
  const auto dynamics = solve(equations, loose(1e3), context);
  EXPECT_EQ(dynamics->trouble(), "");
  for (const double t : {0.0, 1e-6, 0.1, 30.0, 1e3}) {
    const Estimate stayed = dynamics->estimate(testing::overlap(t));
    EXPECT_EQ(stayed.value, 0);
    EXPECT_EQ(stayed.error, 0);
  }
}

}  // namespace
}  // namespace glasscape::two_time
