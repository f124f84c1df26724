#pragma once

#include <cstddef>
#include <span>

#include "glasscape/core/random.hpp"
#include "glasscape/solvers/matrix.hpp"
#include "glasscape/solvers/numbers.hpp"

namespace glasscape::effective_process {

/// The Gaussian numbers of N paths: h₀, h(0) and one of each step. Their sample means are 0 and their sample
/// covariances exact (Gram and Schmidt), which takes from averages all error that is linear in them. The first two
/// are stratified before (Latin hypercube). What a step gets does not depend on the number of steps.
class WhiteNoise {
 public:
  /// Throws std::domain_error where there are too few paths for that.
  WhiteNoise(std::size_t paths, std::size_t steps, RandomStream& random);

  /// How many numbers a path has, and so the least number of paths.
  static std::size_t numbers_of_steps(std::size_t steps) { return before_steps + (steps + panel - 1) / panel * panel; }

  std::span<const double> teacher() const { return numbers_.row(1); }  ///< h₀
  std::span<const double> start() const { return numbers_.row(2); }    ///< h(0), of variance 1

  /// sum += scale Σ_{s<n} weights[s] g(s), where n is at most one more than ever before.
  void add(double scale, std::span<const double> weights, std::span<double> sum);

  /// What has been drawn.
  void carry(Numbers& numbers) {
    numbers.carry(ready_);
    numbers.carry_block(numbers_, ready_, numbers_.columns());
  }

 private:
  void stratify(std::size_t row);
  void whiten(std::size_t first, std::size_t count);

  static constexpr std::size_t panel = 32;
  static constexpr std::size_t before_steps = 3;  // rows: 1, h₀, h(0), g(0), g(1) …

  RandomStream& random_;
  Matrix numbers_;
  std::size_t ready_ = before_steps;
};

}  // namespace glasscape::effective_process
