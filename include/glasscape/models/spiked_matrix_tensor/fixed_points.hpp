#pragma once

#include <vector>

#include "glasscape/models/spiked_matrix_tensor/covariance.hpp"
#include "glasscape/solvers/roots.hpp"

namespace glasscape::spiked_matrix_tensor {

/// A fixed point of Bayes-optimal state evolution.
struct FixedPoint {
  double overlap = 0;
  double error = 0;         ///< of the overlap, absolute
  double mmse = 1;          ///< 1 − overlap, with all its digits where the overlap is near 1
  double free_entropy = 0;  ///< Φ, zero at zero overlap
};

/// All of Bayes-optimal state evolution, m ← Q'(m)/(1 + Q'(m)) (arXiv:1812.09066), by its scalar equation
/// (1 − m)(1/Δ₂ + m^(p−2)/Δp) = 1.
struct BayesOptimal {
  std::vector<FixedPoint> positive;  ///< every fixed point m > 0, ascending; at most three
  FixedPoint uninformative;          ///< where iteration from m → 0+ ends
  FixedPoint informative;            ///< where iteration from m = 1 ends
  int evaluations = 0;               ///< of the scalar equation and its derivative

  /// The one of larger free entropy.
  const FixedPoint& best() const {
    return informative.free_entropy > uninformative.free_entropy ? informative : uninformative;
  }
};

BayesOptimal bayes_optimal(const Covariance& covariance);

/// The overlap of maximum-likelihood AMP at T = 0, where m ← Q'(m)/√(Q'(1) + Q'(m)²) ends from m = 1: that of the good
/// minimum (arXiv:1902.00139).
Root maximum_likelihood_overlap(const Covariance& covariance);

/// The overlap m of the recovered state at temperature T, where AMP at that temperature ends from the signal; 0 where
/// there is none. With q the overlap of two configurations of the state (replica symmetry),
///   m = (1 − q) Q'(m)/T,   q − m² = (1 − q)² Q'(q)/T²:
/// q = m and the Bayes-optimal fixed point at T = 1, q = 1 and that of maximum likelihood at T = 0.
double recovered_overlap(const Covariance& covariance, double temperature);

/// All overlaps q > 0 of marginal states at temperature T, ascending: T²/(1 − q)² = Q''(q); 1 at T = 0.
std::vector<Root> marginal_overlaps(const Covariance& covariance, double temperature);

/// The largest overlap of marginal states (the threshold states of the dynamics); NaN where there is none.
double threshold_overlap(const Covariance& covariance, double temperature);

}  // namespace glasscape::spiked_matrix_tensor
