#include "step_run.hpp"

#include <optional>

namespace glasscape::spiked_matrix_tensor {

namespace {

/// Nothing where stopped.
std::optional<std::vector<double>> go_through(StepRun& run, std::size_t steps, PointContext& context,
                                              Checkpoint& checkpoint) {
  std::size_t step = 0;
  if (const auto latest = checkpoint.latest()) {
    StateReader state(*latest);
    step = static_cast<std::size_t>(state.number());
    run.restore(state);
  }
  for (; step <= steps && !run.is_over(); ++step) {
    const bool stop = context.should_stop();
    if (stop || context.checkpoint_is_due()) {
      StateWriter state;
      state.add(static_cast<double>(step));
      run.save(state);
      state.commit_to(checkpoint);
    }
    if (stop) return std::nullopt;
    context.report("step", static_cast<double>(step));
    run.observe(step);
    if (step < steps) run.move();
  }
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
