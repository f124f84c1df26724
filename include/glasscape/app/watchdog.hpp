#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace glasscape::app {

/// Watches for a point that ran past its time and does not answer. A thread that sleeps; without a limit, none.
class Watchdog {
 public:
  using OnOverrun = std::function<void(std::size_t index)>;

  /// `on_overrun` is called, from the watchdog's thread, `limit` seconds after `begin` unless `end` came before.
  Watchdog(double limit, OnOverrun on_overrun);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  void begin(std::size_t index);
  void end();

 private:
  using Clock = std::chrono::steady_clock;

  void watch();

  std::chrono::duration<double> limit_;
  OnOverrun on_overrun_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool busy_ = false;
  bool over_ = false;
  std::size_t index_ = 0;
  Clock::time_point start_;
  std::thread thread_;
};

}  // namespace glasscape::app
