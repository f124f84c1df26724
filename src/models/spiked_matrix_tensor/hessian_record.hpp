#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "glasscape/core/parameters.hpp"
#include "glasscape/core/point_context.hpp"
#include "glasscape/core/solver.hpp"
#include "glasscape/models/spiked_matrix_tensor/landscape.hpp"
#include "glasscape/solvers/numbers.hpp"
#include "glasscape/solvers/replicas.hpp"

namespace glasscape::spiked_matrix_tensor {

/// The tangent Hessian along the runs on one sample at the parameter `hessian_times`, its means over the runs; empty
/// unless the flag `hessian` is set.
class HessianRecord {
 public:
  explicit HessianRecord(const Parameters& parameters);

  const std::vector<double>& times() const { return times_; }

  /// `points` lie on the sphere, one run after the other. Collective on the team.
  void observe(double time, std::span<const double> points, const Landscape& landscape, PointContext& context);

  /// Eigenvalues by time and number, then overlaps with the signal, edges of the bulk, densities by time and bin.
  const std::vector<double>& numbers() const { return numbers_; }

  /// Sets the observables from means of such numbers, from the number `first` on.
  void write(const ReplicaMean& mean, std::size_t first, Solution& solution) const;

  /// For a checkpoint.
  void carry(Numbers& numbers) { numbers.carry(numbers_); }

 private:
  std::vector<double> mean_over_runs(std::span<const double> points, const Landscape& landscape,
                                     PointContext& context) const;
  std::size_t first_overlap() const { return times_.size() * eigenvalues_; }
  std::size_t first_edge() const { return first_overlap() + times_.size(); }
  std::size_t first_density() const { return first_edge() + times_.size(); }

  std::size_t size_, eigenvalues_, bins_;
  std::vector<double> times_, numbers_;
};

/// What it takes with so many runs on each sample, in one of which finding the force takes `force_seconds`.
Cost hessian_cost(const Parameters& parameters, double runs, double force_seconds);

}  // namespace glasscape::spiked_matrix_tensor
