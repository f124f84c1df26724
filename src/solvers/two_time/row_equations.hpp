#pragma once

#include <span>
#include <vector>

#include "glasscape/solvers/two_time/equations.hpp"
#include "memory_matrices.hpp"

namespace glasscape::two_time {

/// Σ = Q''(C)R and Λ = Q'(C) at a row's nodes, with what Newton needs of their derivatives.
struct MemoryKernels {
  std::vector<double> sigma, lambda;
  std::vector<double> sigma_by_correlation;  ///< ∂Σ/∂C
  std::vector<double> sigma_by_response;     ///< ∂Σ/∂R = ∂Λ/∂C

  MemoryKernels(const Equations& equations, const RowGrid& grid, std::span<const double> correlation,
                std::span<const double> response);
};

/// The equations of one row as a system F(x) = 0, by backward differences along the trajectories of the nodes and
/// collocation in s: x = (C and R at all nodes but s = t, where both are 1; the overlaps over their predictions; μ).
class RowEquations {
 public:
  RowEquations(const Equations& equations, const Trial& trial, NearCache& cache);

  int size() const { return 2 * nodes_ + static_cast<int>(directions_) + 1; }
  std::vector<double> prediction() const;
  void residual(std::span<const double> x, std::span<double> f) const;
  void jacobian(std::span<const double> x, std::span<float> rows) const;  ///< size() × size(), by rows

  Row row(std::span<const double> x) const;  ///< with coefficients and integrals

 private:
  struct State {
    std::vector<double> correlation, response;
    std::vector<double> overlaps;
    double multiplier;
  };
  State state(std::span<const double> x) const;
  double overlap_at(std::size_t direction, int j, double overlap) const;
  void memory(const State& state, const MemoryKernels& kernels, std::vector<double>& correlation,
              std::vector<double>& response) const;
  // rows of the Jacobian
  void add_motion(int j, double multiplier, std::span<double> own) const;
  void correlation_row(int j, const State& now, const MemoryKernels& kernels, std::span<double> row) const;
  void response_row(int j, const State& now, const MemoryKernels& kernels, std::span<double> row) const;
  void overlap_row(std::size_t i, const State& now, const MemoryKernels& kernels, std::span<double> row) const;
  void multiplier_row(const State& now, const MemoryKernels& kernels, std::span<double> row) const;

  const Equations& equations_;
  const Trial& trial_;
  const RowGrid& grid_;
  int nodes_;  // all but s = t
  std::size_t directions_;
  std::vector<double> overlap_scale_;
  Quadrature quadrature_;
  MemoryMatrices matrices_;
  std::vector<double> correlation_slope_, response_slope_;  // from the rows before
  std::vector<double> advection_;                           // v ∂/∂s: `order` numbers a node
  std::vector<double> one_;                                 // for each node
};

}  // namespace glasscape::two_time
