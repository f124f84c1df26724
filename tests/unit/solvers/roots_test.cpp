#include "glasscape/solvers/roots.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace glasscape {
namespace {

TEST(Roots, AreFoundBetweenStationaryPoints) {
  const auto cubic = [](double x) { return (x - 0.1) * (x - 0.5) * (x - 0.8); };
  const auto slope = [](double x) { return 3 * x * x - 2.8 * x + 0.53; };
  std::vector<double> breaks{0};
  for (const Root& root : roots_between(slope, std::vector{0.0, 1.4 / 3, 1.0})) breaks.push_back(root.value);
  breaks.push_back(1);
  const auto roots = roots_between(cubic, breaks);
  ASSERT_EQ(roots.size(), 3u);
  EXPECT_NEAR(roots[0].value, 0.1, 1e-15);
  EXPECT_NEAR(roots[1].value, 0.5, 1e-15);
  EXPECT_NEAR(roots[2].value, 0.8, 1e-15);
}

TEST(Roots, AtTheOuterEndsAreNotCounted) {
  EXPECT_TRUE(roots_between([](double x) { return x * (1 - x); }, std::vector{0.0, 0.5, 1.0}).empty());
}

TEST(Roots, WhereTheFunctionTouchesCountOnce) {
  const auto roots = roots_between([](double x) { return (x - 0.5) * (x - 0.5); }, std::vector{0.0, 0.5, 1.0});
  ASSERT_EQ(roots.size(), 1u);
  EXPECT_EQ(roots[0].value, 0.5);
}

TEST(Roots, OfAMonotoneFunctionReachMachinePrecisionWithAnHonestError) {
  const Root root = monotone_root([](double x) { return std::cos(x); }, 1, 2);
  EXPECT_NEAR(root.value, std::numbers::pi / 2, 4e-16);
  EXPECT_LT(root.error, 1e-15);
}

TEST(Roots, HiddenByRoundingAreTheNearerEnd) {
  EXPECT_EQ(monotone_root([](double x) { return x + 1e-17; }, 0, 1).value, 0);
  EXPECT_EQ(monotone_root([](double x) { return x - 1 - 1e-12; }, 0, 1).value, 1);
}

TEST(Roots, RoundingMovesASimpleZeroByNoiseOverSlopeAndADoubleOneByItsSquareRoot) {
  EXPECT_DOUBLE_EQ(rounding_error(1e-16, 2, 0), 5e-17);
  EXPECT_DOUBLE_EQ(rounding_error(1e-16, 0, 2), 5e-9);
}

}  // namespace
}  // namespace glasscape
