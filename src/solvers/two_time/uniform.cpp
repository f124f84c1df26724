#include "glasscape/solvers/two_time/uniform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "glasscape/solvers/numbers.hpp"
#include "trapezoid.hpp"
#include "uniform_run.hpp"

namespace glasscape::two_time {

namespace {

constexpr std::size_t fewest_steps = 25, most_steps = 3200;
constexpr std::size_t grids_compared = 4;  // three to extrapolate, one for the error
// past the time that is enough, so that grids that differ slightly all have it, the coarsest with nine rows
constexpr double run_on = 1.05;
constexpr std::size_t rows_run_on = 8 << (grids_compared - 1);

struct Marched {
  std::shared_ptr<const UniformGrid> grid;
  double wanted = 0;     // the time to which the march was to go
  bool complete = true;  // whether it could

  void carry(Numbers& numbers) {
    auto carried = std::make_shared<UniformGrid>(grid ? *grid : UniformGrid());
    carried->carry(numbers);
    grid = std::move(carried);
    numbers.carry(wanted);
    numbers.carry(complete);
  }
};

bool is_enough(const Options& options, const UniformGrid& grid) {
  if (!options.enough) return false;
  std::vector<double> overlaps;
  for (const std::vector<double>& overlap : grid.overlaps) overlaps.push_back(overlap.back());
  return options.enough(grid.time(grid.rows() - 1), overlaps);
}

/// One march to t_max, or a little beyond what is enough.
class GridMarch {
 public:
  GridMarch(const Equations& equations, const Options& options, std::size_t steps)
      : options_(options), trapezoid_(equations, options.t_max, steps), end_(steps), wanted_(options.t_max) {}

  bool is_over() const { return trapezoid_.grid().rows() > end_ || !complete_; }
  double time() const { return trapezoid_.grid().time(trapezoid_.grid().rows() - 1); }

  void advance() {
    complete_ = trapezoid_.advance();
    if (enough_ || !complete_ || !is_enough(options_, trapezoid_.grid())) return;
    enough_ = true;
    wanted_ = time();
    const std::size_t row = trapezoid_.grid().rows() - 1;
    const auto later = static_cast<std::size_t>(std::ceil(run_on * static_cast<double>(row)));
    end_ = std::min(end_, std::max(later, row + rows_run_on));
  }

  Marched take() {
    return {.grid = std::make_shared<const UniformGrid>(trapezoid_.take()), .wanted = wanted_, .complete = complete_};
  }

  void carry(Numbers& numbers) {
    trapezoid_.carry(numbers);
    numbers.carry(end_);
    numbers.carry(wanted_);
    numbers.carry(enough_);
    numbers.carry(complete_);
  }

 private:
  const Options& options_;
  Trapezoid trapezoid_;
  std::size_t end_;  ///< the last row
  double wanted_;
  bool enough_ = false;
  bool complete_ = true;
};

/// Weights of the values at steps h, h/2, … (the coarsest first) in the polynomial in h² through them, at h = 0:
/// Π_l 1/(1 − h_m²/h_l²).
std::vector<double> romberg(std::size_t grids) {
  std::vector<double> weights(grids, 1.0);
  for (std::size_t m = 0; m < grids; ++m) {
    for (std::size_t l = 0; l < grids; ++l) {
      if (l != m) weights[m] /= 1 - std::pow(4.0, static_cast<double>(l) - static_cast<double>(m));
    }
  }
  return weights;
}

/// The last runs, of which the finest is the last, extrapolated without the coarsest. What that one would change is
/// mostly the error of this, as the next order is smaller; three times it also covers where they are alike. One run
/// alone may be wrong by 100 %.
Dynamics extrapolated(const std::vector<KernelTerm>& memory, std::span<const Marched> marched, std::string trouble) {
  if (marched.size() > grids_compared) marched = marched.last(grids_compared);
  const std::size_t grids = marched.size();
  std::vector<double> value(grids, 1.0), error(grids, 1.0);
  if (grids > 1) {
    value = romberg(grids - 1);
    value.insert(value.begin(), 0.0);
    const std::vector<double> all = romberg(grids);
    for (std::size_t k = 0; k < grids; ++k) error[k] = 3 * (all[k] - value[k]);
  }
  std::vector<Dynamics::Resolution> resolutions;
  for (std::size_t k = grids; k-- > 0;) {
    const auto finer = k + 1 < grids ? marched.back().grid : nullptr;
    resolutions.push_back({.run = std::make_shared<UniformRun>(memory, marched[k].grid, finer),
                           .value_weight = value[k],
                           .error_weight = error[k]});
  }
  return {std::move(resolutions), std::move(trouble)};
}

/// Times up to `until` where errors are asked for: between grid points too, and down to where quantities that start at
/// zero are proportional to t.
std::vector<double> sampled_times(double until, std::size_t steps) {
  const std::size_t count = steps / 8 * 3 / 2;
  std::vector<double> times;
  for (std::size_t k = 1; k <= count; ++k) times.push_back(until * static_cast<double>(k) / static_cast<double>(count));
  for (double t = times.front() / 2; t > until / static_cast<double>(4 * steps); t /= 2) times.push_back(t);
  return times;
}

/// The largest error, in units of what a tolerance of 1 allows; an overlap that has died out is let go.
double largest_error(const Dynamics& dynamics, const Equations& equations, std::vector<double> times) {
  std::ranges::sort(times);
  std::vector<double> largest_overlap;
  for (const Direction& direction : equations.directions) {
    largest_overlap.push_back(std::abs(direction.initial_overlap));
  }
  double largest = 0;
  const auto ask = [&](const Quantity& quantity, const auto& scale) {
    const Estimate estimate = dynamics.momentary_estimate(quantity);
    if (estimate.error == 0) return;  // a vanishing overlap
    largest = std::isfinite(estimate.error) ? std::max(largest, estimate.error / scale(estimate.value)) : infinity;
  };
  const auto itself = [](double value) { return std::abs(value); };
  for (const double t : times) {
    ask([t](const Run& run) { return run.multiplier(t); }, itself);
    for (std::size_t i = 0; i < equations.directions.size(); ++i) {
      ask([t, i](const Run& run) { return run.overlap(i, t); },
          [&so_far = largest_overlap[i]](double value) {
            so_far = std::max(so_far, std::abs(value));
            return std::max(std::abs(value), 1e-3 * so_far);
          });
    }
    for (std::size_t i = 0; i < equations.memory.size(); ++i) {
      ask([t, i](const Run& run) { return run.memory_integral(i, t); }, itself);
    }
    ask([t](const Run& run) { return run.correlation(t, 0); }, [](double c) { return 4 * std::max(c, 1e-4); });
  }
  return largest;
}

std::string trouble(const Options& options, bool whole, double reached, double error) {
  const std::string grid = fmt::format("a uniform grid of {} steps to t = {}", most_steps, options.t_max);
  if (!whole) return fmt::format("{} is too coarse to go past t = {}", grid, reached);
  return fmt::format("{} leaves relative errors up to {:.1e}", grid, error);
}

/// Grids of ever more steps, until they agree; and what is left of them between two sessions.
class Grids {
 public:
  Grids(const Equations& equations, const Options& options, PointContext& context)
      : equations_(equations), options_(options), context_(context) {
    const auto state = context.checkpoint().latest();
    if (!state) return;
    NumberReader reader(*state);
    if (reader.number() == options.t_max) carry(reader);
  }

