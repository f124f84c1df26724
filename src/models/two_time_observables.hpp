#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "glasscape/core/parameters.hpp"
#include "glasscape/core/solution.hpp"
#include "glasscape/core/solver.hpp"
#include "glasscape/solvers/two_time/dynamics.hpp"

/// What the solvers of closed two-time equations have in common, whatever the model: numerical parameters, and
/// observables of any dynamics.
namespace glasscape::two_time {

/// t_max, tolerance, scheme; then the lists of times.
void add_march_inputs(Schema& schema);
Options march_options(const Parameters& parameters);
Cost march_cost(const Parameters& parameters);

/// An observable with a numerical error; NaN mostly where the dynamics did not reach a time.
Output observable(std::string name, std::string symbol, std::string doc, std::vector<std::string> dims = {},
                  std::string nan_meaning = "not reached");

/// The observables of any dynamics: multiplier, correlations and responses, what was done. They come last.
void add_general_outputs(Schema& schema);

/// Sets observables, each as the schema names it; NaN at times that the dynamics did not reach.
class Observer {
 public:
  Observer(const Dynamics& dynamics, Solution& solution)
      : dynamics_(dynamics), solution_(solution), reached_(dynamics.time_reached()) {}

  using OneTime = std::function<double(const Run&, double t)>;
  using TwoTimes = std::function<double(const Run&, double t, double s)>;

  void one_time(const char* name, std::span<const double> times, const OneTime& quantity);

  /// Of waiting time t_w and lag τ: `quantity` at t = t_w + τ and s = t_w.
  void two_times(const char* name, std::span<const double> waiting_times, std::span<const double> lags,
                 const TwoTimes& quantity);

  void scalar(const char* name, const Quantity& quantity);

  /// All of add_general_outputs; a dynamics in trouble makes the solution `unconverged`.
  void general(const Parameters& parameters);

 private:
  Estimate at(double t, const OneTime& quantity) const;
  void set(const char* name, const std::vector<Estimate>& estimates);

  const Dynamics& dynamics_;
  Solution& solution_;
  double reached_;
};

}  // namespace glasscape::two_time
