#pragma once

#include <functional>
#include <utility>

#include "glasscape/solvers/two_time/dynamics.hpp"
#include "uniform_grid.hpp"

namespace glasscape::two_time {

/// A solved grid, interpolated.
class UniformRun final : public Run {
 public:
  UniformRun(std::vector<KernelTerm> memory, UniformGrid grid) : memory_(std::move(memory)), grid_(std::move(grid)) {}

  double time_reached() const override { return grid_.time(grid_.rows() - 1); }
  std::size_t rows() const override { return grid_.rows(); }

  double overlap(std::size_t direction, double t) const override;
  double multiplier(double t) const override;
  double correlation(double t, double s) const override;
  double response(double t, double s) const override;
  double integrated_response(double t, double s) const override;
  double memory_integral(std::size_t term, double t) const override;

 private:
  double interpolate(double t, const std::function<double(std::size_t)>& at) const;
  double interpolate(double t, double s, const std::function<double(std::size_t, std::size_t)>& at) const;

  std::vector<KernelTerm> memory_;
  UniformGrid grid_;
};

}  // namespace glasscape::two_time
