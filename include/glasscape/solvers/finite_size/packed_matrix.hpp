#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "glasscape/core/point_context.hpp"

namespace glasscape::finite_size {

/// A symmetric matrix of n × n, its upper triangle packed by columns: element (k, j), k ≤ j, at j(j+1)/2 + k. The
/// triangle of its first m rows and columns is its beginning.
using PackedMatrix = std::vector<double>;

constexpr std::size_t packed_length(std::size_t n) { return n * (n + 1) / 2; }

/// y = Ax.
void multiply(const PackedMatrix& a, std::span<const double> x, std::span<double> y);

/// A becomes PAP + c xxᵀ/|x|², P the projector that is orthogonal to x: x becomes an eigenvector of eigenvalue c.
void detach_direction(PackedMatrix& a, std::span<const double> x, double c);

/// |A|, the root of the sum of all squares: no eigenvalue is larger.
double frobenius_norm(const PackedMatrix& a);

/// Eigenvalues, ascending, and the unit eigenvector of the first one.
struct Spectrum {
  std::vector<double> eigenvalues;
  std::vector<double> lowest_vector;
};

/// The lowest `count` of an n × n matrix (Krylov-Schur, residuals to 1e-8 of a typical one). Throws std::runtime_error
/// where they do not converge.
Spectrum lowest_spectrum(const PackedMatrix& a, std::size_t n, std::size_t count, PointContext& context);

/// All of them: O(n³) (LAPACK).
Spectrum whole_spectrum(const PackedMatrix& a, std::size_t n);

}  // namespace glasscape::finite_size
