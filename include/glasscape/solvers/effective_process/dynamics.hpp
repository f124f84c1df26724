#pragma once

#include <vector>

#include "glasscape/solvers/effective_process/problem.hpp"
#include "glasscape/solvers/matrix.hpp"
#include "glasscape/solvers/numbers.hpp"

namespace glasscape::effective_process {

/// Averages over the effective process. Times are steps 0 … T, of the kernels 0 … T − 1.
struct Kernels {
  explicit Kernels(std::size_t steps);

  Matrix noise;                        ///< M_C(t,s), T × T, symmetric
  Matrix memory;                       ///< M_R(t,s), T × T, s < t
  std::vector<double> local_response;  ///< λ̂(t)
  std::vector<double> force;           ///< μ(t)
};

/// Of the weights: what the kernels determine.
struct OrderParameters {
  explicit OrderParameters(const Problem& problem);

  /// From step t to t + 1, by the kernels up to t:
  ///   R(t+1,s) = [1 − η(λ + λ̂)] R(t,s) + η² Σ_{s<u<t} M_R(t,u) R(u,s),  R(t+1,t) = 1,  ρ likewise from ρ(0) = 1,
  ///   C(t,s) = R₀ ρ(t) ρ(s) + η² (R M_C Rᵀ)(t,s) + m(t) m(s).
  /// Returns the factor by which the weights were put back on the sphere, 1 without it.
  double advance(const Problem& problem, const Kernels& kernels, std::size_t t);

  std::vector<double> overlap;           ///< m(t)
  std::vector<double> initial_response;  ///< ρ(t) = ∂w(t)/∂w(0)
  Matrix correlation;                    ///< C(t,s) = w(t)·w(s)/p, (T+1) × (T+1), symmetric
  Matrix response;                       ///< R(t,s) = ∂w(t)/∂(η H(s)), H a field added to the force, s < t

 private:
  double correlate(const Problem& problem, const Kernels& kernels, std::size_t t);
};

struct Dynamics {
  explicit Dynamics(const Problem& problem);

  /// All of it that is known before step t.
  void carry(Numbers& numbers, std::size_t t);

  Kernels kernels;
  OrderParameters order;
  std::vector<double> loss;      ///< α <Λ>, sum over the samples per dimension, at step 0 … T
  std::vector<double> accuracy;  ///< fraction of all samples whose prediction is right
};

}  // namespace glasscape::effective_process
