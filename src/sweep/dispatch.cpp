#include "glasscape/sweep/dispatch.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <list>
#include <new>
#include <span>
#include <thread>
#include <type_traits>

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

/// What a worker tells of itself: the head of a report.
struct Head {
  double seconds = 0;          ///< solving; a slow disk must not make the batches smaller
  std::uint64_t returned = 0;  ///< of the batch under way, unsolved: it took too long
  bool wants_stop = false;     ///< a signal came to this rank, or its disk failed
  bool left = false;           ///< the last report
  std::array<char, 512> fault = {};
};

/// ... and what it has committed since its last report, in the order of its batches.
struct Report {
  Head head = {};
  std::vector<Solved> points = {};
};

static_assert(std::is_trivially_copyable_v<Head> && std::is_trivially_copyable_v<Solved>);

std::vector<char> to_bytes(const Report& report) {
  std::vector<char> bytes(sizeof(Head) + report.points.size() * sizeof(Solved));
  std::memcpy(bytes.data(), &report.head, sizeof(Head));
  if (!report.points.empty())
    std::memcpy(bytes.data() + sizeof(Head), report.points.data(), bytes.size() - sizeof(Head));
  return bytes;
}

Report from_bytes(std::span<const char> bytes) {
  Report report;
  std::memcpy(&report.head, bytes.data(), sizeof(Head));
  report.points.assign((bytes.size() - sizeof(Head)) / sizeof(Solved), Outcome::pending);
  if (!report.points.empty()) {
    std::memcpy(report.points.data(), bytes.data() + sizeof(Head), bytes.size() - sizeof(Head));
  }
  return report;
}

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

/// Messages on their way: a long one must not make its sender wait, for MPI waits busily.
class Outbox {
 public:
  void post(const wrap::Communicator& world, int rank, int tag, std::vector<char> bytes) {
    letters_.remove_if([](Letter& letter) { return letter.request.test().has_value(); });
    Letter& letter = letters_.emplace_back(std::move(bytes));
    letter.request = world.isend(rank, tag, letter.bytes.data(), static_cast<int>(letter.bytes.size()));
  }

  /// Until all have arrived.
  void wait() {
    Backoff backoff;
    for (Letter& letter : letters_) {
      while (!letter.request.test().has_value()) backoff.sleep();
    }
    letters_.clear();
  }

 private:
  struct Letter {
    explicit Letter(std::vector<char> content) : bytes(std::move(content)) {}
    std::vector<char> bytes;
    boost::mpi::request request;
  };
  std::list<Letter> letters_;
};

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// Solves points one after the other and commits them every 50 ms: a slow point at once, fast ones together.
class PointLoop {
 public:
  using Send = std::function<void(Report)>;

  PointLoop(const Work& work, Send send) : work_(work), send_(std::move(send)) {}

  /// Returns how many it solved: fewer than all where `must_break`, asked before each point, said so, or where a point
  /// was left pending.
  std::size_t run(std::span<const std::size_t> indices, const std::function<bool()>& must_break) {
    start_ = Clock::now();
    std::size_t solved = 0;
    for (; solved < indices.size() && !must_break(); ++solved) {
      const Solved result = work_.solve(indices[solved]);
      if (result.outcome == Outcome::pending) break;
      solved_.points.push_back(result);
      if (seconds_since(start_) > batch_seconds) flush();
    }
    flush();
    return solved;
  }

 private:
  void flush() {
    solved_.head.seconds = seconds_since(start_);
    work_.commit();
    start_ = Clock::now();
    if (!solved_.points.empty()) send_(std::move(solved_));
    solved_ = {};
  }

  const Work& work_;
  Send send_;
  Report solved_;
  Clock::time_point start_;  ///< of solving what is not committed yet
};

/// The points of a sweep, in the order in which they are handed out, and what has become of them.
class Ledger {
 public:
  Ledger(const std::vector<std::size_t>& queue, const Steering& steering) : queue_(queue), steering_(steering) {}

