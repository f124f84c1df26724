#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "glasscape/core/random.hpp"
#include "glasscape/models/spiked_matrix_tensor/covariance.hpp"
#include "glasscape/solvers/finite_size/gaussian_polynomial.hpp"

namespace glasscape::spiked_matrix_tensor {

/// Energies per spin of the two channels, signal included.
struct Energies {
  double matrix = 0;
  double tensor = 0;
  double sum() const { return matrix + tensor; }
};

/// One disorder sample of N spins: on the sphere |x|² = N, with the signal x* = (1, ..., 1) and m = x·x*/N,
///   H(x) = −Σ_k [N^((1−k)/2) f_k(x)/√(kΔ_k) + N m^k/(kΔ_k)],   k = 2 and p,
/// f_k isotropic Gaussian polynomials of degree k, so that E[H(x)H(y)] − E[H(x)]E[H(y)] = N Q(x·y/N) and
/// E[H(x)] = −N Q(m) (arXiv:1812.09066). The f_k are drawn from the stream alone and then scaled: the same sample for
/// every Δ₂ and Δp. A channel of infinite variance is neither drawn nor held.
class Landscape {
 public:
  Landscape(const Covariance& covariance, std::size_t size, const RandomStream& disorder);

  const Covariance& covariance() const { return covariance_; }
  std::size_t size() const { return size_; }

  /// m of a point.
  static double overlap(std::span<const double> x);

  /// The forces −∇H at one point or several (N numbers each, one point after the other), and the energies there. The
  /// sample is read once for all points.
  std::vector<Energies> evaluate(std::span<const double> points, std::span<double> forces) const;

  /// ∇²H at x, without the sphere's curvature: N(N+1)/2 numbers. As much work as about two forces.
  finite_size::PackedMatrix hessian(std::span<const double> x) const;

  /// What a sample takes, infinity where that is beyond all memory; drawing it and one force per pass over it are
  /// proportional to its bytes.
  static double bytes(const Covariance& covariance, std::size_t size);

 private:
  /// One channel: the noise f_k and Δ_k.
  struct Channel {
    finite_size::GaussianPolynomial noise;
    double variance;

    double noise_scale() const;  ///< N^((1−k)/2)/√(kΔ_k)
  };

  void add(const Channel& channel, std::span<const double> points, std::span<double> forces,
           std::vector<Energies>& energies, double Energies::*energy) const;
  void add_hessian(const Channel& channel, std::span<const double> x, finite_size::PackedMatrix& hessian) const;

  Covariance covariance_;
  std::size_t size_;
  std::optional<Channel> matrix_, tensor_;
};

}  // namespace glasscape::spiked_matrix_tensor
