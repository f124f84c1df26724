#include "glasscape/solvers/matrix.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace glasscape {
namespace {

Matrix example() {
  Matrix a(3, 2);
  for (std::size_t i = 0; i < 6; ++i) a(i / 2, i % 2) = static_cast<double>(i + 1);
  return a;
}

TEST(Matrix, MultipliesLeadingPartsOnly) {
  std::vector<double> y{9, 9};
  multiply(2, example(), std::vector<double>{1, -1}, y);
  EXPECT_EQ(y, (std::vector<double>{-2, -2}));
  add_combination(1, std::vector<double>{1, 1}, example(), y);  // rows 1 2 and 3 4
  EXPECT_EQ(y, (std::vector<double>{2, 4}));
  multiply(1, example(), std::vector<double>{}, y);
  EXPECT_EQ(y, (std::vector<double>{0, 0}));
}

TEST(Matrix, CholeskyRowByRow) {
  Matrix m(4, 4), l(4, 4);
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 4; ++j)
      m(i, j) = std::exp(-0.3 * std::abs(static_cast<double>(i) - static_cast<double>(j)));
  }
  for (std::size_t i = 0; i < 4; ++i) extend_cholesky(m, i, l);
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j <= i; ++j) EXPECT_NEAR(dot(l.row(i), l.row(j)), m(i, j), 2e-12) << i << " " << j;
  }
}

/// A matrix of rank 1 and size 30, as gradient descent makes them: the factor stays bounded.
TEST(Matrix, CholeskyOfASingularMatrix) {
  constexpr std::size_t n = 30;
  Matrix m(n, n), l(n, n);
  const auto entry = [](std::size_t i) { return 1 / (1 + static_cast<double>(i)); };
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) m(i, j) = entry(i) * entry(j);
  }
  for (std::size_t i = 0; i < n; ++i) extend_cholesky(m, i, l);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) EXPECT_NEAR(dot(l.row(i), l.row(j)), m(i, j), 1e-9);
  }
  Matrix zero(2, 2), factor(2, 2);
  for (std::size_t i = 0; i < 2; ++i) extend_cholesky(zero, i, factor);
  EXPECT_EQ(factor(1, 0), 0);
  EXPECT_EQ(factor(1, 1), 0);
}

}  // namespace
}  // namespace glasscape
