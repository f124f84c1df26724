#include "observations.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "glasscape/core/number.hpp"
#include "glasscape/models/spiked_matrix_tensor/fixed_points.hpp"
#include "glasscape/solvers/finite_size/sphere_motion.hpp"
#include "glasscape/solvers/matrix.hpp"
#include "model.hpp"
#include "tangent_hessian.hpp"

namespace glasscape::spiked_matrix_tensor {

namespace {

constexpr std::array one_time{"overlap",       "energy",        "energy_matrix",
                              "energy_tensor", "gradient_norm", "radial_multiplier"};
// recovered ones, their times summed, both together: what recovery_time is a ratio of
constexpr std::size_t success = 0, success_time = 1, success_sum = 2;
constexpr std::array scalars{"final_overlap", "final_energy", "stationary_fraction", "evaluations"};
constexpr std::size_t first_of_scalars = 3;  // after those of the recovery

std::vector<double> list(const Parameters& parameters, const char* name) {
  const auto values = parameters.list(name);
  std::vector<double> rounded(values.begin(), values.end());
  for (double& value : rounded) value = round_to_15_digits(value);
  return rounded;
}

}  // namespace

Observations::Observations(const Parameters& parameters, const Clock& clock)
    : p_(static_cast<int>(parameters.integer("p"))),
      size_(static_cast<std::size_t>(parameters.integer("size"))),
      eigenvalues_(static_cast<std::size_t>(parameters.integer("n_eigenvalues"))),
      bins_(static_cast<std::size_t>(parameters.integer("n_bins"))),
      times_(list(parameters, clock.times)),
      waiting_times_(list(parameters, "waiting_times")),
      lags_(list(parameters, "lags")),
      runs_(static_cast<std::size_t>(parameters.integer("starts"))),
      waiting_points_(waiting_times_.size() * runs_.size() * size_) {
  end_ = clock.counts_steps ? static_cast<double>(parameters.integer(clock.end))
                            : round_to_15_digits(parameters.real(clock.end));
  if (clock.counts_steps) unit_ = parameters.real("learning_rate");
  if (parameters.flag("hessian")) hessian_times_ = list(parameters, "hessian_times");
  const double plateau = recovered_overlap(covariance_of(parameters), parameters.real("temperature"));
  recovery_overlap_ = plateau > 0 ? parameters.real("recovery_level") * plateau : infinity;
  first_pair_ = one_time.size() * times_.size();
  first_scalar_ = first_pair_ + pairs();
  first_eigenvalue_ = first_scalar_ + first_of_scalars + scalars.size();
  first_density_ = first_eigenvalue_ + hessian_times_.size() * (eigenvalues_ + 2);
  numbers_.assign(first_density_ + hessian_times_.size() * bins_, not_a_number);
  set_events();
}

void Observations::set_events() {
  events_ = {0, end_};
  const auto add = [this](double time) {
    if (time <= end_) events_.push_back(time);
  };
  for (const auto* times : {&times_, &waiting_times_, &hessian_times_}) std::ranges::for_each(*times, add);
  for (const double waited : waiting_times_) {
    for (const double lag : lags_) add(round_to_15_digits(waited + lag));
  }
  std::ranges::sort(events_);
  events_.erase(std::ranges::unique(events_).begin(), events_.end());
}

void Observations::observe(double event, std::span<const double> points, const Landscape& landscape,
                           PointContext& context) {
  for (std::size_t i = 0; i < times_.size(); ++i) {
    if (times_[i] == event) observe_once(i, points, landscape);
  }
  observe_pairs(event, points);
  for (std::size_t i = 0; i < hessian_times_.size(); ++i) {
    if (hessian_times_[i] == event) observe_hessian(i, points, landscape, context);
  }
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

void Observations::observe_pairs(double event, std::span<const double> points) {
  const auto length = static_cast<std::ptrdiff_t>(points.size());
  for (std::size_t w = 0; w < waiting_times_.size(); ++w) {
    const auto before = waiting_points_.begin() + static_cast<std::ptrdiff_t>(w) * length;
    if (waiting_times_[w] == event) std::ranges::copy(points, before);
    for (std::size_t l = 0; l < lags_.size(); ++l) {
      if (round_to_15_digits(waiting_times_[w] + lags_[l]) != event) continue;
      numbers_[first_pair_ + w * lags_.size() + l] =
          dot(points, {before, before + length}) / static_cast<double>(points.size());
    }
  }
}

void Observations::observe_hessian(std::size_t time, std::span<const double> points, const Landscape& landscape,
                                   PointContext& context) {
  const std::size_t length = eigenvalues_ + 2 + bins_;
  std::vector<double> mean(length, 0.0);
  for (std::size_t run = 0; run < runs_.size(); ++run) {
    const auto found = tangent_hessian(landscape, points.subspan(run * size_, size_), std::min(eigenvalues_, size_ - 1),
                                       bins_, context);
    std::vector<double> values = found.lowest;
    values.resize(eigenvalues_, not_a_number);
    values.insert(values.end(), {found.signal_overlap, found.bulk_edge});
    values.insert(values.end(), found.density.begin(), found.density.end());
    for (std::size_t i = 0; i < length; ++i) mean[i] += values[i] / static_cast<double>(runs_.size());
  }
  const std::size_t times = hessian_times_.size();
  const auto to = numbers_.begin();
  const auto at = [](std::size_t i) { return static_cast<std::ptrdiff_t>(i); };
  std::copy_n(mean.begin(), eigenvalues_, to + at(first_eigenvalue_ + time * eigenvalues_));
  for (std::size_t i : {0, 1}) numbers_[first_eigenvalue_ + times * (eigenvalues_ + i) + time] = mean[eigenvalues_ + i];
  std::copy_n(mean.begin() + at(eigenvalues_ + 2), bins_, to + at(first_density_ + time * bins_));
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
  const auto at = numbers_.begin() + static_cast<std::ptrdiff_t>(first_scalar_);
  std::ranges::copy(values, std::ranges::copy(recovery, at).out);
}

void Observations::carry_hessian(Numbers& numbers, std::size_t time) {
  const std::size_t times = hessian_times_.size(), overlaps = first_eigenvalue_ + times * eigenvalues_;
  const std::span all(numbers_);
  numbers.carry(all.subspan(first_eigenvalue_ + time * eigenvalues_, eigenvalues_));
  for (const std::size_t first : {overlaps, overlaps + times}) numbers.carry(all[first + time]);
  numbers.carry(all.subspan(first_density_ + time * bins_, bins_));
}

void Observations::carry(Numbers& numbers, double event) {
  const auto at = [this](std::size_t first, std::size_t count) { return std::span(numbers_).subspan(first, count); };
  for (std::size_t i = 0; i < one_time.size(); ++i) {
    numbers.carry_before(event, times_, at(i * times_.size(), times_.size()));
  }
  const std::size_t length = runs_.size() * size_;
  for (std::size_t w = 0; w < waiting_times_.size(); ++w) {
    if (waiting_times_[w] >= event) continue;
    numbers.carry(std::span(waiting_points_).subspan(w * length, length));
    std::vector<double> later_times = lags_;
    for (double& time : later_times) time = round_to_15_digits(waiting_times_[w] + time);
    numbers.carry_before(event, later_times, at(first_pair_ + w * lags_.size(), lags_.size()));
  }
  for (std::size_t i = 0; i < hessian_times_.size(); ++i) {
    if (hessian_times_[i] < event) carry_hessian(numbers, i);
  }
  for (Run& run : runs_) {
    for (double* number : {&run.recovered_at, &run.time_before, &run.overlap_before}) numbers.carry(*number);
  }
}

void Observations::write(const ReplicaMean& mean, Solution& solution) const {
  set_samples(mean, solution);
  const std::size_t times = times_.size(), hessian_times = hessian_times_.size();
  for (std::size_t i = 0; i < one_time.size(); ++i) set_from(mean, i * times, times, one_time[i], solution);
  if (pairs() > 0) set_from(mean, first_pair_, pairs(), "correlation", solution);
  set_from(mean, first_scalar_ + success, 1, "success_fraction", solution);
  for (std::size_t i = 0; i < scalars.size(); ++i) {
    set_from(mean, first_scalar_ + first_of_scalars + i, 1, scalars[i], solution);
  }
  write_recovery(mean, solution);
  if (hessian_times == 0) return;
  const std::size_t edges = first_eigenvalue_ + hessian_times * eigenvalues_;
  set_from(mean, first_eigenvalue_, hessian_times * eigenvalues_, "hessian_eigenvalue", solution);
  set_from(mean, edges, hessian_times, "hessian_signal_overlap", solution);
  set_from(mean, edges + hessian_times, hessian_times, "hessian_bulk_edge", solution);
  set_from(mean, first_density_, hessian_times * bins_, "hessian_density", solution);
}

void Observations::write_recovery(const ReplicaMean& mean, Solution& solution) const {
  if (!std::isfinite(recovery_overlap_)) {
    solution.message = "no recovery_time: there is no recovered state";
  } else if (mean.mean()[first_scalar_ + success] > 0) {
    const Ratio time = ratio(mean, first_scalar_ + success_time, first_scalar_ + success, first_scalar_ + success_sum);
    solution.set("recovery_time", time.value, time.error);
  } else {
    solution.message = "no recovery_time: no run recovered the signal";
  }
}

}  // namespace glasscape::spiked_matrix_tensor
