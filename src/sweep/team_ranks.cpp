#include "team_ranks.hpp"

#include <new>

#include "glasscape/core/errors.hpp"

namespace glasscape::sweep {

Leader::Leader(const Teams& teams, const Work& work, const StopSource& stop)
    : teams_(teams),
      world_(teams.world()),
      work_(work),
      stop_(stop),
      stop_order_(teams.world()),
      loop_([this](std::size_t index) { return solve(index); }, work.commit,
            [this](const Report& report) { send(report); }) {}

void Leader::run() {
  try {
    solve_batches();
  } catch (const MachineError& error) {
    report_fault(error.what());
  } catch (const std::bad_alloc&) {
    report_fault("out of memory");
  }
  tell_members(no_more_points);
  wait_for(world_, master_rank, end_tag);
  world_.recv(master_rank, end_tag);
  while (const auto status = world_.iprobe(master_rank, batch_tag)) receive(world_, *status);
  send({.head = {.left = true}});
  outbox_.wait();
  hear_verdict(world_);
}

/// Until the master says that it is over.
void Leader::solve_batches() {
  const auto must_stop = [this] { return stop_.requested() || stop_order_.has_come(); };
  bool wants_stop = false;
  Backoff backoff;
  while (!stop_order_.has_come()) {
    if (stop_.requested() && !wants_stop) {
      wants_stop = true;
      send({.head = {.wants_stop = true}});
    }
    const auto status = world_.iprobe(master_rank, batch_tag);
    if (!status || wants_stop) {
      backoff.sleep();
      continue;
    }
    backoff.reset();
    loop_.run(order_from(receive(world_, *status)), must_stop);
  }
}

Solved Leader::solve(std::size_t index) {
  tell_members(index);
  return work_.solve(index);
}

void Leader::tell_members(std::uint64_t what) const {
  for (int member = 1; member < teams_.size(); ++member) {
    world_.send(world_.rank() + member, member_tag, reinterpret_cast<const char*>(&what), sizeof what);
  }
}

void Leader::report_fault(std::string_view what) {
  Report report{.head = {.wants_stop = true}};
  what.copy(report.head.fault.data(), report.head.fault.size() - 1);
  send(report);
}

void follow_leader(const Teams& teams, const Work& work) {
  const wrap::Communicator& world = teams.world();
  const int leader = teams.leader(teams.team_of(world.rank()));
  while (true) {
    wait_for(world, leader, member_tag);
    std::uint64_t index = 0;
    world.recv(leader, member_tag, reinterpret_cast<char*>(&index), sizeof index);
    if (index == no_more_points) break;
    work.solve(index);
  }
  hear_verdict(world);
}

void hear_verdict(const wrap::Communicator& world) {
  wait_for(world, master_rank, verdict_tag);
  std::string fault;
  world.recv(master_rank, verdict_tag, fault);
  if (!fault.empty()) throw MachineError(fault);
}

}  // namespace glasscape::sweep
