#pragma once

#include <chrono>

#include "messages.hpp"

namespace glasscape::sweep {

using Clock = std::chrono::steady_clock;

inline double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Solves the points of a batch one after the other and commits and reports every `chunk_seconds`: a slow point at
/// once, fast ones together.
class PointLoop {
 public:
  using Solve = std::function<Solved(std::size_t index)>;
  using Send = std::function<void(const Report&)>;

  PointLoop(Solve solve, std::function<void()> commit, Send send)
      : solve_(std::move(solve)), commit_(std::move(commit)), send_(std::move(send)) {}

  /// At least one point, unless `must_stop`, asked before each, says so, or a point is left pending: then false. What
  /// is not solved after twice the time that a batch should take is given back.
  bool run(const Order& order, const std::function<bool()>& must_stop);

 private:
  void flush();

  Solve solve_;
  std::function<void()> commit_;
  Send send_;
  Report solved_;
  Clock::time_point start_;  ///< of solving what is not committed yet
};

}  // namespace glasscape::sweep
