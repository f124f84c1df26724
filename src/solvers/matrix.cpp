#include "glasscape/solvers/matrix.hpp"

#include <cblas.h>

#include <algorithm>
#include <cmath>

namespace glasscape {

namespace {

int size_of(std::size_t n) { return static_cast<int>(n); }

}  // namespace

void multiply(double scale, const Matrix& a, std::span<const double> x, std::span<double> y) {
  std::ranges::fill(y, 0.0);
  if (x.empty() || y.empty()) return;
  cblas_dgemv(CblasRowMajor, CblasNoTrans, size_of(y.size()), size_of(x.size()), scale, a.data(), size_of(a.columns()),
              x.data(), 1, 0, y.data(), 1);
}

void add_combination(double scale, std::span<const double> x, const Matrix& a, std::span<double> y) {
  if (x.empty() || y.empty()) return;
  cblas_dgemv(CblasRowMajor, CblasTrans, size_of(x.size()), size_of(y.size()), scale, a.data(), size_of(a.columns()),
              x.data(), 1, 1, y.data(), 1);
}

double dot(std::span<const double> x, std::span<const double> y) {
  return cblas_ddot(size_of(x.size()), x.data(), 1, y.data(), 1);
}

void extend_cholesky(const Matrix& m, std::size_t i, Matrix& l) {
  constexpr double jitter = 1e-12;
  const auto row = l.row(i);
  for (std::size_t j = 0; j < i; ++j) {
    const double rest = m(i, j) - dot(row.first(j), l.row(j).first(j));
    row[j] = l(j, j) > 0 ? rest / l(j, j) : 0;
  }
  const double rest = m(i, i) - dot(row.first(i), row.first(i));
  row[i] = std::sqrt(std::max(rest, 0.0) + jitter * m(i, i));
}

}  // namespace glasscape
