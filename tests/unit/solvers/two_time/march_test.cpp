// The march as a whole: order of convergence, going on from a state, zero overlap.
#include "solvers/two_time/march.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "glasscape/wrap/petsc.hpp"
#include "support/lone_context.hpp"
#include "support/two_time_questions.hpp"

namespace glasscape::two_time {
namespace {

using testing::Spiked;

class MarchTest : public ::testing::Test {
 protected:
  MarchTest() { wrap::petsc::start(static_cast<PointContext&>(context_).team()); }

 private:
  testing::LoneContext context_;
};

void go_on(March& march, double t) {
  while (march.time() < t && march.advance()) continue;
  EXPECT_EQ(march.trouble(), "");
}

/// Recovers the signal between t = 1 and 5.
const Equations jumping = Spiked{.delta2 = 0.2, .temperature = 1, .initial_overlap = 0.01}.equations();

/// All numbers of all rows.
void expect_same_bits(const History& one, const History& other) {
  ASSERT_EQ(one.times(), other.times());
  for (std::size_t i = 0; i < one.rows().size(); ++i) {
    SCOPED_TRACE(i);
    const Row &left = one.rows()[i], &right = other.rows()[i];
    EXPECT_EQ(left.correlation, right.correlation);
    EXPECT_EQ(left.response, right.response);
    EXPECT_EQ(left.coefficients, right.coefficients);
    EXPECT_EQ(left.overlaps, right.overlaps);
    EXPECT_EQ(left.multiplier, right.multiplier);
    EXPECT_EQ(left.memory_integrals, right.memory_integrals);
  }
  for (double t : {0.7 * one.times().back(), one.times().back()}) {
    for (double s : {0.0, 0.3 * t, 0.99 * t}) {
      EXPECT_EQ(one.at(t, s).correlation, other.at(t, s).correlation);
      EXPECT_EQ(one.integrated_response(t, s), other.integrated_response(t, s));
    }
  }
}

TEST_F(MarchTest, GoesOnFromAnyStateWithTheSameBits) {
  constexpr double end = 12;
  const Resolution resolution{.rows_per_octave = 6};
  March whole(jumping, resolution);
  std::vector<std::vector<std::byte>> states;
  std::vector<double> times;
  while (whole.time() < end) {
    if (whole.history().rows().size() % 7 == 0) {  // wherever a stop may come
      states.push_back(whole.state());
      times.push_back(whole.time());
    }
    ASSERT_TRUE(whole.advance()) << whole.trouble();
  }
  // inside of the jump, and after
  ASSERT_GT(std::ranges::count_if(times, [](double t) { return t > 1 && t < 5; }), 3);
  for (std::size_t i = 0; i < states.size(); i += times[i] < 1 ? 5 : 2) {
    SCOPED_TRACE(::testing::Message() << "from t = " << times[i]);
    March resumed(jumping, resolution, states[i]);
    EXPECT_EQ(resumed.state(), states[i]);
    go_on(resumed, end);
    expect_same_bits(whole.history(), resumed.history());
  }
}

/// What is kept of early times, where panels lie still, is found again.
TEST_F(MarchTest, GoesOnAtLateTimesWithTheSameBits) {
  constexpr double end = 3e3;
  const Equations equations = Spiked{.delta2 = 1, .temperature = 0.5, .initial_overlap = 0.1}.equations();
  for (const Equations* each : {&jumping, &equations}) {
    SCOPED_TRACE(each == &jumping ? "after a jump" : "in a glass");
    March whole(*each, {.rows_per_octave = 6});
    std::vector<std::byte> state;
    for (double from = 0; whole.time() < end;) {
      if (whole.time() > 200 && from == 0) {
        state = whole.state();
        from = whole.time();
      }
      ASSERT_TRUE(whole.advance()) << whole.trouble();
    }
    March resumed(*each, {.rows_per_octave = 6}, state);
    go_on(resumed, end);
    expect_same_bits(whole.history(), resumed.history());
  }
}

TEST_F(MarchTest, StepsShortenThroughAJumpAndGrowAgain) {
  March march(jumping, {.rows_per_octave = 6});
  go_on(march, 1e3);
  const History& history = march.history();
  const auto longest = [&](double from, double to) {
    double step = 0;
    for (std::size_t i = 1; i < history.times().size(); ++i) {
      if (history.times()[i] > from && history.times()[i] < to) {
        step = std::max(step, std::log(history.times()[i] / history.times()[i - 1]));
      }
    }
    return step;
  };
  EXPECT_NEAR(longest(1e-3, 0.1), std::log(2) / 6, 1e-9);
  EXPECT_LT(longest(3, 5), 0.5 * std::log(2) / 6);
  EXPECT_GT(longest(500, 1e3), 0.5 * std::log(2) / 6);
  EXPECT_NEAR(history.rows().back().overlaps[0], 0.8284271247, 1e-6);  // 1/(1−m) = 1/Δ₂ + m/Δp
}

/// Backward differences of the fourth order: the largest errors of all rows fall with that power of their number.
TEST_F(MarchTest, ConvergesWithTheFourthPowerOfTheStep) {
  const testing::SphericalSpinGlass::Setting setting{.delta2 = 0.8, .temperature = 0.3, .initial_overlap = 0.1};
  const testing::SphericalSpinGlass exact(setting);
  const Equations equations = testing::matrix_alone(setting).equations();
  std::array<std::vector<double>, 3> errors;  // of multiplier, overlap, C(t,t/2)
  for (double rows : {5.0, 7.1, 10.0}) {
    March march(equations, {.rows_per_octave = rows, .prediction_error = 1e-4 * std::pow(8 / rows, 5)});
    go_on(march, 30);
    std::array<double, 3> worst{};
    for (const Row& row : march.history().rows()) {
      const double t = row.t();
      if (t < 0.1) continue;
      const double half = row.at({t / 2, t / 2}).correlation;
      worst[0] = std::max(worst[0], std::abs(row.multiplier - exact.multiplier(t)));
      worst[1] = std::max(worst[1], std::abs(row.overlaps[0] - exact.overlap(t)));
      worst[2] = std::max(worst[2], std::abs(half - exact.correlation(t, t / 2)));
    }
    for (std::size_t i = 0; i < errors.size(); ++i) errors[i].push_back(worst[i]);
  }
  for (const auto& of : errors) {
    for (int i : {0, 1}) EXPECT_GT(std::log2(of[i] / of[i + 1]), 3.9 / 2) << of[i] << " " << of[i + 1];
    EXPECT_LT(of[2], 5e-6);
  }
}

/// Late in the aging of a mixture three rows an octave are too few. The monitor ends the march before its
/// multiplier is far off.
TEST_F(MarchTest, EndsWhereItBecomesUnstable) {
  const Equations equations = Spiked{.delta2 = 2, .temperature = 0.2, .initial_overlap = 0}.equations();
  March coarse(equations, {.rows_per_octave = 3, .prediction_error = 1e-2});
  while (coarse.time() < 1e9 && coarse.advance()) continue;
  EXPECT_NE(coarse.trouble().find("unstable from t = "), std::string::npos) << coarse.trouble();
  EXPECT_GT(coarse.time(), 1e4);
  EXPECT_LT(coarse.time(), 1e8);
  March fine(equations, {.rows_per_octave = 6});
  go_on(fine, coarse.time());
  for (const Row& row : coarse.history().rows()) {
    if (row.t() < 1) continue;
    std::size_t first = 0;
    const Stencil weight = fine.history().weights(row.t(), first);
    double multiplier = 0;
    for (int d = 0; d < stencil; ++d) multiplier += weight[d] * fine.history().rows()[first + d].multiplier;
    EXPECT_NEAR(row.multiplier, multiplier, 5e-4 * multiplier) << row.t();
  }
}

TEST_F(MarchTest, NeverLeavesZeroOverlap) {
  const Equations equations = Spiked{.delta2 = 0.2, .deltap = 0.5, .temperature = 0.5}.equations();
  March march(equations, {.rows_per_octave = 6});
  go_on(march, 100);
  for (const Row& row : march.history().rows()) EXPECT_EQ(row.overlaps[0], 0);
}

}  // namespace
}  // namespace glasscape::two_time
