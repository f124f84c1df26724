#pragma once

#include <chrono>
#include <cstddef>

#include "glasscape/sweep/dispatch.hpp"

namespace glasscape::app {

/// Shows how far a sweep is: on a terminal one line, redrawn; elsewhere a plain line at most every 30 s.
class Progress {
 public:
  /// `before` points of `total` had a result when this job started.
  Progress(std::size_t total, std::size_t before);

  void set_total(std::size_t total) { total_ = total; }
  void show(const sweep::Tally& tally);
  /// Ends the redrawn line.
  void finish();

  double seconds() const;

 private:
  using Clock = std::chrono::steady_clock;

  std::size_t total_;
  std::size_t before_;
  bool terminal_;
  bool drawn_ = false;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_ = start_;
};

}  // namespace glasscape::app
