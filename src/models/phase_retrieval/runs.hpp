#pragma once

#include <memory>
#include <vector>

#include "../step_pairs.hpp"
#include "glasscape/core/random.hpp"
#include "glasscape/solvers/finite_size/descent.hpp"

namespace glasscape::phase_retrieval {

/// How near weights are to the signal. A network of width m with weights W (p × m) predicts y² as xᵀAx, A = WWᵀ/m; a
/// single layer is m = 1, A = wwᵀ; the signal is A* = w*w*ᵀ.
struct Distance {
  double overlap;       ///< (w*ᵀAw*)^½/p
  double matrix_error;  ///< |A − A*|²/p²
  double test_error;    ///< E (y² − xᵀAx)² = 2|A − A*|²/p² + (tr(A − A*)/p)²
};

/// Several runs of gradient descent on one data set. The signal lies along the first coordinate, |w*|² = p.
class Runs {
 public:
  virtual ~Runs() = default;

  virtual double overlap(std::size_t run) const = 0;
  virtual Distance distance(std::size_t run) const = 0;
  /// Σ (y² − xᵀAx)² over the samples of each run at present, then one step if `move`.
  virtual std::vector<double> losses(bool move) = 0;

  /// Observes the pairs of steps of which `step` is one; only of single layers.
  virtual void observe_pairs(std::size_t /*step*/) {}
  /// The mean over the runs of what StepPairs hold.
  virtual std::vector<double> pairs() const { return {}; }

  /// All that goes on from step to step, before step t.
  virtual void carry(Numbers& numbers, std::size_t t) = 0;
};

struct Start {
  bool warm = false;  ///< at the overlap; else anywhere on the sphere
  double overlap = 0;
};

/// On the sphere |w|² = p. `pairs` says which pairs of steps are observed.
std::unique_ptr<Runs> sphere_runs(const finite_size::Sample& sample, const finite_size::Algorithm& algorithm,
                                  const Start& start, const StepPairs& pairs, const RandomStream& random,
                                  std::vector<RandomStream> batches);

/// Networks of the given width from normal weights, in units of time in which they move as a single layer does:
/// W ← W + 4η Xᵀ diag(s (y² − xᵀAx)) X W.
std::unique_ptr<Runs> wide_runs(const finite_size::Sample& sample, const finite_size::Algorithm& algorithm,
                                std::size_t width, RandomStream& random, std::vector<RandomStream> batches);

/// What one network holds beside the data.
finite_size::Holding wide_holding(std::size_t samples, std::size_t dimension, std::size_t width);

}  // namespace glasscape::phase_retrieval
