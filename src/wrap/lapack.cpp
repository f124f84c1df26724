#include "glasscape/wrap/lapack.hpp"

#include <petscsys.h>
// after what it needs
#include <petscblaslapack.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

// PETSc's header declares the routines of its own precision alone
extern "C" {
void sgetrf_(const PetscBLASInt* rows, const PetscBLASInt* columns, float* a, const PetscBLASInt* stride,
             PetscBLASInt* pivots, PetscBLASInt* info);
void sgetrs_(const char* transposed, const PetscBLASInt* size, const PetscBLASInt* columns, const float* factors,
             const PetscBLASInt* stride, const PetscBLASInt* pivots, float* b, const PetscBLASInt* b_stride,
             PetscBLASInt* info);
}

namespace glasscape::wrap::lapack {

std::vector<double> solve(Matrix a, std::vector<double> b) {
  auto size = static_cast<PetscBLASInt>(b.size());
  PetscBLASInt columns = 1, info = 0;
  std::vector<PetscBLASInt> pivots(b.size());
  LAPACKgesv_(&size, &columns, a.data(), &size, pivots.data(), b.data(), &size, &info);
  if (info != 0) throw std::runtime_error("a linear system is singular");
  return b;
}

/// Columns to one size. Pivots are sought along rows, since LAPACK takes these for columns: between columns of very
/// different size it would choose badly.
void SingleFactors::equilibrate() {
  const std::size_t n = scale_.size();
  std::ranges::fill(scale_, 0.0F);
  for (std::size_t i = 0; i < elements_.size(); i += n) {
    for (std::size_t k = 0; k < n; ++k) scale_[k] = std::max(scale_[k], std::abs(elements_[i + k]));
  }
  for (float& scale : scale_) scale = scale > 0 ? 1 / scale : 1;
  for (std::size_t i = 0; i < elements_.size(); i += n) {
    for (std::size_t k = 0; k < n; ++k) elements_[i + k] *= scale_[k];
  }
}

std::span<float> SingleFactors::rows(std::size_t size) {
  elements_.resize(size * size);
  solution_.resize(size);
  pivots_.resize(size);
  scale_.resize(size);
  return elements_;
}

void SingleFactors::factorise() {
  equilibrate();
  const auto size = static_cast<PetscBLASInt>(pivots_.size());
  PetscBLASInt info = 0;
  sgetrf_(&size, &size, elements_.data(), &size, pivots_.data(), &info);
  if (info != 0) throw std::runtime_error("a linear system is singular");
}

void SingleFactors::solve(std::span<const double> b, std::span<double> x) {
  double largest = 0;  // b may be smaller than single precision holds
  for (double each : b) largest = std::max(largest, std::abs(each));
  const double size_of_b = largest > 0 ? largest : 1;
  for (std::size_t i = 0; i < b.size(); ++i) solution_[i] = static_cast<float>(b[i] / size_of_b);
  const auto size = static_cast<PetscBLASInt>(pivots_.size());
  PetscBLASInt columns = 1, info = 0;
  sgetrs_("T", &size, &columns, elements_.data(), &size, pivots_.data(), solution_.data(), &size, &info);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = size_of_b * scale_[i] * solution_[i];
}

std::vector<double> symmetric_eigenvalues(Matrix& a) {
  auto size = static_cast<PetscBLASInt>(a.size());
  PetscBLASInt length = 64 * size, info = 0;  // room for blocks of columns
  std::vector<double> values(a.size()), work(static_cast<std::size_t>(length));
  LAPACKsyev_("V", "U", &size, a.data(), &size, values.data(), work.data(), &length, &info);
  if (info != 0) throw std::runtime_error("the eigenvalues of a matrix do not converge");
  return values;
}

}  // namespace glasscape::wrap::lapack
