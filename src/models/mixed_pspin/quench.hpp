#pragma once

#include "glasscape/core/solver.hpp"
#include "glasscape/models/mixed_pspin/covariance.hpp"
#include "glasscape/solvers/two_time/dynamics.hpp"

namespace glasscape::mixed_pspin {

/// Langevin dynamics at infinite size after a quench from equilibrium at one temperature to another.
class Quench {
 public:
  explicit Quench(const Parameters& parameters);

  static Schema schema();
  static Cost cost(const Parameters& parameters);
  Solution solve(PointContext& context) const;

 private:
  void check_start() const;
  two_time::Equations equations() const;
  double energy(const two_time::Run& run, double t) const;
  void observe(const two_time::Dynamics& dynamics, Solution& solution) const;

  Parameters parameters_;
  Covariance covariance_;
  double temperature_;
  double initial_temperature_;
};

}  // namespace glasscape::mixed_pspin
