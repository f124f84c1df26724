#pragma once

#include <cstddef>
#include <functional>
#include <limits>

#include "glasscape/core/point_context.hpp"
#include "glasscape/solvers/numbers.hpp"

namespace glasscape {

/// A loop over steps that a checkpoint can interrupt at each: going on from there gives the same bits.
class StepLoop {
 public:
  /// Names all that the steps carry on, as it is before step t.
  using Carry = std::function<void(Numbers& numbers, std::size_t t)>;
  /// Does step t; whether another follows. One that finds that nothing is left to do, before the last, does nothing.
  using Step = std::function<bool(std::size_t t)>;

  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

  StepLoop() = default;  ///< never interrupted
  StepLoop(PointContext& context, Checkpoint& checkpoint) : context_(&context), checkpoint_(&checkpoint) {}

  /// From the latest state on, or from step 0 where there is none up to step `last`; false where stopped. Where states
  /// of solved points are kept, that before step `last`, or before the one with nothing left to do: a larger `last` is
  /// reached from there.
  bool run(const Carry& carry, const Step& step, std::size_t last = unlimited) const;

 private:
  std::size_t first_step(const Carry& carry, std::size_t last) const;
  bool goes_on(const Carry& carry, std::size_t t) const;
  void keep(const Carry& carry, std::size_t t) const;

  PointContext* context_ = nullptr;
  Checkpoint* checkpoint_ = nullptr;
};

}  // namespace glasscape
