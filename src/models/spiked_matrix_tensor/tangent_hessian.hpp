#pragma once

#include <optional>
#include <span>
#include <vector>

#include "glasscape/core/parameters.hpp"
#include "glasscape/models/spiked_matrix_tensor/landscape.hpp"

namespace glasscape::spiked_matrix_tensor {

/// The tangent Hessian P(∇²H + μ)P on the sphere, μ = −x·∇H/N, P orthogonal to x. At a typical point its bulk is a
/// semicircle of centre μ and radius 2√Q''(1); the signal adds −Q''(m)(1 − m²) along its tangent part, an outlier where
/// that exceeds √Q''(1) (arXiv:1902.00139).
struct TangentHessian {
  std::vector<double> lowest = {};  ///< the lowest n_eigenvalues eigenvalues, ascending
  double signal_overlap = 0;  ///< (v·x*)²/(N (1 − m²)) of the lowest eigenvector v with the signal's tangent part
  double bulk_edge = 0;       ///< μ − 2√Q''(1)
  std::vector<double> density = {};  ///< of (λ − μ)/√Q''(1) in the bins; NaN for large N
};

constexpr std::size_t largest_whole_spectrum = 500;  ///< N up to which all eigenvalues are computed

/// Centres of equal bins of (λ − μ)/√Q''(1) from −6 to 6.
std::vector<double> spectrum_bins(std::size_t bins);

TangentHessian tangent_hessian(const Landscape& landscape, std::span<const double> x, std::size_t eigenvalues,
                               std::size_t bins, PointContext& context);

}  // namespace glasscape::spiked_matrix_tensor
