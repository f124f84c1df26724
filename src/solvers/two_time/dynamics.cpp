#include "glasscape/solvers/two_time/dynamics.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace glasscape::two_time {

namespace {

/// A run whose clock goes faster: at t it has what the run has at rate·t, or at its end.
class StretchedRun final : public Run {
 public:
  StretchedRun(const Run& run, double rate) : run_(run), rate_(rate), end_(run.time_reached()) {}

  double time_reached() const override { return end_ / rate_; }
  std::size_t rows() const override { return run_.rows(); }
  double overlap(std::size_t direction, double t) const override { return run_.overlap(direction, at(t)); }
  double multiplier(double t) const override { return run_.multiplier(at(t)); }
  double correlation(double t, double s) const override { return run_.correlation(at(t), at(s)); }
  double response(double t, double s) const override { return run_.response(at(t), at(s)); }
  double integrated_response(double t, double s) const override { return run_.integrated_response(at(t), at(s)); }
  double memory_integral(std::size_t term, double t) const override { return run_.memory_integral(term, at(t)); }

 private:
  double at(double t) const { return std::min(rate_ * t, end_); }

  const Run& run_;
  double rate_, end_;
};

}  // namespace

Dynamics::Dynamics(std::vector<Resolution> resolutions, std::string trouble, double common_error)
    : resolutions_(std::move(resolutions)), trouble_(std::move(trouble)), common_error_(common_error) {}

double Dynamics::time_reached() const {
  double reached = infinity;
  for (const Resolution& resolution : resolutions_) reached = std::min(reached, resolution.run->time_reached());
  return reached;
}

std::size_t Dynamics::rows() const { return resolutions_.front().run->rows(); }

Estimate Dynamics::weighted(const Quantity& quantity, double rate) const {
  Estimate sum;
  for (const Resolution& resolution : resolutions_) {
    const double value = quantity(StretchedRun(*resolution.run, rate));
    sum.value += resolution.value_weight * value;
    sum.error += resolution.error_weight * value;
  }
  return {sum.value, std::abs(sum.error) + common_error_ * std::abs(sum.value)};
}

Estimate Dynamics::momentary_estimate(const Quantity& quantity) const { return weighted(quantity, 1); }

Estimate Dynamics::estimate(const Quantity& quantity) const {
  constexpr double rates[] = {0.8, 0.9, 1.1, 1.25};
  Estimate now = weighted(quantity, 1);
  for (double rate : rates) {
    const Estimate nearby = weighted(quantity, rate);
    const double smaller = std::min(1.0, std::abs(now.value / nearby.value));
    if (std::isfinite(smaller)) now.error = std::max(now.error, smaller * nearby.error);
  }
  return now;
}

}  // namespace glasscape::two_time
