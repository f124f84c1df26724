#include "glasscape/core/point_context.hpp"

#include <fmt/format.h>

namespace glasscape {

PointContext::PointContext(const Environment& environment, const GridPoint& point, const Shape& shape,
                           Checkpoint& checkpoint)
    : environment_(environment), point_(point), shape_(shape), checkpoint_(checkpoint) {}

RandomStream PointContext::random(Purpose purpose, std::uint32_t replica) const {
  const std::uint64_t key = purpose == Purpose::disorder ? point_.sample_key : point_.key;
  return RandomStream(environment_.seed, key, purpose, replica);
}

double PointContext::seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

bool PointContext::should_stop() {
  enum : int { go_on, stop, timed_out };
  int verdict = environment_.stop_requested() ? stop : go_on;
  if (seconds() > environment_.timeout) verdict = timed_out;
  verdict = wrap::agree_on_maximum(team(), verdict);
  if (verdict == timed_out) {
    throw PointTimeout(fmt::format("exceeded point_timeout = {} s", environment_.timeout));
  }
  return verdict == stop;
}

bool PointContext::checkpoint_is_due() {
  const double now = seconds();
  const bool due = now - last_checkpoint_ >= environment_.checkpoint_interval;
  if (wrap::agree_on_maximum(team(), due ? 1 : 0) == 0) return false;
  last_checkpoint_ = now;
  return true;
}

}  // namespace glasscape
