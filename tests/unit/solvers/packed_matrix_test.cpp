#include "glasscape/solvers/finite_size/packed_matrix.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "glasscape/core/random.hpp"
#include "glasscape/solvers/matrix.hpp"
#include "support/lone_context.hpp"

namespace glasscape::finite_size {
namespace {

PackedMatrix random_matrix(std::size_t n) {
  RandomStream random(1, 2, Purpose::disorder);
  PackedMatrix a(packed_length(n));
  fill_normal(random, a);
  return a;
}

/// Eigenvalues 1 ... n in a reflected basis.
PackedMatrix with_known_spectrum(std::size_t n, std::span<const double> normal) {
  PackedMatrix a(packed_length(n), 0.0);
  const double square = dot(normal, normal);
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k <= j; ++k) {
      for (std::size_t i = 0; i < n; ++i) {  // H diag(1 ... n) H with H = 1 − 2vvᵀ/|v|²
        const auto reflection = [&](std::size_t row) {
          return (row == i ? 1.0 : 0.0) - 2 * normal[row] * normal[i] / square;
        };
        a[packed_length(j) + k] += reflection(j) * static_cast<double>(i + 1) * reflection(k);
      }
    }
  }
  return a;
}

std::vector<double> random_vector(std::size_t n) {
  RandomStream random(1, 3, Purpose::disorder);
  std::vector<double> x(n);
  fill_normal(random, x);
  return x;
}

TEST(PackedMatrix, MultipliesAsASymmetricOne) {
  const auto a = random_matrix(6);
  const auto x = random_vector(6);
  std::vector<double> y(6);
  multiply(a, x, y);
  for (std::size_t i = 0; i < 6; ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < 6; ++k) sum += a[packed_length(std::max(i, k)) + std::min(i, k)] * x[k];
    EXPECT_NEAR(y[i], sum, 1e-14);
  }
}

TEST(PackedMatrix, SpectrumIsFoundBothWays) {
  constexpr std::size_t n = 60;
  const auto v = random_vector(n);
  const auto a = with_known_spectrum(n, v);
  testing::LoneContext context;
  const auto whole = whole_spectrum(a, n), lowest = lowest_spectrum(a, n, 5, context);
  ASSERT_EQ(whole.eigenvalues.size(), n);
  ASSERT_EQ(lowest.eigenvalues.size(), 5u);
  for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(whole.eigenvalues[i], static_cast<double>(i + 1), 1e-11);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(lowest.eigenvalues[i], static_cast<double>(i + 1), 1e-7);
  for (const auto& vector : {whole.lowest_vector, lowest.lowest_vector}) {
    std::vector<double> product(n);
    multiply(a, vector, product);
    EXPECT_NEAR(dot(vector, vector), 1, 1e-12);
    for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(product[i], vector[i], 1e-6);
  }
  EXPECT_NEAR(frobenius_norm(a), std::sqrt(n * (n + 1.0) * (2 * n + 1.0) / 6), 1e-9);
}

TEST(PackedMatrix, DetachedDirectionIsAnEigenvector) {
  constexpr std::size_t n = 12;
  const auto before = random_matrix(n);
  auto a = before;
  const auto x = random_vector(n);
  detach_direction(a, x, 7);
  std::vector<double> y(n);
  multiply(a, x, y);
  for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(y[i], 7 * x[i], 1e-12);
  auto u = random_matrix(n);
  u.resize(n);
  const double along = dot(u, x) / dot(x, x);
  for (std::size_t i = 0; i < n; ++i) u[i] -= along * x[i];
  std::vector<double> now(n), then(n);
  multiply(a, u, now);
  multiply(before, u, then);
  EXPECT_NEAR(dot(u, now), dot(u, then), 1e-12);
  EXPECT_NEAR(dot(x, now), 0, 1e-12);
}

}  // namespace
}  // namespace glasscape::finite_size
