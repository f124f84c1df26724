#include "glasscape/sweep/dispatch.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <list>
#include <span>
#include <thread>

#include "glasscape/core/errors.hpp"

namespace glasscape::sweep {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr int master_rank = 0;
constexpr double batch_seconds = 0.05;
constexpr std::size_t largest_batch = 100'000;

enum Tag : int {
  batch_tag,    ///< master → worker: runs of indices (first, count)
  end_tag,      ///< master → worker: drop what is left of your batches, commit and report
  report_tag,   ///< worker → master: a Report
  verdict_tag,  ///< master → worker, the last message: the text of a machine failure, or nothing
};

/// What a worker has committed since its last report.
struct Report {
  std::uint64_t done = 0;
  std::uint64_t failed = 0;
  std::uint64_t unconverged = 0;
  double seconds = 0;       ///< solving; a slow disk must not make the batches smaller
  bool wants_stop = false;  ///< a signal came to this rank, or its disk failed
  bool left = false;        ///< the last report
  std::array<char, 512> fault = {};

  std::uint64_t points() const { return done + failed + unconverged; }

  void count(Outcome outcome) {
    if (outcome == Outcome::failed) {
      ++failed;
    } else if (outcome == Outcome::unconverged) {
      ++unconverged;
    } else {
      ++done;
    }
  }
};

/// Sleeps a little longer each time nothing came, so that waiting costs no CPU.
class Backoff {
 public:
  void reset() { pause_ = shortest; }
  void sleep() {
    std::this_thread::sleep_for(pause_);
    pause_ = std::min(pause_ * 3 / 2, longest);
  }

 private:
  static constexpr std::chrono::microseconds shortest = 20us;
  static constexpr std::chrono::microseconds longest = 2ms;
  std::chrono::microseconds pause_ = shortest;
};

/// Solves points one after the other and commits them every 50 ms: a slow point at once, fast ones together.
class PointLoop {
 public:
  using Send = std::function<void(const Report&)>;

  PointLoop(const Work& work, Send send) : work_(work), send_(std::move(send)) {}

  /// Returns false where it broke off: `must_stop` said so, or a point was left pending.
  bool run(std::span<const std::size_t> indices, const std::function<bool()>& must_stop) {
    start_ = Clock::now();
    for (const std::size_t index : indices) {
      if (must_stop()) return flush(), false;
      const Outcome outcome = work_.solve(index);
      if (outcome == Outcome::pending) return flush(), false;
      solved_.count(outcome);
      if (Clock::now() - start_ > std::chrono::duration<double>(batch_seconds)) flush();
    }
    flush();
    return true;
  }

 private:
  void flush() {
    solved_.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    work_.commit();
    start_ = Clock::now();
    if (solved_.points() > 0) send_(solved_);
    solved_ = {};
  }

  const Work& work_;
  Send send_;
  Report solved_;
  Clock::time_point start_;  ///< of solving what is not committed yet
};

void add(Tally& tally, const Report& report) {
  tally.done += report.done;
  tally.failed += report.failed;
  tally.unconverged += report.unconverged;
  tally.busy_seconds += report.seconds;
}

/// Indices as runs of neighbours: (first, count) pairs.
std::vector<std::uint64_t> encode_runs(std::span<const std::size_t> indices) {
  std::vector<std::uint64_t> runs;
  for (const std::size_t index : indices) {
    if (!runs.empty() && runs[runs.size() - 2] + runs.back() == index) {
      ++runs.back();
    } else {
      runs.insert(runs.end(), {index, 1});
    }
  }
  return runs;
}

std::vector<std::size_t> decode_runs(std::span<const std::uint64_t> runs) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < runs.size(); i += 2) {
    for (std::uint64_t k = 0; k < runs[i + 1]; ++k) indices.push_back(runs[i] + k);
  }
  return indices;
}

