#include "glasscape/solvers/finite_size/packed_matrix.hpp"

#include <cblas.h>

#include <cmath>

#include "glasscape/wrap/lapack.hpp"
#include "glasscape/wrap/slepc.hpp"

namespace glasscape::finite_size {

void multiply(const PackedMatrix& a, std::span<const double> x, std::span<double> y) {
  cblas_dspmv(CblasColMajor, CblasUpper, static_cast<int>(x.size()), 1, a.data(), x.data(), 1, 0, y.data(), 1);
}

/// PAP + c nnᵀ = A − n uᵀ − u nᵀ with n = x/|x|, w = An, u = w − (n·w + c) n/2.
void detach_direction(PackedMatrix& a, std::span<const double> x, double c) {
  const auto n = static_cast<int>(x.size());
  std::vector<double> unit(x.begin(), x.end()), u(x.size());
  cblas_dscal(n, 1 / cblas_dnrm2(n, x.data(), 1), unit.data(), 1);
  multiply(a, unit, u);
  cblas_daxpy(n, -(cblas_ddot(n, unit.data(), 1, u.data(), 1) + c) / 2, unit.data(), 1, u.data(), 1);
  cblas_dspr2(CblasColMajor, CblasUpper, n, -1, unit.data(), 1, u.data(), 1, a.data());
}

double frobenius_norm(const PackedMatrix& a) {
  double upper = 0, diagonal = 0;
  for (const double element : a) upper += element * element;
  for (std::size_t j = 0, at = 0; at < a.size(); ++j, at = packed_length(j + 1) - 1) diagonal += a[at] * a[at];
  return std::sqrt(2 * upper - diagonal);
}

Spectrum lowest_spectrum(const PackedMatrix& a, std::size_t n, std::size_t count, PointContext& context) {
  const auto apply = [&](std::span<const double> x, std::span<double> y) { multiply(a, x, y); };
  const double scale = frobenius_norm(a) / std::sqrt(static_cast<double>(n));  // of a typical eigenvalue
  auto [values, vector] = wrap::slepc::lowest_eigenpairs(n, apply, count, 1e-8 * scale, context.team());
  return {.eigenvalues = std::move(values), .lowest_vector = std::move(vector)};
}

Spectrum whole_spectrum(const PackedMatrix& a, std::size_t n) {
  wrap::lapack::Matrix full(n);
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k <= j; ++k) full(k, j) = a[packed_length(j) + k];
  }
  auto values = wrap::lapack::symmetric_eigenvalues(full);  // its eigenvectors in the columns
  return {.eigenvalues = std::move(values), .lowest_vector = {full.data(), full.data() + n}};
}

}  // namespace glasscape::finite_size
