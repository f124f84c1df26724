#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "glasscape/core/parameters.hpp"
#include "glasscape/solvers/effective_process/problem.hpp"

/// Binary classification of a high-dimensional Gaussian mixture by a single layer (arXiv:2006.06098): samples
/// x = c v*/√p + √D z, |v*|² = p. Two clusters: c = ±1, label y = c, prediction Φ(r) = r of the field r = w·x/√p.
/// Three: c = 0 with probability ½, label −1, and c = ±1 with ¼ each, label 1; Φ(r) = r² − L².
namespace glasscape::gaussian_mixture {

struct Mixture {
  explicit Mixture(const Parameters& parameters);

  int clusters;
  double noise_variance;  ///< D
  double threshold;       ///< L

  /// The probability that weights of overlap m = w·v*/p and norm C = w·w/p misclassify a new sample.
  double generalization_error(double overlap, double norm) const;
};

/// The loss Λ(y, r): ln(1 + exp(−yΦ(r))) or (y − Φ(r))²/2.
std::unique_ptr<SampleLoss> make_loss(const Parameters& parameters);

/// The signals c of the classes of samples that the dynamics at infinite size tells apart.
std::vector<double> signals_of(int clusters);

/// The dynamics at a point of any solver of this model, with a loss that outlives it.
effective_process::Problem problem_of(const Parameters& parameters, const SampleLoss& loss);

}  // namespace glasscape::gaussian_mixture
