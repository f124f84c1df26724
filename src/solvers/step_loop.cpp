#include "glasscape/solvers/step_loop.hpp"

namespace glasscape {

namespace {

NumberWriter state_before(std::size_t t, const StepLoop::Carry& carry) {
  NumberCounter counter;  // states may fill half the memory
  carry(counter, t);
  NumberWriter writer;
  writer.reserve(1 + counter.count());
  writer.add(static_cast<double>(t));
  carry(writer, t);
  return writer;
}

}  // namespace

std::size_t StepLoop::first_step(const Carry& carry, std::size_t last) const {
  const auto state = checkpoint_ ? checkpoint_->latest() : std::nullopt;
  if (!state) return 0;
  NumberReader reader(*state);
  const auto t = static_cast<std::size_t>(reader.number());
  if (t > last) return 0;
  carry(reader, t);
  return t;
}

/// Asks; commits where it is time to.
bool StepLoop::goes_on(const Carry& carry, std::size_t t) const {
  if (context_ == nullptr) return true;
  const bool stops = context_->should_stop();
  if (stops || context_->checkpoint_is_due()) checkpoint_->commit(state_before(t, carry).bytes());
  return !stops;
}

void StepLoop::keep(const Carry& carry, std::size_t t) const {
  if (context_ != nullptr && context_->keeps_state()) checkpoint_->keep(state_before(t, carry).bytes());
}

bool StepLoop::run(const Carry& carry, const Step& step, std::size_t last) const {
  for (std::size_t t = first_step(carry, last);; ++t) {
    if (!goes_on(carry, t)) return false;
    if (t == last) keep(carry, t);
    if (step(t)) continue;
    if (t < last && last != unlimited) keep(carry, t);
    return true;
  }
}

}  // namespace glasscape
