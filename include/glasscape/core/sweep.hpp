#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "glasscape/core/parameter_space.hpp"
#include "glasscape/core/refinement.hpp"
#include "glasscape/core/solver.hpp"

namespace glasscape {

/// Section [run]: how to run, no part of the sweep's identity.
struct RunOptions {
  double point_timeout = infinity;   ///< seconds that one point may take
  double checkpoint_interval = 600;  ///< seconds from one checkpoint of a point to the next
  bool keep_state = false;           ///< whether the states of solved points are kept in any case
  int ranks_per_point = 1;           ///< that solve one point together
  double hang_warning = 60;          ///< seconds without a sign of life after which a team is named
};

/// A checked sweep: what a sweep file and its overrides mean.
struct Sweep {
  const SolverEntry* solver;
  ParameterSpace space;
  Shape shape;
  std::uint64_t seed = 1;
  std::string output;  ///< path of the result file
  RunOptions run;
  std::optional<RefineOptions> refine;  ///< none: every point is solved
  std::string file;                     ///< path of the sweep file
  std::string text;                     ///< the sweep file, verbatim
  std::vector<std::string> overrides;   ///< of --set

  /// All parameters that are no axis, a line "name = value" each.
  std::string parameter_lines() const;

  /// Whether the states of points that ended so are kept: on demand, and always where points average over replicas.
  bool keeps_states(Outcome outcome = Outcome::done) const;

  /// Section [refine], a line "name = value" each, all of it spelt out; empty where every point is solved.
  std::string refine_lines() const;
};

/// Reads and checks a whole sweep; everything that is wrong with it comes in one UserError, each with file and line,
/// key, value and what is allowed.
Sweep read_sweep(std::string_view text, const std::string& file, const std::vector<std::string>& overrides,
                 Registry registry);

}  // namespace glasscape
