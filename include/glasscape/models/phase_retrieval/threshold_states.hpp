#pragma once

#include "glasscape/solvers/roots.hpp"

namespace glasscape::phase_retrieval {

/// The marginal minima on the sphere |w|² = p that trap gradient descent on Σ (y² − r²)², by one-step replica-symmetry
/// breaking at temperature 0 with overlap 0 between states (arXiv:2006.06997). For y, z normal and independent,
/// a(y,z) minimises l(y,a) + (a − z)²/(2χ), l = (y² − a²)², to the value V; <·> weighs z by exp(−sV) at fixed y, f =
/// l''(a):
///
///   (i) 1/(χ(χ+s)) = α E<l'²>,  (ii) marginality: α E<(χf/(1 + χf))²> = 1.
///
/// They are unstable towards the signal (Baik, Ben Arous, Péché) where (iii) α E<(1 − y²) χf/(1 + χf)> > 1.
struct ThresholdStates {
  double chi = 0;
  double s = 0;
  double loss = 0;         ///< α E<l>
  double instability = 0;  ///< the left side of (iii)
};

/// At given α near the instability. Throws std::runtime_error where none are found.
ThresholdStates threshold_states(double alpha);

/// α at which (iii) is 1: beyond it gradient descent finds the signal.
Root gradient_descent_threshold();

}  // namespace glasscape::phase_retrieval
