#include "glasscape/sweep/dispatch.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <list>
#include <new>
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
  OutcomeCounts points = {};
  std::uint64_t returned = 0;  ///< of the batch under way, unsolved: it took too long
  double seconds = 0;          ///< solving; a slow disk must not make the batches smaller
  bool wants_stop = false;     ///< a signal came to this rank, or its disk failed
  bool left = false;           ///< the last report
  std::array<char, 512> fault = {};
};

/// Sleeps a little longer each time nothing came, so that waiting costs no CPU.
class Backoff {
 public:
  void reset() { pause_ = shortest; }
  void sleep() {
    std::this_thread::sleep_for(pause_);
    pause_ = std::min(2 * pause_, longest);
  }

 private:
  static constexpr std::chrono::microseconds shortest = 50us;
  static constexpr std::chrono::microseconds longest = 4ms;
  std::chrono::microseconds pause_ = shortest;
};

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// Solves points one after the other and commits them every 50 ms: a slow point at once, fast ones together.
class PointLoop {
 public:
  using Send = std::function<void(const Report&)>;

  PointLoop(const Work& work, Send send) : work_(work), send_(std::move(send)) {}

  /// Returns how many it solved: fewer than all where `must_break`, asked before each point, said so, or where a point
  /// was left pending.
  std::size_t run(std::span<const std::size_t> indices, const std::function<bool()>& must_break) {
    start_ = Clock::now();
    std::size_t solved = 0;
    for (; solved < indices.size() && !must_break(); ++solved) {
      const Outcome outcome = work_.solve(indices[solved]);
      if (outcome == Outcome::pending) break;
      solved_.points.add(outcome);
      if (seconds_since(start_) > batch_seconds) flush();
    }
    flush();
    return solved;
  }

 private:
  void flush() {
    solved_.seconds = seconds_since(start_);
    work_.commit();
    start_ = Clock::now();
    if (solved_.points.all() > 0) send_(solved_);
    solved_ = {};
  }

  const Work& work_;
  Send send_;
  Report solved_;
  Clock::time_point start_;  ///< of solving what is not committed yet
};

void add(Tally& tally, const Report& report) {
  tally.points.add(report.points);
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
      : world_(world),
        queue_(queue),
        stop_(stop),
        on_progress_(on_progress),
        teams_(workers()),
        todo_{{0, queue.size()}},
        remaining_(queue.size()) {}

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
    tally_.stopped = tally_.points.all() < queue_.size();
    return tally_;
  }

 private:
  struct Sending {
    std::vector<std::uint64_t> runs;
    boost::mpi::request request;
  };

  /// Consecutive places of the queue.
  struct Range {
    std::size_t first;
    std::size_t count;
  };

  struct Team {
    std::deque<Range> batches;  ///< what is still out; the first is being solved
    std::list<Sending> sending;
    bool told_to_end = false;
  };

  std::size_t workers() const { return static_cast<std::size_t>(world_.size()) - 1; }
  static int rank_of(std::size_t team) { return static_cast<int>(team) + 1; }

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
    const std::size_t points = report.points.all();
    strike_off(points, team);
    if (report.returned > 0) take_back(team);
    if (points > 0) {
      const double seconds = report.seconds / static_cast<double>(points);
      seconds_per_point_ = seconds_per_point_ == 0 ? seconds : 0.7 * seconds_per_point_ + 0.3 * seconds;
    }
    if (report.wants_stop) stopping_ = true;
    if (report.fault[0] != '\0') fault_ = report.fault.data();
    if (report.left) ++teams_left_;
  }

  static void strike_off(std::size_t points, Team& team) {
    while (points > 0 && !team.batches.empty()) {
      Range& batch = team.batches.front();
      const std::size_t taken = std::min(points, batch.count);
      points -= taken;
      batch.first += taken;
      batch.count -= taken;
      if (batch.count == 0) team.batches.pop_front();
    }
  }

  void take_back(Team& team) {
    remaining_ += team.batches.front().count;
    todo_.push_front(team.batches.front());
    team.batches.pop_front();
  }

  void feed_all() {
    // breadth first: every team has work before one has a batch in waiting
    for (std::size_t waiting = 0; waiting < 2; ++waiting) {
      for (std::size_t team = 0; team < workers(); ++team) {
        if (stopping_ || remaining_ == 0) break;
        if (teams_[team].batches.size() <= waiting) send_batch(team);
      }
    }
    const bool all_idle = std::ranges::all_of(teams_, [](const Team& team) { return team.batches.empty(); });
    if (!stopping_ && (remaining_ > 0 || !all_idle)) return;
    for (std::size_t team = 0; team < workers(); ++team) end(team);
  }

  /// About 50 ms of points, fewer near the end so that all teams finish together.
  std::size_t batch_size() const {
    if (seconds_per_point_ == 0) return 1;
    const double wanted = batch_seconds / seconds_per_point_;
    const std::size_t fair = remaining_ / (2 * workers());
    const auto limit = static_cast<double>(std::clamp<std::size_t>(fair, 1, largest_batch));
    return static_cast<std::size_t>(std::clamp(wanted, 1.0, limit));
  }

  void send_batch(std::size_t index) {
    Team& team = teams_[index];
    team.sending.remove_if([](Sending& sending) { return sending.request.test().has_value(); });
    Range& next = todo_.front();
    const Range batch{next.first, std::min(batch_size(), next.count)};
    Sending& sending = team.sending.emplace_back();
    sending.runs = encode_runs(std::span(queue_).subspan(batch.first, batch.count));
    sending.request =
        world_.isend(rank_of(index), batch_tag, sending.runs.data(), static_cast<int>(sending.runs.size()));
    team.batches.push_back(batch);
    remaining_ -= batch.count;
    next.first += batch.count;
    next.count -= batch.count;
    if (next.count == 0) todo_.pop_front();
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
  std::deque<Range> todo_;  ///< not handed out
  std::size_t remaining_;   ///< points of `todo_`
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
    } catch (const std::bad_alloc&) {
      report_fault("out of memory");
    }
    wait_for(end_tag);
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
      solve_batch(receive_batch(*status));
    }
  }

  /// At least one point; what is not solved after twice the time of a batch is given back.
  void solve_batch(const std::vector<std::size_t>& batch) {
    const auto start = Clock::now();
    const auto must_stop = [this] { return stop_.requested() || told_to_stop(world_); };
    const std::size_t solved =
        loop_.run(batch, [&] { return must_stop() || seconds_since(start) > 2 * batch_seconds; });
    if (solved < batch.size() && !must_stop()) send({.returned = batch.size() - solved});
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
  tally.stopped = tally.points.all() < queue.size();
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
