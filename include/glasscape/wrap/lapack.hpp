#pragma once

#include <petscsystypes.h>

#include <cstddef>
#include <span>
#include <vector>

namespace glasscape::wrap::lapack {

/// A dense square matrix.
class Matrix {
 public:
  explicit Matrix(std::size_t size) : size_(size), elements_(size * size, 0.0) {}

  std::size_t size() const { return size_; }
  double& operator()(std::size_t row, std::size_t column) { return elements_[column * size_ + row]; }
  double operator()(std::size_t row, std::size_t column) const { return elements_[column * size_ + row]; }
  double* data() { return elements_.data(); }  ///< by columns

 private:
  std::size_t size_;
  std::vector<double> elements_;
};

/// x with Ax = b, by LU decomposition. Throws std::runtime_error where A is singular.
std::vector<double> solve(Matrix a, std::vector<double> b);

/// LU factors in single precision: half the time and memory of full ones, for iterations that correct their steps
/// anyway.
class SingleFactors {
 public:
  /// Room for a matrix of this size, by rows, to be filled before `factorise`.
  std::span<float> rows(std::size_t size);

  void factorise();  ///< throws std::runtime_error where the matrix is singular
  void solve(std::span<const double> b, std::span<double> x);

 private:
  void equilibrate();

  std::vector<float> elements_, solution_;
  std::vector<float> scale_;  ///< of the columns
  std::vector<PetscBLASInt> pivots_;
};

/// All eigenvalues of a symmetric matrix, ascending, from its upper triangle; the columns of `a` become the
/// eigenvectors, of unit length. Throws std::runtime_error where they do not converge.
std::vector<double> symmetric_eigenvalues(Matrix& a);

}  // namespace glasscape::wrap::lapack
