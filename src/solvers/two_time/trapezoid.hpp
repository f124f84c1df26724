#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "glasscape/solvers/two_time/equations.hpp"
#include "uniform_grid.hpp"

namespace glasscape::two_time {

/// Marches the equations over a uniform grid, one row C(t,·), R(t,·) after the other:
///
///   y(t+h) = y(t) + h/2 [F(t) + F(t+h)],   F = gain − μy,
///
/// for y = C(·,s) and R(·,s) at each grid time s ≤ t, and the overlaps. Row t + h occurs in its own integrals: it is
/// predicted by extrapolation, then corrected until it stays.
class Trapezoid {
 public:
  Trapezoid(const Equations& equations, double t_max, std::size_t steps);

  /// Solves the next row; false where its corrections do not converge.
  bool advance();

  const UniformGrid& grid() const { return grid_; }
  UniformGrid take() { return std::move(grid_); }  ///< what was solved; ends the march

  /// For a checkpoint, between two rows.
  void carry(Numbers& numbers);

 private:
  /// Numbers for C and R at all s = 0 … t, and for the overlaps.
  struct Row {
    std::vector<double> correlation, response, overlaps;
    double multiplier = 0;
  };

  Row predicted() const;
  Row corrected(const Row& row);
  void weigh_memory(const Row& row);
  void integrate_memory(const Row& row);
  void gain_overlaps(const Row& row);
  void accept(const Row& row);

  const Equations& equations_;
  UniformGrid grid_;
  Row rate_;  // F at the last row
  Row gain_;  // of the row that is being corrected, and its μ

  // Integrands over u = 0 … t, times h, of the row that is being corrected.
  std::vector<double> pulled_;  // R(t,u) Q''(C(t,u)), halved at both ends
  std::vector<double> driven_;  // Q'(C(t,u))
};

}  // namespace glasscape::two_time
