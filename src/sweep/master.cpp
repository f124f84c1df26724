#include "master.hpp"

#include "glasscape/core/errors.hpp"

namespace glasscape::sweep {

Master::Master(const Teams& teams, const std::vector<std::size_t>& queue, const StopSource& stop,
               const Steering& steering)
    : teams_(teams),
      world_(teams.world()),
      stop_(stop),
      steering_(steering),
      scheduler_(teams.count(), queue, steering),
      team_(teams.count()) {}

Tally Master::run() {
  Backoff backoff;
  while (teams_left_ < teams_.count()) {
    if (stop_.requested()) stopping_ = true;
    const auto start = Clock::now();
    const std::size_t reports = receive();
    feed();
    if (reports > 0) scheduler_.note_exchange(seconds_since(start) / static_cast<double>(reports));
    if (steering_.on_progress) steering_.on_progress(scheduler_.tally(), [this] { return states(); });
    reports > 0 ? backoff.reset() : backoff.sleep();
  }
  receive();  // late signs of life
  for (int rank = 1; rank < world_.size(); ++rank) world_.send(rank, verdict_tag, fault_);
  outbox_.wait();
  if (!fault_.empty()) throw MachineError(fault_);
  Tally tally = scheduler_.tally();
  tally.stopped = scheduler_.has_left_points();
  tally.exchange_seconds = scheduler_.exchange_seconds();
  return tally;
}

/// All that has arrived, which is reports and signs of life; how many of the former.
std::size_t Master::receive() {
  std::size_t reports = 0;
  while (const auto status = world_.iprobe(boost::mpi::any_source, boost::mpi::any_tag)) {
    if (status->tag() == sign_tag) {
      receive_sign_of_life(status->source());
      continue;
    }
    take(report_from(sweep::receive(world_, *status)), teams_.team_of(status->source()));
    ++reports;
  }
  return reports;
}

void Master::receive_sign_of_life(int rank) {
  SignOfLife sign;
  world_.recv(rank, sign_tag, sign.report.data(), static_cast<int>(sign.report.size()));
  Team& team = team_[teams_.team_of(rank)];
  team.heard = Clock::now();
  team.report = sign.report.data();
}

void Master::take(const Report& report, std::size_t index) {
  const Head& head = report.head;
  Team& team = team_[index];
  team.began = team.heard = Clock::now();
  team.report.clear();
  scheduler_.take(index, report.points, head.seconds, head.returned);
  if (head.wants_stop) stopping_ = true;
  if (head.fault[0] != '\0') fault_ = head.fault.data();
  if (head.left) ++teams_left_;
}

void Master::feed() {
  while (!stopping_) {
    const auto batch = scheduler_.next();
    if (!batch) break;
    Team& team = team_[batch->team];
    const bool was_idle = scheduler_.point_of(batch->team) == batch->points.front();
    if (was_idle) team.began = team.heard = Clock::now();
    outbox_.post(world_, teams_.leader(batch->team), batch_tag,
                 to_bytes(Order{.chunk_seconds = batch->chunk_seconds, .points = batch->points}));
  }
  if (stopping_ || scheduler_.finished()) end_all();
}

void Master::end_all() {
  for (std::size_t team = 0; team < team_.size(); ++team) {
    if (!std::exchange(team_[team].told_to_end, true)) world_.send(teams_.leader(team), end_tag);
  }
}

std::vector<TeamState> Master::states() const {
  std::vector<TeamState> states;
  for (std::size_t team = 0; team < team_.size(); ++team) {
    states.push_back({.leader = teams_.leader(team),
                      .point = scheduler_.point_of(team),
                      .seconds = seconds_since(team_[team].began),
                      .silence = seconds_since(team_[team].heard),
                      .report = team_[team].report});
  }
  return states;
}

}  // namespace glasscape::sweep
