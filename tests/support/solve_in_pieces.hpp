#pragma once

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "support/lone_context.hpp"
#include "support/solve_point.hpp"

namespace glasscape::testing {

/// Solves a point that is stopped at its `patience`-th question, again and again from its checkpoint until it is done.
/// Throws where a piece commits nothing: more questions than that lie between two places where the solver can go on.
inline Solved solve_in_pieces(const SolverEntry& entry, const Values& values, const Lists& lists, int patience) {
  MemoryCheckpoint checkpoint;
  for (;;) {
    const auto before = checkpoint.latest();
    int asked = 0;
    Solved piece = solve(checkpoint, entry, values, lists, [&] { return ++asked >= patience; });
    if (piece.solution.outcome != Outcome::pending) return piece;
    if (checkpoint.latest() == before) throw std::logic_error("does not come forward");
  }
}

/// Whether all observables and errors are the same, bit for bit; NaN is NaN.
inline bool are_same(const Solved& a, const Solved& b) {
  const auto same = [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); };
  for (std::size_t i = 0; i < a.shape->schema().outputs.size(); ++i) {
    if (!std::ranges::equal(a.solution.values(i), b.solution.values(i), same)) return false;
    if (!std::ranges::equal(a.solution.errors(i), b.solution.errors(i), same)) return false;
  }
  return a.solution.outcome == b.solution.outcome && a.solution.message == b.solution.message;
}

}  // namespace glasscape::testing