class Master {
 public:
  Master(const wrap::Communicator& world, const std::vector<std::size_t>& queue, const StopSource& stop,
         const OnProgress& on_progress)
      : world_(world), queue_(queue), stop_(stop), on_progress_(on_progress), teams_(workers()) {}

  Tally run() {
    Backoff backoff;
    while (teams_left_ < workers()) {
      if (stop_.requested()) stopping_ = true;
      const bool heard = receive_reports();
      feed_all();
      on_progress_(tally_);
      heard ? backoff.reset() : backoff.sleep();
    }
    for (std::size_t team = 0; team < workers(); ++team) world_.send(rank_of(team), verdict_tag, fault_);
    if (!fault_.empty()) throw MachineError(fault_);
    tally_.stopped = tally_.finished() < queue_.size();
    return tally_;
  }

 private:
  struct Sending {
    std::vector<std::uint64_t> runs;
    boost::mpi::request request;
  };

  struct Team {
    std::deque<std::size_t> batches;  ///< points still out, a batch each; the first is being solved
    std::list<Sending> sending;
    bool told_to_end = false;
  };

  std::size_t workers() const { return static_cast<std::size_t>(world_.size()) - 1; }
  static int rank_of(std::size_t team) { return static_cast<int>(team) + 1; }
  std::size_t remaining() const { return queue_.size() - next_; }

  bool receive_reports() {
    bool heard = false;
    while (const auto status = world_.iprobe(boost::mpi::any_source, report_tag)) {
      Report report;
      world_.recv(status->source(), report_tag, reinterpret_cast<char*>(&report), sizeof report);
      take(report, teams_[static_cast<std::size_t>(status->source()) - 1]);
      heard = true;
    }
    return heard;
  }

  void take(const Report& report, Team& team) {
    add(tally_, report);
    for (std::uint64_t points = report.points(); points > 0 && !team.batches.empty();) {
      const std::uint64_t taken = std::min<std::uint64_t>(points, team.batches.front());
      points -= taken;
      team.batches.front() -= taken;
      if (team.batches.front() == 0) team.batches.pop_front();
    }
    if (report.points() > 0) {
      const double seconds = report.seconds / static_cast<double>(report.points());
      seconds_per_point_ = seconds_per_point_ == 0 ? seconds : 0.7 * seconds_per_point_ + 0.3 * seconds;
    }
    if (report.wants_stop) stopping_ = true;
    if (report.fault[0] != '\0') fault_ = report.fault.data();
    if (report.left) ++teams_left_;
  }

  void feed_all() {
    // breadth first: every team has work before one has a batch in waiting
    for (std::size_t waiting = 0; waiting < 2; ++waiting) {
      for (std::size_t team = 0; team < workers(); ++team) {
        if (stopping_ || remaining() == 0) break;
        if (teams_[team].batches.size() <= waiting) send_batch(team);
      }
    }
    for (std::size_t team = 0; team < workers(); ++team) {
      if (stopping_ || (remaining() == 0 && teams_[team].batches.empty())) end(team);
    }
  }

  /// About 50 ms of points, fewer near the end so that all teams finish together.
  std::size_t batch_size() const {
    if (seconds_per_point_ == 0) return 1;
    const double wanted = batch_seconds / seconds_per_point_;
    const std::size_t fair = remaining() / (2 * workers());
    const auto limit = static_cast<double>(std::clamp<std::size_t>(fair, 1, largest_batch));
    return static_cast<std::size_t>(std::clamp(wanted, 1.0, limit));
  }

  void send_batch(std::size_t index) {
    Team& team = teams_[index];
    team.sending.remove_if([](Sending& sending) { return sending.request.test().has_value(); });
    const std::size_t count = std::min(batch_size(), remaining());
    Sending& sending = team.sending.emplace_back();
    sending.runs = encode_runs(std::span(queue_).subspan(next_, count));
    sending.request =
        world_.isend(rank_of(index), batch_tag, sending.runs.data(), static_cast<int>(sending.runs.size()));
    team.batches.push_back(count);
    next_ += count;
  }

