#include "step_run.hpp"

#include <optional>

#include "glasscape/solvers/step_loop.hpp"

namespace glasscape::spiked_matrix_tensor {

namespace {

/// Nothing where stopped.
std::optional<std::vector<double>> go_through(StepRun& run, std::size_t steps, PointContext& context,
                                              Checkpoint& checkpoint) {
  const auto carry = [&](Numbers& numbers, std::size_t t) { run.carry(numbers, t); };
  const auto step = [&](std::size_t t) {
    context.report("step", static_cast<double>(t));
    if (run.is_over()) return false;
    run.observe(t);
    if (t < steps) run.move();
    return t < steps;
  };
  if (!StepLoop(context, checkpoint).run(carry, step, steps)) return std::nullopt;
  return run.numbers();
}

}  // namespace

Solution average_over_step_runs(const Parameters& parameters, double recovered_overlap, const MakeStepRun& make,
                                PointContext& context) {
  Solution solution = context.solution();
  const auto steps = static_cast<std::size_t>(parameters.integer("steps"));
  const auto mean = average_over_replicas(parameters, context, [&](std::uint32_t replica, Checkpoint& checkpoint) {
    return go_through(*make(replica), steps, context, checkpoint);
  });
  if (mean) {
    StepRecord(parameters, recovered_overlap).write(*mean, solution);
  } else {
    solution.outcome = Outcome::pending;
  }
  return solution;
}

}  // namespace glasscape::spiked_matrix_tensor
