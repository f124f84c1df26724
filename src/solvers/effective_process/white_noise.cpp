#include "white_noise.hpp"

#include <cblas.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <utility>

namespace glasscape::effective_process {

WhiteNoise::WhiteNoise(std::size_t paths, std::size_t steps, RandomStream& random)
    : random_(random), numbers_(numbers_of_steps(steps), paths) {
  if (numbers_.rows() > paths) {
    throw std::domain_error(
        fmt::format("{} paths are too few for {} steps: at least {} are needed", paths, steps, numbers_.rows()));
  }
  std::ranges::fill(numbers_.row(0), 1.0);
  stratify(1);
  stratify(2);
  whiten(1, 2);
}

/// One number in each of N equally probable strata, in random order.
void WhiteNoise::stratify(std::size_t row) {
  const auto numbers = numbers_.row(row);
  const auto count = static_cast<double>(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const double probability = (static_cast<double>(i) + random_.uniform()) / count;
    numbers[i] = -std::numbers::sqrt2 * boost::math::erfc_inv(2 * probability);
  }
  for (std::size_t i = numbers.size() - 1; i > 0; --i) {
    std::swap(numbers[i], numbers[static_cast<std::size_t>(random_.uniform() * static_cast<double>(i + 1))]);
  }
}

/// Rows first … first + count − 1: subtracts what rows before contain of them, then makes them orthonormal.
void WhiteNoise::whiten(std::size_t first, std::size_t count) {
  const std::size_t paths = numbers_.columns();
  const double scale = 1 / static_cast<double>(paths);
  const auto n = static_cast<int>(paths), before = static_cast<int>(first), rows = static_cast<int>(count);
  double* panel_rows = numbers_.row(first).data();
  Matrix overlaps(count, first), covariance(count, count), cholesky(count, count);
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, before, n, scale, panel_rows, n, numbers_.data(), n, 0,
              overlaps.data(), before);
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, n, before, -1, overlaps.data(), before, numbers_.data(),
              n, 1, panel_rows, n);
  cblas_dsyrk(CblasRowMajor, CblasLower, CblasNoTrans, rows, n, scale, panel_rows, n, 0, covariance.data(), rows);
  for (std::size_t i = 0; i < count; ++i) extend_cholesky(covariance, i, cholesky);
  cblas_dtrsm(CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, rows, n, 1, cholesky.data(), rows,
              panel_rows, n);
}

void WhiteNoise::add(double scale, std::span<const double> weights, std::span<double> sum) {
  while (ready_ < before_steps + weights.size()) {
    fill_normal(random_, {numbers_.row(ready_).data(), panel * numbers_.columns()});
    whiten(ready_, panel);
    ready_ += panel;
  }
  const auto rows = static_cast<int>(weights.size()), n = static_cast<int>(numbers_.columns());
  cblas_dgemv(CblasRowMajor, CblasTrans, rows, n, scale, numbers_.row(before_steps).data(), n, weights.data(), 1, 1,
              sum.data(), 1);
}

}  // namespace glasscape::effective_process
