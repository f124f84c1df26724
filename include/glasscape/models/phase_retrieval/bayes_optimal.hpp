#pragma once

#include "glasscape/solvers/roots.hpp"

/// Retrieval of a signal |w*|² = p from the absolute values y = |x·w*|/√p of n = αp projections on Gaussian x, without
/// noise ("sign retrieval"). Bayes-optimal inference: arXiv:1708.03395, arXiv:2006.15459.
namespace glasscape::phase_retrieval {

/// The ratio α at which the overlap m in (0, 1) is a fixed point of state evolution m = m̂/(1 + m̂),
/// m̂ = α (E<z>² − m)/(1 − m)², <z> = y tanh(yw/(1 − m)), w of variance m. In m it rises from 1/2 to a maximum, the
/// spinodal, and falls to 1, the branch that falls being unstable; m = 1 is a fixed point too, stable from α = 1 on.
double alpha_of_overlap(double overlap);

/// Where the branch that AMP follows ends: overlap, and the ratio α_AMP beyond which it recovers the signal.
struct Spinodal {
  double overlap;
  Root alpha;
};
const Spinodal& amp_spinodal();

/// The overlap that AMP reaches from a random start, and that it keeps from the signal.
Root uninformative_overlap(double alpha);
Root informative_overlap(double alpha);

}  // namespace glasscape::phase_retrieval
