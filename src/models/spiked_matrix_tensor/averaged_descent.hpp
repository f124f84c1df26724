#pragma once

#include <cstddef>
#include <vector>

#include "glasscape/models/spiked_matrix_tensor/landscape.hpp"
#include "glasscape/solvers/numbers.hpp"

namespace glasscape::spiked_matrix_tensor {

/// The mean of the forces −∇H at several points (N numbers each, one point after the other).
std::vector<double> mean_force(const Landscape& landscape, std::span<const double> points);

/// Averaged gradient descent, "ironing" (arXiv:1905.12294), on one sample, in this variant: R points, drawn uniformly
/// and independently on the sphere, are all displaced by the same step along the mean of their forces,
///   xᵃ ← xᵃ + (η/R) Σ_b f(x^b),   f = −∇H,
/// so that only their centre moves; they are neither put back on the sphere nor drawn anew, and η makes each step as
/// long as `averaging_step` √N. The noise in the mean force is nearly 1/R of that in one, the signal's part is the same
/// for all. Then comes plain descent on the sphere from the centre's direction,
///   x ← √N (x + η f⊥)/|x + η f⊥|,
/// η being `learning_rate` over the largest curvature of a typical Hessian, μ + 2√Q''(1) with μ = x·f/N.
/// Without averaging this is plain descent from a random start.
class AveragedDescent {
 public:
  struct Settings {
    std::size_t points = 1;  ///< R
    std::size_t averaging_steps = 0;
    double averaging_step = 0.1;
    double learning_rate = 1;  ///< stable below 2
  };

  /// `landscape` must outlive this.
  AveragedDescent(const Landscape& landscape, const Settings& settings, RandomStream random);

  /// Where the descent stands, or would begin: on the sphere.
  const std::vector<double>& position() const { return position_; }

  /// Moves on, `force` being that at the position. Throws std::runtime_error where it blows up.
  void step(std::span<const double> force);

  bool is_averaging() const { return steps_ < settings_.averaging_steps; }

  /// For a checkpoint; the points only as long as they are averaged over.
  void carry(Numbers& numbers);

 private:
  void average();
  void descend(std::span<const double> force);

  const Landscape& landscape_;
  Settings settings_;
  std::size_t steps_ = 0;
  std::vector<double> points_;  // while they are averaged over
  std::vector<double> centre_, position_;
};

}  // namespace glasscape::spiked_matrix_tensor
