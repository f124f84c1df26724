#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "glasscape/solvers/minibatches.hpp"
#include "glasscape/solvers/sample_loss.hpp"

/// Dynamical mean-field theory of stochastic gradient descent in discrete time (arXiv:2006.06098, arXiv:2103.04902,
/// here without discretisation error): n = αp samples x = c v*/√p + √D z with a signal |v*|² = p, p → ∞, and weights
///
///   w(t+1) = w(t) − η [λ w(t) + Σ_μ s_μ(t) Λ'(y_μ, r_μ(t)) x_μ/√p],  r_μ = w·x_μ/√p,
///
/// s_μ the minibatch. The field of a sample is r = √D h + m (c + √D h₀), h₀ normal, m = w·v*/p the overlap, and
///
///   h(t+1) = [1 − η(λ + λ̂(t))] h(t) − η√D f(t) + η² Σ_{s<t} M_R(t,s) h(s) + η ξ(t),  f = s Λ',  <ξξ> = M_C,
///
/// where M_C(t,s) = αD <f(t) f(s)>, λ̂ = αD <a>, a = s Λ'', M_R(t,s) = −(αD/η) <a(t) δh(t)/δP(s)>, P a field inside the
/// loss, and m(t+1) = m − η(λm + μ), μ = α <f (c + √D h₀)>.
namespace glasscape::effective_process {

struct Problem {
  double alpha = 1;           ///< α, samples per dimension
  double noise_variance = 1;  ///< D
  double learning_rate = 1;   ///< η
  double regularization = 0;  ///< λ
  double initial_overlap = 0;
  double initial_variance = 1;  ///< of h at the start
  bool spherical = false;       ///< weights are put back on the sphere |w|² = p after each step
  std::size_t steps = 0;

  Minibatches minibatches;
  const SampleLoss* loss = nullptr;                            ///< outlives the problem
  std::vector<double> signals;                                 ///< c of each class; classes are equally probable
  std::function<double(double signal, double teacher)> label;  ///< y of a sample from c and h₀
};

/// Asked at every step or so; true ends the work.
using ShouldStop = std::function<bool()>;

}  // namespace glasscape::effective_process
