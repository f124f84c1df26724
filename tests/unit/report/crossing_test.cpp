#include "glasscape/report/crossing.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

namespace glasscape::report {
namespace {

Profile sampled(const std::vector<double>& x, const std::function<double(double)>& value, double error = 0) {
  Profile profile{.x = x, .error = std::vector(x.size(), error)};
  for (const double at : x) profile.value.push_back(value(at));
  return profile;
}

std::vector<double> even(double lower, double upper, int count) {
  std::vector<double> x;
  for (int i = 0; i < count; ++i) x.push_back(lower + (upper - lower) * i / (count - 1));
  return x;
}

TEST(Crossing, OfALineIsExactAndHasNoError) {
  const auto crossings = find_crossings(sampled({0, 1, 3}, [](double x) { return 2 - x; }), 0.25);
  ASSERT_EQ(crossings.size(), 1u);
  EXPECT_NEAR(crossings[0].x, 1.75, 1e-14);
  EXPECT_LT(crossings[0].error, 1e-14);
}

TEST(Crossing, OfACubicIsExact) {
  const auto crossings = find_crossings(sampled(even(0, 3, 7), [](double x) { return x * x * x; }), 7);
  ASSERT_EQ(crossings.size(), 1u);
  EXPECT_NEAR(crossings[0].x, std::cbrt(7), 1e-13);
}

TEST(Crossing, LiesWithinItsErrorOnACurve) {
  for (int count = 7; count < 60; ++count) {  // 1.5 points and more in the width of the step
    const auto curve = sampled(even(0, 2, count), [](double x) { return std::tanh(2 * (1.03 - x)); });
    const auto crossings = find_crossings(curve, 0.3);
    ASSERT_EQ(crossings.size(), 1u) << count;
    const double exact = 1.03 - std::atanh(0.3) / 2;
    EXPECT_LE(std::abs(crossings[0].x - exact), crossings[0].error) << count;
    EXPECT_LT(crossings[0].error, 0.1) << count;
  }
}

TEST(Crossing, IsExactForAPowerOnALogarithmicAxis) {
  std::vector<double> x;
  for (int i = 0; i < 6; ++i) x.push_back(std::pow(10, i));
  const auto curve = sampled(x, [](double t) { return std::log(t); });
  const auto crossings = find_crossings(curve, std::log(300), true);
  ASSERT_EQ(crossings.size(), 1u);
  EXPECT_NEAR(crossings[0].x, 300, 1e-9);
  EXPECT_GT(std::abs(find_crossings(curve, std::log(300))[0].x - 300), 10) << "and not on a linear one";
}

/// Noise of known size: (x - exact)/error has mean 0 and variance 1.
TEST(Crossing, ErrorIsThatOfTheValues) {
  std::mt19937 engine(7);
  std::normal_distribution<double> noise(0, 0.02);
  double sum = 0;
  double squares = 0;
  constexpr int trials = 4000;
  for (int trial = 0; trial < trials; ++trial) {
    const auto curve = sampled(
        even(0, 1, 5), [&](double x) { return 1 - x + noise(engine); }, 0.02);
    const auto crossings = find_crossings(curve, 0.4);
    ASSERT_EQ(crossings.size(), 1u);
    const double z = (crossings[0].x - 0.6) / crossings[0].error;
    sum += z;
    squares += z * z;
  }
  EXPECT_LT(std::abs(sum / trials), 5 / std::sqrt(trials));
  EXPECT_NEAR(squares / trials, 1, 0.15);
}

TEST(Crossing, OfAJumpIsTheMiddleOfItsCell) {
  const auto crossings =
      find_crossings({.x = {0, 1, 2, 4, 5}, .value = {0.01, 0.02, 0.03, 0.9, 0.91}, .error = {0, 0, 0, 0, 0}}, 0.1);
  ASSERT_EQ(crossings.size(), 1u);
  EXPECT_EQ(crossings[0].x, 3);
  EXPECT_EQ(crossings[0].error, 1);
  const auto alone = find_crossings({.x = {0, 1}, .value = {0, 1}, .error = {0, 0}}, 0.1);
  ASSERT_EQ(alone.size(), 1u);
  EXPECT_EQ(alone[0].error, 0.5);
}

TEST(Crossing, AllAreFoundInOrder) {
  const auto wave = sampled(even(0, 10, 101), [](double x) { return std::sin(x); });
  const auto crossings = find_crossings(wave, 0.5);
  ASSERT_EQ(crossings.size(), 4u);
  EXPECT_NEAR(crossings[0].x, std::asin(0.5), 1e-5);
  EXPECT_NEAR(crossings[3].x, 3 * std::acos(-1) - std::asin(0.5), 1e-5);
  EXPECT_TRUE(find_crossings(wave, 1.5).empty());
  EXPECT_TRUE(find_crossings({}, 1.5).empty());
}

TEST(Crossing, ThroughAPointOnTheLevelIsThereOnce) {
  const auto crossings = find_crossings(sampled(even(-2, 2, 5), [](double x) { return x; }), 0);
  ASSERT_EQ(crossings.size(), 1u);
  EXPECT_EQ(crossings[0].x, 0);
}

TEST(Change, OfACategoryIsTheMiddleOfItsCell) {
  const auto changes = find_changes({.x = {0, 1, 2, 4}, .value = {0, 0, 2, 1}, .error = {0, 0, 0, 0}});
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].x, 1.5);
  EXPECT_EQ(changes[0].error, 0.5);
  EXPECT_EQ(changes[1].x, 3);
  EXPECT_EQ(changes[1].error, 1);
}

}  // namespace
}  // namespace glasscape::report