  std::span<const std::size_t> queue() const { return queue_; }
  Tally& tally() { return tally_; }

  /// Notes the points from `place` on; they may add others to the end of the queue.
  void note(std::size_t place, std::span<const Solved> points) {
    for (const Solved& solved : points) {
      tally_.points.add(solved.outcome);
      if (!steering_.more) continue;
      const std::vector<std::size_t> added = steering_.more(queue_[place++], solved);
      queue_.insert(queue_.end(), added.begin(), added.end());
    }
  }

  void show_progress() const { steering_.on_progress(tally_); }

  Tally close() {
    tally_.stopped = tally_.points.all() < queue_.size();
    return tally_;
  }

 private:
  std::vector<std::size_t> queue_;
  const Steering& steering_;
  Tally tally_;
};

/// Indices as runs of neighbours: (first, count) pairs.
std::vector<char> encode_runs(std::span<const std::size_t> indices) {
  std::vector<std::uint64_t> runs;
  for (const std::size_t index : indices) {
    if (!runs.empty() && runs[runs.size() - 2] + runs.back() == index) {
      ++runs.back();
    } else {
      runs.insert(runs.end(), {index, 1});
    }
  }
  const auto* bytes = reinterpret_cast<const char*>(runs.data());
  return {bytes, bytes + runs.size() * sizeof runs[0]};
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
         const Steering& steering)
      : world_(world), ledger_(queue, steering), stop_(stop), teams_(workers()) {
    queue_what_was_added();
  }

  Tally run() {
    Backoff backoff;
    while (teams_left_ < workers()) {
      if (stop_.requested()) stopping_ = true;
      const bool heard = receive_reports();
      feed_all();
      ledger_.show_progress();
      heard ? backoff.reset() : backoff.sleep();
    }
    for (std::size_t team = 0; team < workers(); ++team) world_.send(rank_of(team), verdict_tag, fault_);
    outbox_.wait();
    if (!fault_.empty()) throw MachineError(fault_);
    return ledger_.close();
  }

 private:
  /// Consecutive places of the queue.
  struct Range {
    std::size_t first;
    std::size_t count;
  };

  struct Team {
    std::deque<Range> batches;  ///< what is still out; the first is being solved
    bool told_to_end = false;
  };

  std::size_t workers() const { return static_cast<std::size_t>(world_.size()) - 1; }
  static int rank_of(std::size_t team) { return static_cast<int>(team) + 1; }

  bool receive_reports() {
    bool heard = false;
    while (const auto status = world_.iprobe(boost::mpi::any_source, report_tag)) {
      std::vector<char> bytes(static_cast<std::size_t>(status->count<char>().value_or(0)));
      world_.recv(status->source(), report_tag, bytes.data(), static_cast<int>(bytes.size()));
      take(from_bytes(bytes), teams_[static_cast<std::size_t>(status->source()) - 1]);
      heard = true;
    }
    return heard;
  }

  void take(const Report& report, Team& team) {
    const Head& head = report.head;
    ledger_.tally().busy_seconds += head.seconds;
    strike_off(report.points, team);
    queue_what_was_added();
    if (head.returned > 0) take_back(team);
    if (!report.points.empty()) {
      const double seconds = head.seconds / static_cast<double>(report.points.size());
      seconds_per_point_ = seconds_per_point_ == 0 ? seconds : 0.7 * seconds_per_point_ + 0.3 * seconds;
    }
    if (head.wants_stop) stopping_ = true;
    if (head.fault[0] != '\0') fault_ = head.fault.data();
    if (head.left) ++teams_left_;
  }

  void strike_off(std::span<const Solved> points, Team& team) {
    while (!points.empty() && !team.batches.empty()) {
      Range& batch = team.batches.front();
      const std::size_t taken = std::min(points.size(), batch.count);
      ledger_.note(batch.first, points.first(taken));
      points = points.subspan(taken);
      batch.first += taken;
      batch.count -= taken;
      if (batch.count == 0) team.batches.pop_front();
    }
  }

  void queue_what_was_added() {
    const std::size_t all = ledger_.queue().size();
    if (queued_ == all) return;
    todo_.push_back({queued_, all - queued_});
    remaining_ += all - queued_;
    queued_ = all;
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
    Range& next = todo_.front();
    const Range batch{next.first, std::min(batch_size(), next.count)};
    outbox_.post(world_, rank_of(index), batch_tag, encode_runs(ledger_.queue().subspan(batch.first, batch.count)));
    teams_[index].batches.push_back(batch);
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
  Ledger ledger_;
  const StopSource& stop_;
  std::vector<Team> teams_;
  std::size_t queued_ = 0;     ///< points of the ledger that were put into `todo_`
  std::deque<Range> todo_;     ///< not handed out
  std::size_t remaining_ = 0;  ///< points of `todo_`
  Outbox outbox_;
  std::size_t teams_left_ = 0;
  double seconds_per_point_ = 0;
  bool stopping_ = false;
  std::string fault_;
};

