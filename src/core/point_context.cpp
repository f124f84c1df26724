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

namespace {

/// What a rank says where the team meets; the largest counts.
enum Verdict : int { go_on, stop, timed_out, failed };

}  // namespace

int PointContext::meet(int verdict) {
  const int worst = wrap::agree_on_maximum(team(), verdict);
  if (worst == failed) throw TeammateFailed(agree_on_message({}));
  return worst;
}

std::string PointContext::give_up(std::string message) {
  if (team().size() == 1) return message;
  wrap::agree_on_maximum(team(), failed);
  return agree_on_message(std::move(message));
}

/// That of the last rank that has one.
std::string PointContext::agree_on_message(std::string message) {
  const int speaker = wrap::agree_on_maximum(team(), message.empty() ? -1 : team().rank());
  if (speaker >= 0) wrap::broadcast(team(), message, speaker);
  return message;
}

bool PointContext::should_stop() {
  const double now = seconds();
  give_sign_of_life(now);
  int verdict = environment_.stop_requested() ? stop : go_on;
  if (now > environment_.timeout) verdict = timed_out;
  verdict = meet(verdict);
  if (verdict == timed_out) {
    throw PointTimeout(fmt::format("exceeded point_timeout = {} s", environment_.timeout));
  }
  return verdict == stop;
}

bool PointContext::checkpoint_is_due() {
  const double now = seconds();
  const bool due = now - last_checkpoint_ >= environment_.checkpoint_interval;
  if (meet(due ? stop : go_on) == go_on) return false;
  last_checkpoint_ = now;
  return true;
}

void PointContext::sum(std::span<double> values) {
  meet(go_on);
  wrap::sum_over(team(), values);
}

void PointContext::report(std::string_view quantity, double value) {
  quantity_ = quantity;
  value_ = value;
}

void PointContext::give_sign_of_life(double now) {
  if (!environment_.sign_of_life || now - last_sign_ < 1) return;
  last_sign_ = now;
  environment_.sign_of_life(quantity_.empty() ? "" : fmt::format("{} = {:.4g}", quantity_, value_));
}

}  // namespace glasscape
