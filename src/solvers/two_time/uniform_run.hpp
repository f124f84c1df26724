#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "glasscape/solvers/two_time/dynamics.hpp"
#include "uniform_grid.hpp"

namespace glasscape::two_time {

/// A solved grid, interpolated. One that is to be compared with a finer one (whose points it shares) is interpolated as
/// that one plus the difference of the two, which is smoother and smaller: interpolation then hardly touches the
/// difference.
class UniformRun final : public Run {
 public:
  using Grid = std::shared_ptr<const UniformGrid>;

  UniformRun(std::vector<KernelTerm> memory, Grid grid, Grid finer = nullptr);

  double time_reached() const override { return grid_->time(last_); }
  std::size_t rows() const override { return last_ + 1; }

  double overlap(std::size_t direction, double t) const override;
  double multiplier(double t) const override;
  double correlation(double t, double s) const override;
  double response(double t, double s) const override;
  double integrated_response(double t, double s) const override;
  double memory_integral(std::size_t term, double t) const override;

 private:
  using OneTime = std::function<double(const UniformGrid&, std::size_t)>;
  using TwoTimes = std::function<double(const UniformGrid&, std::size_t, std::size_t)>;

  double position(double t) const;
  double interpolate(double t, const OneTime& at) const;
  double interpolate(double t, double s, const TwoTimes& at) const;

  std::vector<KernelTerm> memory_;
  Grid grid_;
  Grid finer_;
  std::size_t ratio_ = 1;  // of the steps
  std::size_t last_;       // row, of those that both have
};

}  // namespace glasscape::two_time
