#pragma once

#include "glasscape/sweep/dispatch.hpp"
#include "point_loop.hpp"

namespace glasscape::sweep {

/// The first rank of a team: gets batches from the master, takes the others of its team along to each point, commits
/// and reports.
class Leader {
 public:
  Leader(const Teams& teams, const Work& work, const StopSource& stop);

  void run();

 private:
  void solve_batches();
  Solved solve(std::size_t index);
  void tell_members(std::uint64_t what) const;
  void report_fault(std::string_view what);
  void send(const Report& report) { outbox_.post(world_, master_rank, report_tag, to_bytes(report)); }

  const Teams& teams_;
  const wrap::Communicator& world_;
  const Work& work_;
  const StopSource& stop_;
  StopOrder stop_order_;
  Outbox outbox_;
  PointLoop loop_;
};

/// Another rank of a team: solves with its leader what that says.
void follow_leader(const Teams& teams, const Work& work);

/// Waits for the master's last message; throws MachineError where a rank's disk failed.
void hear_verdict(const wrap::Communicator& world);

}  // namespace glasscape::sweep
