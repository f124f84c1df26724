#include "glasscape/app/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "glasscape/app/say.hpp"
#include "glasscape/core/duration.hpp"
#include "glasscape/core/schema.hpp"

namespace glasscape::app {

using namespace std::chrono_literals;

Progress::Progress(std::size_t total, std::size_t before)
    : total_(total), before_(before), terminal_(::isatty(STDERR_FILENO) == 1) {}

double Progress::seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

void Progress::show(const sweep::Tally& tally) {
  const auto now = Clock::now();
  if (now - last_ < (terminal_ ? 200ms : 30s)) return;
  last_ = now;
  const double rate = static_cast<double>(tally.points.all()) / seconds();
  const std::size_t finished = before_ + tally.points.all();
  const double left = rate > 0 ? static_cast<double>(total_ - finished) / rate : infinity;
  write_to_stderr(fmt::format("{}{}/{} points, {} failed, {} unconverged, {:.3g} points/s, {} left{}",
                              terminal_ ? "\r\033[K" : "", finished, total_, tally.points.failed,
                              tally.points.unconverged, rate, format_duration(left), terminal_ ? "" : "\n"));
  std::fflush(stderr);
  drawn_ = terminal_;
}

void Progress::finish() {
  if (drawn_) write_to_stderr("\r\033[K");
}

}  // namespace glasscape::app