  void end(std::size_t index) {
    if (teams_[index].told_to_end) return;
    teams_[index].told_to_end = true;
    world_.send(rank_of(index), end_tag);
  }

  const wrap::Communicator& world_;
  const std::vector<std::size_t>& queue_;
  const StopSource& stop_;
  const OnProgress& on_progress_;
  std::vector<Team> teams_;
  std::size_t next_ = 0;
  std::size_t teams_left_ = 0;
  double seconds_per_point_ = 0;
  bool stopping_ = false;
  std::string fault_;
  Tally tally_;
};

class Worker {
 public:
  Worker(const wrap::Communicator& world, const Work& work, const StopSource& stop)
      : world_(world), stop_(stop), loop_(work, [this](const Report& report) { send(report); }) {}

  void run() {
    Report last{.left = true};
    try {
      solve_batches();
    } catch (const MachineError& error) {
      report_fault(error.what());
      wait_for(end_tag);
    }
    world_.recv(master_rank, end_tag);
    drop_batches();
    send(last);
    wait_for(verdict_tag);
    std::string fault;
    world_.recv(master_rank, verdict_tag, fault);
    if (!fault.empty()) throw MachineError(fault);
  }

 private:
  /// Until the master says that it is over.
  void solve_batches() {
    bool wants_stop = false;
    Backoff backoff;
    while (!told_to_stop(world_)) {
      if (stop_.requested() && !wants_stop) {
        wants_stop = true;
        send({.wants_stop = true});
      }
      const auto status = world_.iprobe(master_rank, batch_tag);
      if (!status || wants_stop) {
        backoff.sleep();
        continue;
      }
      backoff.reset();
      loop_.run(receive_batch(*status), [this] { return stop_.requested() || told_to_stop(world_); });
    }
  }

  std::vector<std::size_t> receive_batch(const boost::mpi::status& status) const {
    std::vector<std::uint64_t> runs(static_cast<std::size_t>(status.count<std::uint64_t>().value_or(0)));
    world_.recv(master_rank, batch_tag, runs.data(), static_cast<int>(runs.size()));
    return decode_runs(runs);
  }

  void drop_batches() const {
    while (const auto status = world_.iprobe(master_rank, batch_tag)) receive_batch(*status);
  }

  void report_fault(std::string_view what) const {
    Report report{.wants_stop = true};
    what.copy(report.fault.data(), report.fault.size() - 1);
    send(report);
  }

  void send(const Report& report) const {
    world_.send(master_rank, report_tag, reinterpret_cast<const char*>(&report), sizeof report);
  }

  void wait_for(Tag tag) const {
    for (Backoff backoff; !world_.iprobe(master_rank, tag);) backoff.sleep();
  }

  const wrap::Communicator& world_;
  const StopSource& stop_;
  PointLoop loop_;
};

Tally work_alone(const std::vector<std::size_t>& queue, const Work& work, const StopSource& stop,
                 const OnProgress& on_progress) {
  Tally tally;
  PointLoop loop(work, [&](const Report& report) {
    add(tally, report);
    on_progress(tally);
  });
  loop.run(queue, [&] { return stop.requested(); });
  tally.stopped = tally.finished() < queue.size();
  return tally;
}

}  // namespace

bool told_to_stop(const wrap::Communicator& world) {
  return world.rank() != master_rank && world.iprobe(master_rank, end_tag).has_value();
}

Tally dispatch(const wrap::Communicator& world, const std::vector<std::size_t>& queue, const Work& work,
               const StopSource& stop, const OnProgress& on_progress) {
  if (world.size() == 1) return work_alone(queue, work, stop, on_progress);
  if (world.rank() == master_rank) return Master(world, queue, stop, on_progress).run();
  Worker(world, work, stop).run();
  return {};
}

}  // namespace glasscape::sweep
