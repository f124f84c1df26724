#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "glasscape/core/solution.hpp"

namespace glasscape::sweep {

/// What became of one point.
struct Solved {
  Outcome outcome = Outcome::pending;
  float seconds = 0;            ///< it took; the engine's to fill in
  double value = not_a_number;  ///< what Steering::more decides by

  Solved(Outcome what, double number = not_a_number) : outcome(what), value(number) {}  // NOLINT: an outcome alone
};

/// What a team does with points; the engine knows them by index only.
struct Work {
  std::function<Solved(std::size_t index)> solve;  ///< solves a point and keeps its row; on every rank of the team
  std::function<void()> commit;                    ///< makes the kept rows durable; on its leader
};

/// What has become of a sweep's points in this job.
struct Tally {
  OutcomeCounts points;
  double busy_seconds = 0;      ///< of all teams together, solving
  bool stopped = false;         ///< ended early: points are left
  double exchange_seconds = 0;  ///< of the master: a report received and a batch sent
};

/// What a team is doing, as far as rank 0 knows.
struct TeamState {
  int leader = 0;                    ///< its first rank
  std::optional<std::size_t> point;  ///< by index; none: it waits
  double seconds = 0;                ///< since the point began
  double silence = 0;                ///< seconds since its last sign of life
  std::string report;                ///< what the solver said of the point: "t = 1.5e4"
};

using TeamStates = std::function<std::vector<TeamState>()>;

/// What rank 0 tells and asks while it hands out points. All of it may be left out.
struct Steering {
  /// Called often; `teams` is costly and there to be asked now and then.
  std::function<void(const Tally&, const TeamStates& teams)> on_progress = {};

  /// Called once for every committed point; what it returns is added to the queue.
  std::function<std::vector<std::size_t>(std::size_t index, const Solved& solved)> more = {};

  /// Puts points into the order in which they are to be solved, costliest first as far as is known. Called at the
  /// start, and again as long as the order matters.
  std::function<void(std::span<std::size_t> points)> order = {};

  /// What a point is expected to take, as `order` had it.
  std::function<double(std::size_t index)> expected_seconds = {};

  /// Measured durations that `order` may learn from: of some of the points, fairly chosen.
  std::function<void(std::size_t index, double seconds)> observe = {};

  /// So many at the end of the queue are handed out only when all others are committed.
  std::size_t last = 0;
};

}  // namespace glasscape::sweep
