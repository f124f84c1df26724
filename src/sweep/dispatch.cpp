#include "glasscape/sweep/dispatch.hpp"

#include "master.hpp"
#include "team_ranks.hpp"

namespace glasscape::sweep {

namespace {

Tally work_alone(const std::vector<std::size_t>& queue, const Work& work, const StopSource& stop,
                 const Steering& steering) {
  Scheduler scheduler(1, queue, steering);
  PointLoop loop(work.solve, work.commit, [&](const Report& report) {
    scheduler.take(0, report.points, report.head.seconds, report.head.returned);
    if (steering.on_progress) steering.on_progress(scheduler.tally(), [] { return std::vector<TeamState>{}; });
  });
  while (const auto batch = scheduler.next()) {
    const Order order{.chunk_seconds = batch->chunk_seconds, .points = batch->points};
    if (!loop.run(order, [&] { return stop.requested(); })) break;
  }
  Tally tally = scheduler.tally();
  tally.stopped = scheduler.has_left_points();
  return tally;
}

}  // namespace

bool StopOrder::has_come() {
  const auto now = Clock::now();
  if (has_come_ || now < next_question_ || world_.rank() == master_rank) return has_come_;
  next_question_ = now + std::chrono::milliseconds(1);
  has_come_ = world_.iprobe(master_rank, end_tag).has_value();
  return has_come_;
}

void send_sign_of_life(const wrap::Communicator& world, std::string_view report) {
  SignOfLife sign;
  report.copy(sign.report.data(), sign.report.size() - 1);
  world.send(master_rank, sign_tag, sign.report.data(), static_cast<int>(sign.report.size()));
}

Tally dispatch(const Teams& teams, const std::vector<std::size_t>& queue, const Work& work, const StopSource& stop,
               const Steering& steering) {
  if (teams.world().size() == 1) return work_alone(queue, work, stop, steering);
  if (teams.is_master()) return Master(teams, queue, stop, steering).run();
  if (teams.is_left_over()) {
    hear_verdict(teams.world());
  } else if (teams.is_leader()) {
    Leader(teams, work, stop).run();
  } else {
    follow_leader(teams, work);
  }
  return {};
}

}  // namespace glasscape::sweep
