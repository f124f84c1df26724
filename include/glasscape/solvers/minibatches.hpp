#pragma once

#include <span>

#include "glasscape/core/random.hpp"
#include "glasscape/core/schema.hpp"

namespace glasscape {

/// Which samples make the batch of a step (arXiv:2006.06098): vanilla SGD draws each with probability b at each step;
/// persistent SGD lets one in with probability η/τ and out with probability (1−b)η/(bτ), so that it is out for the
/// time τ on average. τ = η/b is vanilla SGD again, with the same random numbers.
class Minibatches {
 public:
  /// `persistence_time` τ in units of time, steps times learning rate; 0: vanilla. Throws std::domain_error where the
  /// probabilities exceed 1.
  Minibatches(double batch_size, double persistence_time, double learning_rate);

  /// That its parameters allow such batches.
  static Rule rule();

  /// Of each sample 1 in the batch, 0 outside: at the first step, and from each step to the next.
  void start(RandomStream& random, std::span<double> selected) const;
  void advance(RandomStream& random, std::span<double> selected) const;

  bool is_full() const { return batch_size_ == 1; }

 private:
  double batch_size_;
  double stay_;   // probability to be in the batch after having been in it
  double enter_;  // … after having been outside
};

}  // namespace glasscape
