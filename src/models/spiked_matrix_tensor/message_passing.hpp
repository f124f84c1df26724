#pragma once

#include <vector>

#include "glasscape/models/spiked_matrix_tensor/landscape.hpp"
#include "glasscape/solvers/numbers.hpp"

namespace glasscape::spiked_matrix_tensor {

/// Bayes-optimal approximate message passing on one sample (arXiv:1812.09066), with the force f = −∇H and
/// ⟨x, y⟩ = x·y/N:
///   B = f(x̂ᵗ) − r x̂ᵗ⁻¹,   r = s Q''(⟨x̂ᵗ, x̂ᵗ⁻¹⟩)   (Onsager's reaction),
///   x̂ᵗ⁺¹ = B/(1 + A),   s' = 1/(1 + A),   A = Q'(⟨x̂ᵗ, x̂ᵗ⟩),
/// s the posterior variance that came with x̂ᵗ.
class MessagePassing {
 public:
  /// `landscape` must outlive this. The start is x̂⁰ = m₀ x* + √(m₀ − m₀²) z with z uniform on the sphere orthogonal to
  /// the signal, so that |x̂⁰|²/N = m₀ = ⟨x̂⁰, x*⟩ as state evolution has it.
  MessagePassing(const Landscape& landscape, double initial_overlap, RandomStream random);

  const std::vector<double>& estimate() const { return estimate_; }

  /// Evaluates energies and force at the estimate: what `step` needs.
  Energies evaluate();
  const std::vector<double>& force() const { return force_; }

  /// Moves on from where evaluate() was called last. Throws std::runtime_error where the estimate is not finite.
  void step();

  /// All but energies and force, for a checkpoint.
  void carry(Numbers& numbers);

 private:
  const Landscape& landscape_;
  std::vector<double> estimate_, before_, force_;
  double variance_ = 0;  // s; 0 at the start: no reaction
};

}  // namespace glasscape::spiked_matrix_tensor
