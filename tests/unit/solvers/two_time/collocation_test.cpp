// Polynomials on one panel: each operation is exact up to the degree it is meant for.
#include "solvers/two_time/collocation.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace glasscape::two_time {
namespace {

constexpr int order = Collocation::order;
const Collocation& rule = Collocation::get();

TEST(Collocation, NodesRiseFromOneEndToTheOther) {
  EXPECT_EQ(rule.node.front(), -1);
  EXPECT_EQ(rule.node.back(), 1);
  for (int i = 0; i + 1 < order; ++i) EXPECT_LT(rule.node[i], rule.node[i + 1]);
  for (int i = 0; i < order; ++i) EXPECT_NEAR(rule.node[i], -rule.node[order - 1 - i], 1e-15);
}

TEST(Collocation, DifferentiatesPowers) {
  for (int m = 0; m < order; ++m) {
    for (int i = 0; i < order; ++i) {
      double slope = 0;
      for (int j = 0; j < order; ++j) slope += rule.derivative[i][j] * std::pow(rule.node[j], m);
      EXPECT_NEAR(slope, m == 0 ? 0 : m * std::pow(rule.node[i], m - 1), 1e-11) << "power " << m << ", node " << i;
    }
  }
}

TEST(Collocation, FindsTheCoefficientsOfAPolynomial) {
  const auto coefficient = [](int m) { return std::cos(3.0 * m + 1); };
  for (int m = 0; m < order; ++m) {
    double found = 0;
    for (int i = 0; i < order; ++i) {
      double value = 0;
      for (int k = order - 1; k >= 0; --k) value = value * rule.node[i] + coefficient(k);
      found += rule.to_monomial[m][i] * value;
    }
    EXPECT_NEAR(found, coefficient(m), 1e-10) << "power " << m;
  }
}

TEST(Collocation, TailHoldsTheTwoHighestChebyshevCoefficients) {
  for (int degree = 0; degree < order; ++degree) {
    double tail[2] = {};
    for (int i = 0; i < order; ++i) {
      for (int k : {0, 1}) tail[k] += rule.tail[k][i] * std::cos(degree * std::acos(rule.node[i]));
    }
    EXPECT_NEAR(tail[0], degree == order - 2 ? 1 : 0, 1e-14) << degree;
    EXPECT_NEAR(tail[1], degree == order - 1 ? 1 : 0, 1e-14) << degree;
  }
}

TEST(Collocation, IntegratesPowersByGauss) {
  for (int m = 0; m < 2 * Collocation::gauss; ++m) {
    double integral = 0;
    for (int g = 0; g < Collocation::gauss; ++g) integral += rule.gauss_weight[g] * std::pow(rule.gauss_node[g], m);
    EXPECT_NEAR(integral, m % 2 == 0 ? 2.0 / (m + 1) : 0, 1e-15) << "power " << m;
  }
  for (int g = 0; g + 1 < Collocation::gauss; ++g) EXPECT_LT(rule.gauss_node[g], rule.gauss_node[g + 1]);
}

TEST(Collocation, InterpolatesToTheGaussPoints) {
  for (int m = 0; m < order; ++m) {
    for (int g = 0; g < Collocation::gauss; ++g) {
      double value = 0;
      for (int i = 0; i < order; ++i) value += rule.to_gauss[g][i] * std::pow(rule.node[i], m);
      EXPECT_NEAR(value, std::pow(rule.gauss_node[g], m), 1e-13) << "power " << m;
    }
  }
}

}  // namespace
}  // namespace glasscape::two_time
