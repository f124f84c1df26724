#pragma once

#include <optional>
#include <vector>

#include "glasscape/solvers/roots.hpp"

namespace glasscape::spiked_matrix_tensor {

// The lines of the phase diagram for p ≥ 3: where along Δ₂ something changes at a given Δp. A point of a line is a Root
// whose value is 1/Δ₂ or Δ₂, as its function says.

/// A point of a line of the Bayes-optimal diagram. 1/Δ₂ ≤ 0: the branch exists already without the matrix.
struct LinePoint {
  Root inverse_delta2;       ///< 1/Δ₂
  double overlap = 0;        ///< of the informative state (of the uninformative one on its own spinodal)
  double lower_overlap = 0;  ///< of the uninformative state
};

/// Where two fixed points merge, by ascending overlap: (p − 2)m^(p−3)(1 − m)² = Δp and 1/Δ₂ = 1/(1 − m) − m^(p−2)/Δp
/// (arXiv:1812.09066). The last one is the informative spinodal; for p ≥ 4 the first is that of AMP. None where the
/// transition is continuous.
std::vector<LinePoint> spinodals(int p, double deltap);

/// Where the informative and the uninformative state have the same free entropy; none where the transition is
/// continuous.
std::optional<LinePoint> information_theoretic_transition(int p, double deltap);

/// Where the Langevin algorithm at temperature T ≥ 0 leaves the marginal states (arXiv:1812.09066): all Δ₂, ascending,
/// that solve 1 − Δ₂ = (p − 1)Δ₂²(1 − TΔ₂)^(p−2)/Δp with a marginal overlap q = 1 − TΔ₂ in (0, 1].
std::vector<Root> langevin_instabilities(int p, double deltap, double temperature);

/// Whether q = 1 − TΔ₂ is the largest overlap of marginal states at (Δ₂, Δp, T): where it is not, the solution
/// `delta2` of the line is spurious, because the states of larger overlap stay stable.
bool on_largest_branch(int p, double delta2, double deltap, double temperature);

/// Where gradient flow leaves the marginal minima (arXiv:1902.00139): 1/Δ₂² = 1/Δ₂ + (p − 1)/Δp. The value is Δ₂.
Root gradient_flow_instability(int p, double deltap);

}  // namespace glasscape::spiked_matrix_tensor
