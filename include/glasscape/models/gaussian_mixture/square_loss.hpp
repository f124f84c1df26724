#pragma once

#include <optional>

#include "glasscape/solvers/effective_process/dynamics.hpp"
#include "glasscape/solvers/step_loop.hpp"

namespace glasscape::gaussian_mixture {

/// Vanilla SGD with the square loss on two clusters: the effective process is linear, so that its second moments close
/// and no sampling is needed. With r = r_cav − √D·√Dη Σ_{s<t} R(t,s) f(s), u = r_cav − 1, whose covariance is
/// U(t,s) = D (C − mm') + (m − 1)(m' − 1) + Dmm', and f = s(t) (r − 1), s(t) independent of the past:
///
///   E[u(t) f(s)] = b {U(t,s) − Dη Σ_{v<s} R(s,v) E[u(t) f(v)]},
///   E[f(t) f(s)] = b {E[u(t) f(s)] − Dη Σ_{v<t} R(t,v) E[f(v) f(s)]},  s < t,
///   E[f(t)²]     = b E[(u(t) − Dη Σ_{v<t} R(t,v) f(v))²],
///   J = b (1 + Dηb R)⁻¹,  M_R(t,s) = −(αD/η) J(t,s),  λ̂ = αDb,
///   E[f(t) g] = b {m (1 + D) − 1 − Dη Σ_{s<t} R(t,s) E[f(s) g]},  g = c + √D h₀,  μ = α E[f g].
///
/// The accuracy is known at b = 1 only, where r is Gaussian: NaN otherwise. O(T³) operations. Nothing where the loop
/// was stopped; its state does not depend on the number of steps.
std::optional<effective_process::Dynamics> square_loss_dynamics(const effective_process::Problem& problem,
                                                                double batch_size, const StepLoop& loop = {});

}  // namespace glasscape::gaussian_mixture
