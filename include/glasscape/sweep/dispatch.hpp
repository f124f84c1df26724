#pragma once

#include <chrono>
#include <string_view>

#include "glasscape/sweep/stop_source.hpp"
#include "glasscape/sweep/teams.hpp"
#include "glasscape/sweep/work.hpp"

namespace glasscape::sweep {

/// Hands the points of `queue` and those that `steering` adds (rank 0's count) to the teams, in batches as Scheduler
/// says; a batch that takes much longer than it should is given back, so that no team sits on expensive points while
/// others are idle. Alone, rank 0 works through them itself. Collective; returns when every point is committed or,
/// after a stop, every team has committed what it had. The tally is complete on rank 0. Nobody busy-waits.
/// Throws MachineError on every rank where the rows of one could not be committed.
Tally dispatch(const Teams& teams, const std::vector<std::size_t>& queue, const Work& work, const StopSource& stop,
               const Steering& steering);

/// The master's order to stop, as a rank that solves hears of it between and within points. MPI is asked once a
/// millisecond: on a busy machine, each question that has no answer costs the rank its turn.
class StopOrder {
 public:
  explicit StopOrder(const wrap::Communicator& world) : world_(world) {}

  bool has_come();

 private:
  const wrap::Communicator& world_;
  std::chrono::steady_clock::time_point next_question_ = {};
  bool has_come_ = false;
};

/// A sign of life from the leader of a team within a point, with what the solver says of it (at most 47 characters are
/// kept). Cheap; now and then.
void send_sign_of_life(const wrap::Communicator& world, std::string_view report);

}  // namespace glasscape::sweep