  /// Nothing where the sweep stops.
  std::unique_ptr<Dynamics> refine() {
    for (;; steps_ *= 2) {
      if (!marched_.empty() && !marched_.back().complete) marched_.clear();
      if (!march()) return nullptr;
      if (auto dynamics = judged()) return dynamics;
    }
  }

 private:
  /// Adds the next grid; false where the sweep stops.
  bool march() {
    if (!under_way_) under_way_ = std::make_unique<GridMarch>(equations_, options_, steps_);
    while (!under_way_->is_over()) {
      context_.report("t", under_way_->time());
      const bool stops = context_.should_stop();
      if (stops || context_.checkpoint_is_due()) commit();
      if (stops) return false;
      under_way_->advance();
    }
    marched_.push_back(std::exchange(under_way_, nullptr)->take());
    return true;
  }

  /// Where the grids agree, or cannot get finer.
  std::unique_ptr<Dynamics> judged() const {
    const bool is_finest = steps_ >= most_steps;
    if (marched_.size() < grids_compared && !is_finest) return nullptr;
    auto dynamics = std::make_unique<Dynamics>(extrapolated(equations_.memory, marched_, ""));
    const double reached = dynamics->time_reached();
    const bool whole = marched_.back().complete && reached >= marched_.back().wanted;
    const double error = largest_error(*dynamics, equations_, sampled_times(reached, steps_));
    if (whole && error <= options_.tolerance / (is_finest ? 1 : 3)) return dynamics;
    if (!is_finest) return nullptr;
    return std::make_unique<Dynamics>(
        extrapolated(equations_.memory, marched_, trouble(options_, whole, reached, error)));
  }

  void commit() {
    NumberWriter writer;
    writer.add(options_.t_max);
    carry(writer);
    context_.checkpoint().commit(writer.bytes());
  }

  void carry(Numbers& numbers) {
    numbers.carry(steps_);
    numbers.carry_list(marched_, [&](Marched& marched) { marched.carry(numbers); });
    if (!under_way_) under_way_ = std::make_unique<GridMarch>(equations_, options_, steps_);
    under_way_->carry(numbers);
  }

  const Equations& equations_;
  const Options& options_;
  PointContext& context_;
  std::size_t steps_ = fewest_steps;
  std::vector<Marched> marched_;
  std::unique_ptr<GridMarch> under_way_;  ///< on the grid of `steps_`
};

}  // namespace

std::shared_ptr<const Run> uniform_run(const Equations& equations, const Options& options, std::size_t steps) {
  GridMarch march(equations, options, steps);
  while (!march.is_over()) march.advance();
  return std::make_shared<UniformRun>(equations.memory, march.take().grid);
}

std::unique_ptr<Dynamics> uniform(const Equations& equations, const Options& options, PointContext& context) {
  return Grids(equations, options, context).refine();
}

}  // namespace glasscape::two_time
