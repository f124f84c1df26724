#pragma once

#include <optional>
#include <string>

#include "glasscape/models/mixed_pspin/covariance.hpp"

namespace glasscape::mixed_pspin {

/// A transition of the equilibrium state and the overlap that appears there.
struct Transition {
  double temperature = 0;
  double overlap = 0;
};

/// A number, or why there is none.
template <class Value>
struct Defined {
  std::optional<Value> value = {};
  std::string reason = {};  ///< where there is no value

  Defined(const Value& found) : value(found) {}
  explicit Defined(const char* why) : reason(why) {}
  explicit operator bool() const { return value.has_value(); }
  const Value* operator->() const { return &*value; }
};

/// Where the equilibrium correlation first stays above zero for ever: T_d² = max (1 − q)Q'(q)/q, reached at q_d > 0
/// (Crisanti, Horner and Sommers 1993). None where the maximum is at q = 0, a continuous transition.
Defined<Transition> dynamical_transition(const Covariance& covariance);

/// Where the metastable states of overlap q have the free energy of the paramagnet: (1 − q)Q'(q)/q = T² and
/// Q(q)/T² + q + ln(1 − q) = 0 at the largest such T (Crisanti and Sommers 1992). None where the paramagnet is
/// unstable there already, a continuous transition.
Defined<Transition> static_transition(const Covariance& covariance);

/// What the equilibrium correlation decays to: the largest q with q/(1 − q) = Q'(q)/T², 0 where there is none. T > 0.
double plateau(const Covariance& covariance, double temperature);

/// States with one step of replica-symmetry breaking.
struct OneStep {
  double overlap = 1;     ///< q within a state
  double rigidity = 0;    ///< (1 − q)/T, finite at T = 0
  double slope = 0;       ///< X/T, finite at T = 0: χ against C has slope −X/T below q
  double energy = 0;      ///< −[Q(1) − Q(q)]/T − (X/T) Q(q)
  double complexity = 0;  ///< logarithm of the number of such states per spin; 0 in the ground state
};

/// The marginal states that aging after a quench to T ≥ 0 tends to: (1 − q)²Q''(q) = T² with the largest q for which
/// X = (1 − q)(qQ''/Q' − 1)/q lies between 0 and 1 (Cugliandolo and Kurchan 1993). For mixtures this one-step solution
/// is what the field calls the threshold; quenches from low temperatures go below it (arXiv:1903.01421).
Defined<OneStep> marginal_states(const Covariance& covariance, double temperature);

/// The ground state, where it has one step (Crisanti and Sommers 1992; criterion of Auffinger and Chen 2017).
Defined<OneStep> ground_state(const Covariance& covariance);

/// Exponents of the correlation near the dynamical transition (Götze): C − q_d ~ t^−a towards the plateau, ~ −t^b away
/// from it, time of relaxation ~ (T − T_d)^−γ with γ = 1/(2a) + 1/(2b), all from
/// λ = Q'''(q_d)(1 − q_d)³/(2T_d²) = Γ(1 − a)²/Γ(1 − 2a) = Γ(1 + b)²/Γ(1 + 2b).
struct ModeCouplingExponents {
  double lambda = 0;
  double a = 0;
  double b = 0;
  double gamma = 0;
};
ModeCouplingExponents mode_coupling_exponents(const Covariance& covariance, const Transition& dynamical);

}  // namespace glasscape::mixed_pspin
