// Linear systems by factors of single precision.
#include "glasscape/wrap/lapack.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace glasscape::wrap::lapack {
namespace {

std::vector<double> solved(std::vector<float> rows, const std::vector<double>& b) {
  SingleFactors factors;
  std::ranges::copy(rows, factors.rows(b.size()).begin());
  factors.factorise();
  std::vector<double> x(b.size());
  factors.solve(b, x);
  return x;
}

TEST(SingleFactors, SolveForTheRows) {
  const std::vector<double> x = solved({1, 2, 3, 0, 1, 4, 5, 6, 0}, {14, 14, 17});
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(x[i], static_cast<double>(i + 1), 1e-4);
}

/// Taking 10 for the pivot beside 1e10 would lose the first unknown.
TEST(SingleFactors, StandColumnsOfVeryDifferentSize) {
  const std::vector<double> x = solved({10, 1, 1e10F, 1}, {1 + 1e-9, 2});
  EXPECT_NEAR(x[0], 1e-10, 1e-15);
  EXPECT_NEAR(x[1], 1, 1e-5);
}

TEST(SingleFactors, SolveForNumbersBelowSinglePrecision) {
  const std::vector<double> x = solved({2, 0, 0, 4}, {2e-200, 4e-200});
  EXPECT_NEAR(x[0] / 1e-200, 1, 1e-6);
  EXPECT_NEAR(x[1] / 1e-200, 1, 1e-6);
  EXPECT_EQ(solved({2, 0, 0, 4}, {0, 0}), (std::vector<double>{0, 0}));
}

TEST(SingleFactors, RefuseASingularMatrix) { EXPECT_THROW(solved({1, 2, 2, 4}, {1, 1}), std::runtime_error); }

}  // namespace
}  // namespace glasscape::wrap::lapack
