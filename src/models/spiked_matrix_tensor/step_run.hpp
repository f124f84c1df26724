#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "glasscape/solvers/numbers.hpp"
#include "step_record.hpp"

namespace glasscape::spiked_matrix_tensor {

/// An algorithm on one disorder sample, step by step.
class StepRun {
 public:
  virtual ~StepRun() = default;

  /// Whether all steps to come look like the last one.
  virtual bool is_over() const { return false; }

  /// Notes what is seen at a step, from 0 on; then `move` goes to the next.
  virtual void observe(std::size_t step) = 0;
  virtual void move() = 0;

  /// All that the steps from `step` on depend on, before it is observed.
  virtual void carry(Numbers& numbers, std::size_t step) = 0;

  /// Those of its StepRecord at the end.
  virtual std::vector<double> numbers() = 0;
};

using MakeStepRun = std::function<std::unique_ptr<StepRun>(std::uint32_t replica)>;

/// Averages runs of `steps` steps over samples of the disorder. Where it is stopped, a sample under way goes on from
/// the step that came next; to more steps all go on.
Solution average_over_step_runs(const Parameters& parameters, double recovered_overlap, const MakeStepRun& make,
                                PointContext& context);

}  // namespace glasscape::spiked_matrix_tensor
