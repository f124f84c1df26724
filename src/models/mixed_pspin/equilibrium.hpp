#pragma once

#include "glasscape/core/solver.hpp"
#include "glasscape/models/mixed_pspin/covariance.hpp"

namespace glasscape::mixed_pspin {

/// The Langevin dynamics of equilibrium at T > 0 and infinite size, where one function of one time is all there is
/// (Crisanti, Horner and Sommers 1993):
///   C'(t) = −T C(t) − (1/T) ∫₀ᵗ Q'(C(t − u)) C'(u) du.
class Equilibrium {
 public:
  explicit Equilibrium(const Parameters& parameters);

  static Schema schema();
  static Cost cost(const Parameters& parameters);
  Solution solve(PointContext& context) const;

 private:
  Parameters parameters_;
  Covariance covariance_;
  double temperature_;
};

}  // namespace glasscape::mixed_pspin
