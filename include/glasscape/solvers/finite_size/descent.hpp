#pragma once

#include <cstddef>
#include <vector>

#include "glasscape/core/random.hpp"
#include "glasscape/solvers/matrix.hpp"
#include "glasscape/solvers/minibatches.hpp"
#include "glasscape/solvers/numbers.hpp"
#include "glasscape/solvers/sample_loss.hpp"

namespace glasscape::finite_size {

/// One data set of n samples in p dimensions.
struct Sample {
  Matrix inputs;               ///< x_μ/√p, n × p
  std::vector<double> labels;  ///< y_μ
};

struct Algorithm {
  double learning_rate = 1;   ///< η
  double regularization = 0;  ///< λ
  bool spherical = false;     ///< weights are put back on the sphere |w|² = p after each step
  Minibatches minibatches;
};

/// Stochastic gradient descent of several runs on one data set, each with its own weights and batches:
///
///   w(t+1) = w(t) − η [λ w(t) + Σ_μ s_μ(t) Λ'(y_μ, r_μ(t)) x_μ/√p],  r_μ = w·x_μ/√p.
///
/// A response follows a run as a twin whose weights differ infinitesimally by δw: its difference obeys the equation
/// linearised, with the same data and batches, and a field g (components ±1) that adds η g at each step. Then g·δw/p is
/// the integrated response χ(t,s) = η Σ_{s≤u<t} R(t,u) to a field since step s; with a field at step s alone and
/// without the factor η it is R(t,s). The data are read once a step for all runs, in blocks that stay in the cache
/// between the fields and the gradient.
class Descent {
 public:
  /// As many runs as streams of random numbers for the batches. Sample and loss outlive it.
  Descent(const Sample& sample, const SampleLoss& loss, const Algorithm& algorithm, std::vector<RandomStream> batches);

  std::size_t runs() const { return batches_.size(); }
  std::span<double> weights(std::size_t run) { return states_.row(run); }
  std::span<const double> weights(std::size_t run) const { return states_.row(run); }

  /// Starts a twin of `run` with the field `g` from the present step on; returns its number.
  enum class Field { one_step, lasting };
  std::size_t add_twin(std::size_t run, std::vector<double> g, Field field);
  /// g·δw/p of a twin.
  double response(std::size_t twin) const;

  /// Sums over all samples of each run at the present weights.
  std::vector<Score> scores();

  /// One step; returns the scores before it.
  std::vector<Score> step();

  /// Weights, twins, batches and where their random numbers stand.
  void carry(Numbers& numbers);

 private:
  struct Twin {
    std::size_t run = 0;
    std::vector<double> field = {};
    Field kind = Field::one_step;
    bool is_new = true;
  };

  void make_room_for_twins();
  std::vector<Score> pass(bool with_gradient);
  void set_fields(std::size_t first, std::size_t rows);
  void set_coefficients(std::size_t first, std::size_t rows, std::vector<Score>& scores);
  void add_gradient(std::size_t first, std::size_t rows);
  void gather_gradients();
  void interleave(const Matrix& from, std::size_t columns, std::vector<double>& thin) const;
  std::size_t panels() const;
  void move();

  const Sample& sample_;
  const SampleLoss& loss_;
  Algorithm algorithm_;
  std::vector<RandomStream> batches_;
  std::vector<Twin> twins_;
  Matrix states_;     // weights of the runs, then differences of the twins: a row each
  Matrix gradients_;  // likewise
  Matrix selected_;   // s_μ of each run
  Matrix fields_;     // of a block of samples: r_μ, then what multiplies the inputs
  std::vector<double> first_, second_;
  std::vector<double> thin_states_, thin_gradients_;  // of several rows: eight of them side by side in each panel
};

/// How many numbers something holds in memory, and how many of them it carries from step to step.
struct Holding {
  double all = 0;
  double carried = 0;
};

/// Of a descent with its data set, once all twins are there.
Holding descent_holding(std::size_t samples, std::size_t dimension, std::size_t runs, std::size_t twins);

}  // namespace glasscape::finite_size
