#pragma once

#include <array>
#include <span>
#include <vector>

#include "correlation_record.hpp"
#include "finite_size_schema.hpp"
#include "glasscape/core/parameters.hpp"
#include "glasscape/core/point_context.hpp"
#include "glasscape/models/spiked_matrix_tensor/landscape.hpp"
#include "glasscape/solvers/numbers.hpp"
#include "glasscape/solvers/replicas.hpp"
#include "hessian_record.hpp"

namespace glasscape::spiked_matrix_tensor {

/// What is observed of the runs on one sample, and the means over them.
class Observations {
 public:
  Observations(const Parameters& parameters, const Clock& clock);

  /// Times at which something is observed, ascending, from 0 to the end.
  const std::vector<double>& events() const { return events_; }

  /// All that belongs to an event. `points` lie on the sphere, one run after the other.
  void observe(double event, std::span<const double> points, const Landscape& landscape, PointContext& context);

  /// Notes, step by step, which runs recover the signal when: where the overlap reaches recovery_level times the
  /// recovered one, linear between steps.
  void note_step(double time, std::span<const double> points);

  /// The end, whether the runs stand still there, and how often the force was asked for.
  void finish(std::span<const double> points, const Landscape& landscape, bool at_rest, double evaluations);

  /// The means over the runs; `write` takes their means over the samples.
  std::vector<double> numbers() const;
  void write(const ReplicaMean& mean, Solution& solution) const;

  /// All that was observed so far, for a checkpoint.
  void carry(Numbers& numbers);

 private:
  struct Run {
    double recovered_at = not_a_number;
    double time_before = 0, overlap_before = 0;
  };

  void set_events();
  bool is_recovered(double overlap) const;
  std::array<double, 6> mean_now(std::span<const double> points, const Landscape& landscape) const;
  void observe_once(std::size_t time, std::span<const double> points, const Landscape& landscape);
  void write_recovery(const ReplicaMean& mean, Solution& solution) const;

  int p_;
  std::size_t size_;
  double end_, unit_ = 1, recovery_overlap_;
  std::vector<double> times_, events_;
  std::vector<Run> runs_;
  std::vector<double> numbers_;  // of one time, then the scalars
  CorrelationRecord correlation_;
  HessianRecord hessian_;
};

}  // namespace glasscape::spiked_matrix_tensor
