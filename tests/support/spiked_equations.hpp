#pragma once

#include <cmath>

#include "glasscape/solvers/two_time/equations.hpp"

namespace glasscape::testing {

/// The spiked matrix-tensor model of arXiv:1812.09066, Q(x) = x²/(2Δ₂) + xᵖ/(pΔp), from a random start with overlap m₀.
struct Spiked {
  int p = 3;
  double delta2 = 1;  ///< infinite ones leave their term out
  double deltap = 1;
  double temperature = 0;
  double initial_overlap = 0;

  two_time::Equations equations() const {
    two_time::Equations made{.memory = {},
                             .temperature = [T = temperature](double) { return T; },
                             .directions = {{.initial_overlap = initial_overlap}}};
    if (std::isfinite(delta2)) made.memory.push_back({.coefficient = 1 / delta2, .power = 1});
    if (std::isfinite(deltap)) made.memory.push_back({.coefficient = 1 / deltap, .power = p - 1});
    return made;
  }
};

}  // namespace glasscape::testing
