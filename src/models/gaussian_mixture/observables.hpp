#pragma once

#include <vector>

#include "glasscape/core/solution.hpp"
#include "glasscape/models/gaussian_mixture/mixture.hpp"
#include "glasscape/solvers/effective_process/dynamics.hpp"
#include "glasscape/solvers/replicas.hpp"

namespace glasscape::gaussian_mixture {

/// What one run gives: five numbers of each step, then those of each waiting time and lag.
class Observations {
 public:
  explicit Observations(const Parameters& parameters);

  /// The observables of all solvers; with their statistical errors, or with none.
  static std::vector<Output> outputs(ErrorKind error);

  void set_step(std::size_t t, double overlap, double norm, double loss, double accuracy);
  /// At waiting time `w` and lag `l`, by position. The displacement is |w(t) − w(t_w)|²/(2p).
  void set_pair(std::size_t w, std::size_t l, double correlation, double response, double integrated_response,
                double displacement);
  /// All of a dynamics at infinite size.
  void set(const effective_process::Dynamics& dynamics);

  const std::vector<double>& numbers() const { return numbers_; }
  const std::vector<double>& waiting_times() const { return waiting_times_; }
  const std::vector<double>& lags() const { return lags_; }
  std::size_t steps() const { return steps_; }

  /// Into the solution: means over replicas, and errors where the schema has them.
  void write(const ReplicaMean& mean, Solution& solution) const;

 private:
  std::size_t step_position(std::size_t quantity, std::size_t t) const { return quantity * (steps_ + 1) + t; }
  std::size_t pair_position(std::size_t quantity, std::size_t pair) const;
  std::size_t pairs() const { return waiting_times_.size() * lags_.size(); }

  Mixture mixture_;
  double learning_rate_;
  std::size_t steps_;
  std::vector<double> waiting_times_, lags_;
  std::vector<double> numbers_;
};

}  // namespace glasscape::gaussian_mixture