class Worker {
 public:
  Worker(const wrap::Communicator& world, const Work& work, const StopSource& stop)
      : world_(world), stop_(stop), loop_(work, [this](const Report& report) { send(report); }) {}

  void run() {
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
    send({.head = {.left = true}});
    outbox_.wait();
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
        send({.head = {.wants_stop = true}});
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
    if (solved < batch.size() && !must_stop()) send({.head = {.returned = batch.size() - solved}});
  }

  std::vector<std::size_t> receive_batch(const boost::mpi::status& status) const {
    const auto bytes = static_cast<std::size_t>(status.count<char>().value_or(0));
    std::vector<std::uint64_t> runs(bytes / sizeof(std::uint64_t));
    world_.recv(master_rank, batch_tag, reinterpret_cast<char*>(runs.data()), static_cast<int>(bytes));
    return decode_runs(runs);
  }

  void drop_batches() const {
    while (const auto status = world_.iprobe(master_rank, batch_tag)) receive_batch(*status);
  }

  void report_fault(std::string_view what) {
    Report report{.head = {.wants_stop = true}};
    what.copy(report.head.fault.data(), report.head.fault.size() - 1);
    send(report);
  }

  void send(const Report& report) { outbox_.post(world_, master_rank, report_tag, to_bytes(report)); }

  void wait_for(Tag tag) const {
    for (Backoff backoff; !world_.iprobe(master_rank, tag);) backoff.sleep();
  }

  const wrap::Communicator& world_;
  const StopSource& stop_;
  Outbox outbox_;
  PointLoop loop_;
};

Tally work_alone(const std::vector<std::size_t>& queue, const Work& work, const StopSource& stop,
                 const Steering& steering) {
  Ledger ledger(queue, steering);
  std::size_t place = 0;
  PointLoop loop(work, [&](const Report& report) {
    ledger.tally().busy_seconds += report.head.seconds;
    ledger.note(place, report.points);
    place += report.points.size();
    ledger.show_progress();
  });
  while (place < ledger.queue().size() && !stop.requested()) {
    const auto rest = ledger.queue().subspan(place);
    const std::vector<std::size_t> indices(rest.begin(), rest.end());  // the queue itself may grow
    if (loop.run(indices, [&] { return stop.requested(); }) < indices.size()) break;
  }
  return ledger.close();
}

}  // namespace

bool told_to_stop(const wrap::Communicator& world) {
  return world.rank() != master_rank && world.iprobe(master_rank, end_tag).has_value();
}

Tally dispatch(const wrap::Communicator& world, const std::vector<std::size_t>& queue, const Work& work,
               const StopSource& stop, const Steering& steering) {
  if (world.size() == 1) return work_alone(queue, work, stop, steering);
  if (world.rank() == master_rank) return Master(world, queue, stop, steering).run();
  Worker(world, work, stop).run();
  return {};
}

}  // namespace glasscape::sweep
