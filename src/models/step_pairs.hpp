#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "glasscape/core/parameters.hpp"
#include "glasscape/core/solution.hpp"
#include "glasscape/solvers/effective_process/dynamics.hpp"
#include "glasscape/solvers/finite_size/descent.hpp"
#include "glasscape/solvers/replicas.hpp"

/// Observables of two steps of a descent, a waiting time t_w and t_w + k: correlation, responses, effective
/// temperature.
namespace glasscape {

/// What one run or one replica gives, at the `waiting_times` and `lags` of the parameters; NaN beyond the last step.
class StepPairs {
 public:
  explicit StepPairs(const Parameters& parameters);

  /// How many numbers that is.
  static double count(const Parameters& parameters);

  static void add_outputs(Schema& schema, ErrorKind error);

  /// At waiting time `w` and lag `l`, by position. The displacement is |w(t) − w(t_w)|²/(2p).
  void set(std::size_t w, std::size_t l, double correlation, double response, double integrated_response,
           double displacement);
  /// All of a dynamics at infinite size.
  void set(const effective_process::OrderParameters& order);

  const std::vector<double>& numbers() const { return numbers_; }
  /// Those of which both steps lie before step t.
  void carry(Numbers& numbers, std::size_t t);
  const std::vector<double>& waiting_times() const { return waiting_times_; }
  const std::vector<double>& lags() const { return lags_; }

  /// Into the solution: of a mean over replicas, in which the numbers begin at position `first`.
  void write(const ReplicaMean& mean, std::size_t first, Solution& solution) const;

 private:
  std::size_t size() const { return waiting_times_.size() * lags_.size(); }

  double learning_rate_;
  std::size_t steps_;
  std::vector<double> waiting_times_, lags_;
  std::vector<double> numbers_;  // by quantity, waiting time, lag
};

/// Observes one run of a descent, its responses by twins under a random field.
class TwinObserver {
 public:
  explicit TwinObserver(std::size_t run) : run_(run) {}

  /// How many twins a run gets.
  static std::size_t twins(const Parameters& parameters);
  /// What a descent from all starts and its observers hold, once all twins are there.
  static finite_size::Holding holding(const Parameters& parameters);

  /// At step t: starts twins where a waiting time has come, sets the pairs where a lag after one has.
  void observe(std::size_t t, finite_size::Descent& descent, RandomStream& random, StepPairs& pairs);

  /// What it remembers; the twins belong to the descent.
  void carry(Numbers& numbers);

 private:
  /// What has to be remembered of the step that is waited from.
  struct Origin {
    std::size_t waiting_time = 0;  // by position
    std::vector<double> weights = {};
    std::size_t impulse = 0, since = 0;  // twins with a field at the step, and with a field since then
  };

  Origin start_twins(std::size_t w, finite_size::Descent& descent, RandomStream& random) const;
  void set_pair(std::size_t l, const Origin& origin, const finite_size::Descent& descent, StepPairs& pairs) const;

  std::size_t run_;
  std::vector<Origin> origins_;
};

}  // namespace glasscape
