#pragma once

#include <algorithm>
#include <functional>
#include <queue>
#include <tuple>
#include <vector>

#include "glasscape/sweep/scheduler.hpp"

namespace glasscape::testing {

/// What the engine costs, in seconds; the defaults are measured: with tests/bench/scale.cpp on up to 33 ranks, the
/// commit with engine.py.
struct EngineCosts {
  double receive = 1e-5;   ///< of the master, a report
  double send = 1e-5;      ///< of the master, a batch
  double latency = 20e-6;  ///< of a message
  double commit = 4e-4;    ///< of a team, rows made durable
  double clock = 2e-7;     ///< of a team, a point beside its solving
};

/// A sweep on any number of teams by discrete events, on a simulated clock: the scheduler is the real one, master and
/// teams are modelled after Master, Leader and PointLoop.
class SimulatedSweep {
 public:
  SimulatedSweep(std::size_t teams, EngineCosts engine, std::function<double(std::size_t)> seconds_of_point)
      : engine_(engine), seconds_of_point_(std::move(seconds_of_point)), free_(teams, 0.0) {}

  /// Seconds until the last point is committed.
  double run(std::vector<std::size_t> queue, const sweep::Steering& steering = {}) {
    sweep::Scheduler scheduler(free_.size(), std::move(queue), steering);
    while (!scheduler.finished()) {
      const double start = now_;
      const std::size_t heard = receive(scheduler);
      feed(scheduler);
      if (heard > 0) scheduler.note_exchange((now_ - start) / static_cast<double>(heard));
      master_busy_ += now_ - start;
      if (heard == 0 && !scheduler.finished()) now_ = wake_up(now_, reports_.top().time);
    }
    return *std::ranges::max_element(free_);
  }

  double busy_seconds() const { return busy_; }  ///< of all teams, solving
  double master_busy_seconds() const { return master_busy_; }
  std::size_t exchanges() const { return exchanges_; }

 private:
  struct Report {
    double time;  ///< of its arrival
    std::size_t team;
    double seconds;
    bool returned;
    std::vector<sweep::Solved> points;

    std::size_t number = 0;  ///< messages of one rank do not overtake each other

    /// The earliest on top.
    bool operator<(const Report& other) const { return std::tie(time, number) > std::tie(other.time, other.number); }
  };

  /// When a rank that has waited since `start`, ever more patiently, finds a message of that time.
  static double wake_up(double start, double message) {
    double pause = 50e-6;
    while (start < message) {
      start += pause;
      pause = std::min(2 * pause, 4e-3);
    }
    return start;
  }

  std::size_t receive(sweep::Scheduler& scheduler) {
    std::size_t heard = 0;
    for (; !reports_.empty() && reports_.top().time <= now_; ++heard) {
      const Report report = reports_.top();
      reports_.pop();
      now_ += engine_.receive;
      scheduler.take(report.team, report.points, report.seconds, report.returned);
    }
    return heard;
  }

  void feed(sweep::Scheduler& scheduler) {
    while (const auto batch = scheduler.next()) {
      now_ += engine_.send;
      ++exchanges_;
      solve(*batch, now_ + engine_.latency);
    }
  }

  void solve(const sweep::Scheduler::Batch& batch, double arrival) {
    double& clock = free_[batch.team];
    clock = wake_up(clock, arrival);
    const double begin = clock;
    double committed = clock;
    Report report{.time = 0, .team = batch.team, .seconds = 0, .returned = false, .points = {}};
    for (const std::size_t point : batch.points) {
      report.returned = clock > begin && clock - begin > 2 * batch.chunk_seconds;
      if (report.returned) break;
      const double seconds = seconds_of_point_(point);
      busy_ += seconds;
      clock += seconds + engine_.clock;
      report.points.emplace_back(Outcome::done).seconds = static_cast<float>(seconds);
      if (clock - committed > 1.3 * batch.chunk_seconds) flush(report, clock, committed);
    }
    if (!report.points.empty() || report.returned) flush(report, clock, committed);
  }

  void flush(Report& report, double& clock, double& committed) {
    report.seconds = clock - committed;
    if (!report.points.empty()) clock += engine_.commit;
    committed = clock;
    report.time = clock + engine_.latency;
    report.number = ++reports_sent_;
    reports_.push(report);
    report.points.clear();
  }

  EngineCosts engine_;
  std::function<double(std::size_t)> seconds_of_point_;
  std::vector<double> free_;  ///< when a team has solved what it has
  std::priority_queue<Report> reports_;
  double now_ = 0;  ///< the master's
  double busy_ = 0;
  double master_busy_ = 0;
  std::size_t exchanges_ = 0;
  std::size_t reports_sent_ = 0;
};

}  // namespace glasscape::testing
