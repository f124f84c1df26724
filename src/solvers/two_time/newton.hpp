#pragma once

#include <memory>
#include <span>
#include <vector>

namespace glasscape::two_time {

class RowEquations;

/// Newton's iteration for row after row (PETSc's SNES), whose dense LU factors serve as long as they, corrected by
/// Broyden's method, lead to the solution fast. Factors are of single precision, the residual is not.
class Newton {
 public:
  /// Ends where the Euclidean length of a step is below this.
  explicit Newton(double step_tolerance);
  ~Newton();

  /// The solution that is reached from `x`, or an empty one where the iteration does not converge. `fresh`: new
  /// factors, so that the result does not depend on the rows before.
  std::vector<double> solve(const RowEquations& equations, std::vector<double> x, bool fresh);

 private:
  struct Solver;
  double step_tolerance_;
  std::unique_ptr<Solver> solver_;
};

}  // namespace glasscape::two_time
