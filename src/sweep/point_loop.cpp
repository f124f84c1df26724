#include "point_loop.hpp"

namespace glasscape::sweep {

namespace {

/// A batch that takes a little longer than it should is not committed twice.
constexpr double patience = 1.3;

}  // namespace

bool PointLoop::run(const Order& order, const std::function<bool()>& must_stop) {
  const auto begin = Clock::now();
  start_ = begin;
  auto now = begin;
  bool stopped = false;
  bool returned = false;
  for (std::size_t i = 0; i < order.points.size(); ++i) {
    stopped = must_stop();
    returned = i > 0 && std::chrono::duration<double>(now - begin).count() > 2 * order.chunk_seconds;
    if (stopped || returned) break;
    Solved solved = solve_(order.points[i]);
    stopped = solved.outcome == Outcome::pending;
    if (stopped) break;
    const auto before = std::exchange(now, Clock::now());
    solved.seconds = std::chrono::duration<float>(now - before).count();
    solved_.points.push_back(solved);
    const bool is_due = std::chrono::duration<double>(now - start_).count() > patience * order.chunk_seconds;
    if (!is_due || i + 1 == order.points.size()) continue;  // the end of a batch is committed anyway
    flush();
    now = start_;
  }
  solved_.head.returned = returned && !stopped;
  flush();
  return !stopped;
}

void PointLoop::flush() {
  solved_.head.seconds = seconds_since(start_);
  commit_();
  start_ = Clock::now();
  if (!solved_.points.empty() || solved_.head.returned) send_(solved_);
  solved_ = {};
}

}  // namespace glasscape::sweep
