#pragma once

#include <concepts>
#include <functional>
#include <span>

#include "glasscape/core/point_context.hpp"

namespace glasscape {

/// A solver: what it takes and gives, and how it solves one point. `solve` may throw: the point becomes `failed`.
template <class S>
concept Solver = std::constructible_from<S, const Parameters&> && requires(const S& solver, PointContext& context) {
  { S::schema() } -> std::same_as<Schema>;
  { solver.solve(context) } -> std::same_as<Solution>;
};

/// What one point is expected to need.
struct Cost {
  double seconds = 1e-5;  ///< on one core
  double bytes = 1e5;     ///< of memory, beyond the program itself
};

/// A solver that says what a point costs before solving it.
template <class S>
concept CostedSolver = Solver<S> && requires(const Parameters& parameters) {
  { S::cost(parameters) } -> std::same_as<Cost>;
};

/// A solver as the registry lists it.
struct SolverEntry {
  Schema schema;
  std::function<Solution(const Parameters&, PointContext&)> solve;
  std::function<Cost(const Parameters&)> cost;  ///< empty: points are taken to cost the same
};

using Registry = std::span<const SolverEntry>;

template <Solver S>
SolverEntry entry() {
  SolverEntry made{.schema = S::schema(),
                   .solve = [](const Parameters& values, PointContext& context) { return S(values).solve(context); },
                   .cost = {}};
  if constexpr (CostedSolver<S>) made.cost = [](const Parameters& values) { return S::cost(values); };
  return made;
}

/// Solves one point; a broken rule of the schema, every exception but MachineError, and every NaN where none may be,
/// becomes a `failed` solution with its message.
Solution attempt(const SolverEntry& solver, const Parameters& parameters, PointContext& context);

}  // namespace glasscape
