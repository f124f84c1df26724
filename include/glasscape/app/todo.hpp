#pragma once

#include <vector>

#include "glasscape/core/sweep.hpp"
#include "glasscape/store/underway.hpp"

namespace glasscape::app {

/// What a job has to do, by point index.
struct Todo {
  OutcomeCounts before;                ///< points that hold a result and stay as they are
  std::vector<std::size_t> queue;      ///< to solve
  std::vector<std::size_t> suspects;   ///< the last of `queue`: were under way when a rank died
  std::vector<std::size_t> condemned;  ///< were so twice: to be marked failed
};

/// Sorts the points of a sweep by what its file holds. In the grid's order; points that were under way when a
/// rank died come last, so that all others are safe before them. With `retry_failed`, failed and
/// unconverged points are solved again and their former deaths forgotten.
Todo make_todo(const Sweep& sweep, const std::vector<Outcome>& outcomes, store::Deaths& deaths, bool retry_failed);

}  // namespace glasscape::app
