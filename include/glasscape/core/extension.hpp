#pragma once

#include <optional>
#include <string>
#include <vector>

#include "glasscape/core/parameter_space.hpp"

namespace glasscape {

/// How a sweep goes beyond the one that its result file was made for: where the points of its grid lie in the former
/// grid, and what it does not ask for any more. The two agree in all parameters that are neither axes nor extendable.
class Extension {
 public:
  Extension(const ParameterSpace& before, const ParameterSpace& now);

  /// Whether anything differs.
  bool is_needed() const { return grid_differs_ || extends_points_; }

  /// Whether extendable parameters differ: no row stays, the state of each is at most the start of another.
  bool extends_points() const { return extends_points_; }

  /// Whether kept states go on over all that differs, as far as the schema tells; where a number fell, that is up to
  /// the solver: not counted on.
  bool continues_states() const { return continues_states_; }

  /// What the former sweep had and this one has not, a phrase each: "delta2 = 0.3, 0.5".
  const std::vector<std::string>& lost() const { return lost_; }

  /// Index that a point of this grid had in the former one, if it was there.
  std::optional<std::size_t> former(std::size_t index) const;

 private:
  using Place = std::optional<std::size_t>;  ///< what a position adds to the former index; nothing: was not there

  void compare_extendable(std::size_t input, const ParameterSpace& before, const ParameterSpace& now);

  std::vector<std::vector<Place>> places_;  ///< by axis of this grid and position on it
  Place base_ = 0;                          ///< what former axes that are none any more add
  bool grid_differs_;
  bool extends_points_ = false;
  bool continues_states_ = true;
  std::vector<std::string> lost_;
};

}  // namespace glasscape
