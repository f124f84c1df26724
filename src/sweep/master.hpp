#pragma once

#include "glasscape/sweep/dispatch.hpp"
#include "glasscape/sweep/scheduler.hpp"
#include "messages.hpp"
#include "point_loop.hpp"

namespace glasscape::sweep {

/// Rank 0 among others: carries the scheduler's decisions to the teams and their reports to the scheduler.
class Master {
 public:
  Master(const Teams& teams, const std::vector<std::size_t>& queue, const StopSource& stop, const Steering& steering);

  Tally run();

 private:
  struct Team {
    Clock::time_point began = Clock::now();  ///< its first point
    Clock::time_point heard = began;
    std::string report;
    bool told_to_end = false;
  };

  std::size_t receive();
  void receive_sign_of_life(int rank);
  void take(const Report& report, std::size_t team);
  void feed();
  void end_all();
  std::vector<TeamState> states() const;

  const Teams& teams_;
  const wrap::Communicator& world_;
  const StopSource& stop_;
  const Steering& steering_;
  Scheduler scheduler_;
  std::vector<Team> team_;
  std::size_t teams_left_ = 0;
  bool stopping_ = false;
  std::string fault_;
  Outbox outbox_;
};

}  // namespace glasscape::sweep
