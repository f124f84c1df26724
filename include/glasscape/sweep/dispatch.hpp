#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "glasscape/core/solution.hpp"
#include "glasscape/sweep/stop_source.hpp"
#include "glasscape/wrap/mpi.hpp"

namespace glasscape::sweep {

/// What became of one point.
struct Solved {
  Outcome outcome = Outcome::pending;
  double value = not_a_number;  ///< what Steering::more decides by

  Solved(Outcome what, double number = not_a_number) : outcome(what), value(number) {}  // NOLINT: an outcome alone
};

/// What a team does with points; the engine knows them by index only.
struct Work {
  std::function<Solved(std::size_t index)> solve;  ///< solves a point and keeps its row
  std::function<void()> commit;                    ///< makes the kept rows durable
};

/// What has become of a sweep's points in this job.
struct Tally {
  OutcomeCounts points;
  double busy_seconds = 0;  ///< of all teams together, solving
  bool stopped = false;     ///< ended early: points are left
};

/// What rank 0 tells and asks while it hands out points.
struct Steering {
  std::function<void(const Tally&)> on_progress = [](const Tally&) {};

  /// Called once for every committed point; what it returns is added to the end of the queue. Empty: nothing is.
  std::function<std::vector<std::size_t>(std::size_t index, const Solved& solved)> more = {};
};

/// Hands the points of `queue` and those that `steering` adds (rank 0's count), in order, to the other ranks in batches
/// of about 50 ms, one batch queued ahead at each; a batch that takes longer is given back, so that no rank sits on
/// expensive points while others are idle. Alone, rank 0 works through them itself. Collective; returns when every
/// point is committed or, after a stop, every rank has committed what it had. The tally is complete on rank 0. Nobody
/// busy-waits. Throws MachineError on every rank where the rows of one could not be committed.
Tally dispatch(const wrap::Communicator& world, const std::vector<std::size_t>& queue, const Work& work,
               const StopSource& stop, const Steering& steering);

/// Whether the master has told this rank to stop: for PointContext, between and within points.
bool told_to_stop(const wrap::Communicator& world);

}  // namespace glasscape::sweep
