#pragma once

#include <span>
#include <vector>

#include "glasscape/solvers/effective_process/dynamics.hpp"

namespace glasscape::effective_process {

/// N samples at one step: their batch and what the loss makes of their fields.
class Paths {
 public:
  /// Classes follow each other; their sizes differ by at most 1.
  Paths(const Problem& problem, std::span<const double> teacher, RandomStream& random);

  /// Sets force f and curvature a of the step from the fields r = √D h + m (c + √D h₀); then the batch of the next.
  Score evaluate(const Problem& problem, double overlap, std::span<const double> h, RandomStream& random);

  /// The batch of the step that comes; all else is the same in every step, or found anew in each.
  void carry(Numbers& numbers) { numbers.carry(std::span(selected_)); }

  std::span<const double> force() const { return force_; }          ///< f = s Λ'
  std::span<const double> curvature() const { return curvature_; }  ///< a = s Λ''
  std::span<const double> signal() const { return signal_; }        ///< c + √D h₀

 private:
  std::vector<double> signal_, labels_, selected_, fields_, force_, curvature_;
};

}  // namespace glasscape::effective_process
