#pragma once

#include <chrono>

namespace glasscape::sweep {

/// Whether to stop early: a deadline has passed, or SIGUSR1, SIGINT or SIGTERM came. A second SIGINT ends the process
/// at once.
class StopSource {
 public:
  using Clock = std::chrono::steady_clock;

  /// `seconds` from now is the deadline; infinity for none.
  explicit StopSource(double seconds);

  /// Installs the signal handlers. `on_terminate`, which must be safe in a signal handler, is called at SIGTERM and
  /// when the launcher dies.
  static void listen(void (*on_terminate)() noexcept);

  bool requested() const;
  static bool signalled() noexcept;

 private:
  Clock::time_point deadline_;
};

/// Under an MPI launcher: end this rank at once when the launcher dies, for nothing would wait for it any more.
void die_with_launcher();

/// Where memory runs out, Linux is to end a rank that solves: the master stays to say at which point. Sometimes it ends
/// a second one before the memory of the first is free.
void die_before_the_master();

}  // namespace glasscape::sweep
