#include "observations.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

#include "glasscape/core/number.hpp"
#include "glasscape/core/observation_times.hpp"
#include "glasscape/models/spiked_matrix_tensor/fixed_points.hpp"
#include "glasscape/solvers/finite_size/sphere_motion.hpp"
#include "glasscape/solvers/matrix.hpp"
#include "model.hpp"

namespace glasscape::spiked_matrix_tensor {

namespace {

constexpr std::array one_time{"overlap",       "energy",        "energy_matrix",
                              "energy_tensor", "gradient_norm", "radial_multiplier"};
// recovered ones, their times summed, both together: what recovery_time is a ratio of
constexpr std::size_t success = 0, success_time = 1, success_sum = 2;
constexpr std::array scalars{"final_overlap", "final_energy", "stationary_fraction", "evaluations"};
constexpr std::size_t first_of_scalars = 3;  // after those of the recovery

}  // namespace

Observations::Observations(const Parameters& parameters, const Clock& clock)
    : p_(static_cast<int>(parameters.integer("p"))),
      size_(static_cast<std::size_t>(parameters.integer("size"))),
      times_(times_of(parameters, clock.times)),
      runs_(static_cast<std::size_t>(parameters.integer("starts"))),
      numbers_(one_time.size() * times_.size() + first_of_scalars + scalars.size(), not_a_number),
      correlation_(parameters, runs_.size() * size_),
      hessian_(parameters) {
  end_ = clock.counts_steps ? static_cast<double>(parameters.integer(clock.end))
                            : round_to_15_digits(parameters.real(clock.end));
  if (clock.counts_steps) unit_ = parameters.real("learning_rate");
  const double plateau = recovered_overlap(covariance_of(parameters), parameters.real("temperature"));
  recovery_overlap_ = plateau > 0 ? parameters.real("recovery_level") * plateau : infinity;
  set_events();
}

void Observations::set_events() {
  events_ = {0, end_};
  for (const auto& times : {times_, correlation_.times(), hessian_.times()}) {
    std::ranges::copy_if(times, std::back_inserter(events_), [this](double time) { return time <= end_; });
  }
  std::ranges::sort(events_);
  events_.erase(std::ranges::unique(events_).begin(), events_.end());
}

void Observations::observe(double event, std::span<const double> points, const Landscape& landscape,
                           PointContext& context) {
  for (std::size_t i = 0; i < times_.size(); ++i) {
    if (times_[i] == event) observe_once(i, points, landscape);
  }
  correlation_.observe(event, points);
  hessian_.observe(event, points, landscape, context);
}

std::array<double, 6> Observations::mean_now(std::span<const double> points, const Landscape& landscape) const {
  std::vector<double> forces(points.size());
  const auto energies = landscape.evaluate(points, forces);
  std::array<double, 6> mean{};
  for (std::size_t run = 0; run < runs_.size(); ++run) {
    const auto x = points.subspan(run * size_, size_);
    const auto force = std::span(forces).subspan(run * size_, size_);
    const double multiplier = dot(x, force) / static_cast<double>(size_);
    const double slope = finite_size::make_tangent(x, force, size_)[0];
    const std::array values{
        Landscape::overlap(x), energies[run].sum(), energies[run].matrix, energies[run].tensor, slope, multiplier};
    for (std::size_t i = 0; i < values.size(); ++i) mean[i] += values[i] / static_cast<double>(runs_.size());
  }
  return mean;
}

void Observations::observe_once(std::size_t time, std::span<const double> points, const Landscape& landscape) {
  const auto mean = mean_now(points, landscape);
  for (std::size_t i = 0; i < mean.size(); ++i) numbers_[i * times_.size() + time] = mean[i];
}

bool Observations::is_recovered(double overlap) const {
  return (p_ % 2 == 0 ? std::abs(overlap) : overlap) >= recovery_overlap_;
}

void Observations::note_step(double time, std::span<const double> points) {
  for (std::size_t run = 0; run < runs_.size(); ++run) {
    Run& noted = runs_[run];
    const double overlap = Landscape::overlap(points.subspan(run * size_, size_));
    if (std::isnan(noted.recovered_at) && is_recovered(overlap)) {
      const double rise = std::abs(overlap) - std::abs(noted.overlap_before);
      const double rest = rise > 0 ? (std::abs(overlap) - recovery_overlap_) / rise : 0;
      noted.recovered_at = unit_ * (time - std::min(rest, 1.0) * (time - noted.time_before));
    }
    noted.time_before = time;
    noted.overlap_before = overlap;
  }
}

void Observations::finish(std::span<const double> points, const Landscape& landscape, bool at_rest,
                          double evaluations) {
  std::array<double, 3> recovery{};
  for (const Run& run : runs_) {
    const double share = 1 / static_cast<double>(runs_.size());
    if (std::isnan(run.recovered_at)) continue;
    recovery[success] += share;
    recovery[success_time] += share * run.recovered_at;
    recovery[success_sum] += share * (1 + run.recovered_at);
  }
  const auto mean = mean_now(points, landscape);
  const std::array values{mean[0], mean[1], at_rest ? 1.0 : 0.0, evaluations};
  const auto at = numbers_.end() - static_cast<std::ptrdiff_t>(first_of_scalars + scalars.size());
  std::ranges::copy(values, std::ranges::copy(recovery, at).out);
}

std::vector<double> Observations::numbers() const {
  std::vector<double> all = numbers_;
  all.insert(all.end(), correlation_.numbers().begin(), correlation_.numbers().end());
  all.insert(all.end(), hessian_.numbers().begin(), hessian_.numbers().end());
  return all;
}

void Observations::carry(Numbers& numbers) {
  numbers.carry(numbers_);
  correlation_.carry(numbers);
  hessian_.carry(numbers);
  for (Run& run : runs_) {
    for (double* number : {&run.recovered_at, &run.time_before, &run.overlap_before}) numbers.carry(*number);
  }
}

void Observations::write(const ReplicaMean& mean, Solution& solution) const {
  set_samples(mean, solution);
  const std::size_t times = times_.size(), first_scalar = one_time.size() * times;
  for (std::size_t i = 0; i < one_time.size(); ++i) set_from(mean, i * times, times, one_time[i], solution);
  set_from(mean, first_scalar + success, 1, "success_fraction", solution);
  for (std::size_t i = 0; i < scalars.size(); ++i) {
    set_from(mean, first_scalar + first_of_scalars + i, 1, scalars[i], solution);
  }
  write_recovery(mean, solution);
  correlation_.write(mean, numbers_.size(), solution);
  hessian_.write(mean, numbers_.size() + correlation_.numbers().size(), solution);
}

void Observations::write_recovery(const ReplicaMean& mean, Solution& solution) const {
  const std::size_t first = one_time.size() * times_.size();
  if (!std::isfinite(recovery_overlap_)) {
    solution.message = "no recovery_time: there is no recovered state";
  } else if (mean.mean()[first + success] > 0) {
    const Ratio time = ratio(mean, first + success_time, first + success, first + success_sum);
    solution.set("recovery_time", time.value, time.error);
  } else {
    solution.message = "no recovery_time: no run recovered the signal";
  }
}

}  // namespace glasscape::spiked_matrix_tensor
