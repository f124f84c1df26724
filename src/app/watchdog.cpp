#include "glasscape/app/watchdog.hpp"

namespace glasscape::app {

Watchdog::Watchdog(double limit, OnOverrun on_overrun) : limit_(limit), on_overrun_(std::move(on_overrun)) {
  if (limit < 1e9) thread_ = std::thread([this] { watch(); });
}

Watchdog::~Watchdog() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Watchdog::begin(std::size_t index) {
  if (!thread_.joinable()) return;
  const std::lock_guard lock(mutex_);
  index_ = index;
  start_ = Clock::now();
  busy_ = true;
}

void Watchdog::end() {
  if (!thread_.joinable()) return;
  const std::lock_guard lock(mutex_);
  busy_ = false;
}

void Watchdog::watch() {
  std::unique_lock lock(mutex_);
  while (!over_) {
    wake_.wait_for(lock, limit_ / 4);
    if (busy_ && !over_ && Clock::now() - start_ > limit_) {
      busy_ = false;
      on_overrun_(index_);
    }
  }
}

}  // namespace glasscape::app
