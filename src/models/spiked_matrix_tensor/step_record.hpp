#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "glasscape/core/parameters.hpp"
#include "glasscape/core/solver.hpp"
#include "glasscape/models/spiked_matrix_tensor/landscape.hpp"
#include "glasscape/solvers/numbers.hpp"
#include "glasscape/solvers/replicas.hpp"

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

/// What a run by steps on one disorder sample says: snapshots at the observed steps, and when it recovers the signal.
class StepRecord {
 public:
  /// Declares size, replicas, recovery_level and the steps.
  static void add_inputs(Schema& schema, double steps);
  static void add_outputs(Schema& schema);

  /// What runs need besides the sample: how often all of it is read, at how many points the force is found in the
  /// same passes beyond the first, and how many vectors are held.
  struct Needs {
    double passes;
    double points = 0;
    double vectors = 0;
  };
  static Cost cost(const Parameters& parameters, const Needs& needs);

  StepRecord(const Parameters& parameters, double recovered_overlap);

  /// Step after step, from 0 on.
  void note(std::size_t step, const Snapshot& snapshot);

  bool has_recovered() const { return !std::isnan(recovered_at_); }

  /// The run ends; what it looked like last holds for the steps to come.
  void finish();

  /// All that was noted; `write` takes its means over the samples.
  const std::vector<double>& numbers() const { return numbers_; }
  void write(const ReplicaMean& mean, Solution& solution) const;

  /// All that was noted so far, for a checkpoint.
  void carry(Numbers& numbers);

 private:
  static std::array<double, 6> values_of(const Snapshot& snapshot);
  void set(std::size_t position, const Snapshot& snapshot);
  bool is_recovered(double overlap) const;

  int p_;
  double recovery_overlap_;
  std::vector<double> steps_;
  std::vector<double> numbers_;
  Snapshot last_;
  double last_step_ = 0, recovered_at_ = not_a_number;
};

}  // namespace glasscape::spiked_matrix_tensor
