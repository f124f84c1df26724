#pragma once

#include <vector>

#include "../step_pairs.hpp"
#include "glasscape/core/solution.hpp"
#include "glasscape/models/gaussian_mixture/mixture.hpp"
#include "glasscape/solvers/effective_process/dynamics.hpp"
#include "glasscape/solvers/replicas.hpp"

namespace glasscape::gaussian_mixture {

/// What one run gives: five numbers of each step, then those of the pairs of steps.
class Observations {
 public:
  explicit Observations(const Parameters& parameters);

  /// How many numbers that is.
  static double count(const Parameters& parameters);

  /// Adds the observables of all solvers; with their statistical errors, or with none.
  static void add_outputs(Schema& schema, ErrorKind error);

  void set_step(std::size_t t, double overlap, double norm, double loss, double accuracy);
  /// All of a dynamics at infinite size.
  void set(const effective_process::Dynamics& dynamics);

  StepPairs& pairs() { return pairs_; }

  std::vector<double> numbers() const;
  /// What was observed before step t.
  void carry(Numbers& numbers, std::size_t t);

  /// Into the solution: means over replicas, and errors where the schema has them.
  void write(const ReplicaMean& mean, Solution& solution) const;

 private:
  Mixture mixture_;
  std::size_t steps_;
  std::vector<double> of_steps_;  // by quantity and step
  StepPairs pairs_;
};

}  // namespace glasscape::gaussian_mixture
