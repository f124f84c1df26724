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
  Parameters parameters(entry.schema);
  for (const auto& [name, value] : values) parameters.set_scalar(entry.schema.input_position(name), value);
  for (const auto& [name, list] : lists) parameters.set_list(entry.schema.input_position(name), list);
  const wrap::Communicator self(MPI_COMM_SELF, boost::mpi::comm_attach);
  const GridPoint point = ParameterSpace(entry.schema, parameters, {}).point(0);
  const auto shape = std::make_shared<Shape>(entry.schema, parameters);
  MemoryCheckpoint checkpoint;
  for (;;) {
    const auto before = checkpoint.latest();
    int asked = 0;
    const PointContext::Environment environment{.team = self, .stop_requested = [&] { return ++asked >= patience; }};
    PointContext context(environment, point, *shape, checkpoint);
    Solution solution = attempt(entry, parameters, context);
    if (solution.outcome != Outcome::pending) return {shape, std::move(solution)};
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
