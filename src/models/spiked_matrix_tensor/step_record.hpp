#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "correlation_record.hpp"
#include "glasscape/core/parameters.hpp"
#include "glasscape/core/solver.hpp"
#include "glasscape/models/spiked_matrix_tensor/landscape.hpp"
#include "glasscape/solvers/numbers.hpp"
#include "glasscape/solvers/replicas.hpp"
#include "hessian_record.hpp"

namespace glasscape::spiked_matrix_tensor {

/// What is seen of an estimate x of the signal at one step.
struct Snapshot {
  double overlap = 0;  ///< m = x·x*/N
  Energies energies;
  double gradient_norm = 0;  ///< |∇H|/√N, tangent to the sphere through x
  double self_overlap = 1;   ///< |x|²/N

  /// Of a point where the landscape has these energies and this force.
  static Snapshot of(std::span<const double> x, const Energies& energies, std::span<const double> force);
};

/// What a run by steps on one disorder sample says: snapshots at the observed steps, two-time correlations, the tangent
/// Hessian in the direction of the estimate, and when it recovers the signal.
class StepRecord {
 public:
  /// Declares size, replicas, recovery_level, the steps and what to observe.
  static void add_inputs(Schema& schema, double steps);
  static void add_outputs(Schema& schema);

  /// What runs need besides the sample: how often all of it is read, at how many points the force is found in the
  /// same passes beyond the first, and how many vectors are held.
  struct Needs {
    double passes;
    double points = 0;
    double vectors = 0;
    double runs = 1;  ///< side by side, each with its record
  };
  static Cost cost(const Parameters& parameters, const Needs& needs);

  StepRecord(const Parameters& parameters, double recovered_overlap);

  /// Step after step, from 0 on: the estimate `x` and what is seen of it. Collective on the team.
  void note(std::size_t step, std::span<const double> x, const Snapshot& snapshot, const Landscape& landscape,
            PointContext& context);

  bool has_recovered() const { return !std::isnan(recovered_at_); }

  /// The run ends; what it looked like last holds for the steps to come. Collective on the team.
  void finish(std::span<const double> x, const Landscape& landscape, PointContext& context);

  /// All that was noted; `write` takes its means over the samples.
  std::vector<double> numbers() const;
  void write(const ReplicaMean& mean, Solution& solution) const;

  /// All that was noted so far, for a checkpoint.
  void carry(Numbers& numbers);

 private:
  static std::array<double, 6> values_of(const Snapshot& snapshot);
  void set(std::size_t position, const Snapshot& snapshot);
  bool is_recovered(double overlap) const;
  void observe(double step, std::span<const double> x, const Landscape& landscape, PointContext& context);

  int p_;
  double recovery_overlap_, end_;
  std::vector<double> steps_;
  std::vector<double> numbers_;  // of the observed steps, then the scalars
  CorrelationRecord correlation_;
  HessianRecord hessian_;
  Snapshot last_;
  double last_step_ = 0, recovered_at_ = not_a_number;
};

}  // namespace glasscape::spiked_matrix_tensor
