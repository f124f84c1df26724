#include "glasscape/report/divergence.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "glasscape/core/schema.hpp"

namespace glasscape::report {
namespace {

constexpr double x_c = 0.7071;
constexpr double exponent = 1.8;
constexpr double amplitude = 3;

/// t = A |x - x_c|^-nu at distances 0.02 ... 0.4 on the given side, with relative noise.
Profile power_law(Side side, double relative_error, std::mt19937& engine, bool known = true) {
  std::normal_distribution<double> noise(0, relative_error);
  Profile times;
  for (int i = 0; i < 20; ++i) {
    const double distance = side == Side::below ? 0.4 - 0.02 * i : 0.02 + 0.02 * i;
    const double time = amplitude * std::pow(distance, -exponent) * std::exp(relative_error > 0 ? noise(engine) : 0);
    times.x.push_back(side == Side::below ? x_c - distance : x_c + distance);
    times.value.push_back(time);
    times.error.push_back(known ? relative_error * time : 0);
  }
  return times;
}

TEST(Divergence, OfAnExactPowerLawIsFoundFromBothSides) {
  std::mt19937 engine(1);
  for (const Side side : {Side::below, Side::above}) {
    const Profile times = power_law(side, 0, engine);
    EXPECT_EQ(side_of(times), side);
    for (const double bound : {infinity, side == Side::below ? 0.72 : 0.69}) {
      const auto fit = fit_divergence(times, side, bound);
      ASSERT_TRUE(fit);
      EXPECT_NEAR(fit->x_c, x_c, 1e-7);
      EXPECT_NEAR(fit->exponent, exponent, 1e-5);
      EXPECT_NEAR(fit->amplitude, amplitude, 1e-4);
      EXPECT_LT(fit->x_c_error, 1e-7);
      EXPECT_EQ(fit->side, side);
    }
  }
}

struct Score {
  double sum = 0;
  double squares = 0;
  int count = 0;
  void add(double z) {
    sum += z;
    squares += z * z;
    ++count;
  }
  void expect_standard(double mean, double variance) const {
    EXPECT_LT(std::abs(sum / count), mean);
    EXPECT_NEAR(squares / count, 1, variance);
  }
};

/// The deviations of x_c and nu have the size that the fit says, whether it is told the errors or sees the scatter.
TEST(Divergence, ErrorsAreThoseOfTheFit) {
  for (const bool known : {true, false}) {
    std::mt19937 engine(11);
    Score position;
    Score slope;
    for (int trial = 0; trial < 1000; ++trial) {
      const auto fit = fit_divergence(power_law(Side::below, 0.02, engine, known), Side::below, infinity);
      ASSERT_TRUE(fit);
      position.add((fit->x_c - x_c) / fit->x_c_error);
      slope.add((fit->exponent - exponent) / fit->exponent_error);
    }
    position.expect_standard(0.25, 0.3);
    slope.expect_standard(0.25, 0.3);
  }
}

TEST(Divergence, WrongErrorsAreScaledByChiSquare) {
  std::mt19937 engine(3);
  Profile times = power_law(Side::below, 0.1, engine);
  const auto honest = fit_divergence(times, Side::below, infinity);
  for (double& error : times.error) error /= 10;
  const auto boastful = fit_divergence(times, Side::below, infinity);
  ASSERT_TRUE(honest && boastful);
  EXPECT_NEAR(boastful->chi_square, 100 * honest->chi_square, 1e-3 * boastful->chi_square);
  EXPECT_GT(boastful->x_c_error, 0.7 * honest->x_c_error);
}

TEST(Divergence, IsNotFoundWhereThereIsNone) {
  std::mt19937 engine(5);
  const Profile times = power_law(Side::below, 0, engine);
  EXPECT_FALSE(fit_divergence(times, Side::above, infinity)) << "the time falls toward this side";
  EXPECT_FALSE(fit_divergence(times, Side::below, 0.70)) << "it is past the bound";
  Profile exponential;
  for (int i = 0; i < 8; ++i) {
    exponential.x.push_back(i);
    exponential.value.push_back(std::exp(i));
    exponential.error.push_back(0);
  }
  EXPECT_FALSE(fit_divergence(exponential, Side::below, infinity)) << "diverges at infinity";
  const Profile few{.x = {0, 1, 2}, .value = {1, 2, 5}, .error = {0, 0, 0}};
  EXPECT_FALSE(fit_divergence(few, Side::below, infinity));
}

}  // namespace
}  // namespace glasscape::report
