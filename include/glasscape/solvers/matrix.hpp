#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace glasscape {

/// A dense matrix by rows, zero at first.
class Matrix {
 public:
  Matrix() = default;
  Matrix(std::size_t rows, std::size_t columns) : rows_(rows), columns_(columns), elements_(rows * columns, 0.0) {}

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }
  double& operator()(std::size_t row, std::size_t column) { return elements_[row * columns_ + column]; }
  double operator()(std::size_t row, std::size_t column) const { return elements_[row * columns_ + column]; }
  std::span<double> row(std::size_t i) { return {elements_.data() + i * columns_, columns_}; }
  std::span<const double> row(std::size_t i) const { return {elements_.data() + i * columns_, columns_}; }
  std::span<double> elements() { return elements_; }
  double* data() { return elements_.data(); }
  const double* data() const { return elements_.data(); }

 private:
  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
  std::vector<double> elements_;
};

/// y[i] = scale Σ_j A(i,j) x[j] for the first y.size() rows and x.size() columns (BLAS).
void multiply(double scale, const Matrix& a, std::span<const double> x, std::span<double> y);

/// y[j] += scale Σ_i x[i] A(i,j) for the first x.size() rows and y.size() columns (BLAS).
void add_combination(double scale, std::span<const double> x, const Matrix& a, std::span<double> y);

/// Σ_i x[i] y[i] (BLAS).
double dot(std::span<const double> x, std::span<const double> y);

/// One more row of the lower-triangular L with L Lᵀ = M: row i from row i of M and the rows of L before. A matrix that
/// is singular up to rounding is taken for M + 1e-12 diag M.
void extend_cholesky(const Matrix& m, std::size_t i, Matrix& l);

}  // namespace glasscape
