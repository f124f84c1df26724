#include "glasscape/solvers/two_time/uniform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "trapezoid.hpp"
#include "uniform_run.hpp"

namespace glasscape::two_time {

namespace {

constexpr std::size_t fewest_steps = 25, most_steps = 3200;
constexpr std::size_t grids_compared = 4;  // three to extrapolate, one for the error
constexpr double run_on = 1.05;  // past the time that is enough, so that grids that differ slightly all have it

struct Marched {
  std::shared_ptr<const UniformGrid> grid;  // nothing where the sweep stops
  double wanted = 0;                        // the time to which the march was to go
  bool complete = true;                     // whether it could
};

bool is_enough(const Options& options, const UniformGrid& grid) {
  if (!options.enough) return false;
  std::vector<double> overlaps;
  for (const std::vector<double>& overlap : grid.overlaps) overlaps.push_back(overlap.back());
  return options.enough(grid.time(grid.rows() - 1), overlaps);
}

Marched march(const Equations& equations, const Options& options, std::size_t steps, PointContext& context) {
  Trapezoid trapezoid(equations, options.t_max, steps);
  const UniformGrid& grid = trapezoid.grid();
  Marched marched{.grid = nullptr, .wanted = options.t_max};
  std::size_t end = steps;
  bool enough = false;
  while (grid.rows() <= end && marched.complete) {
    context.report("t", grid.time(grid.rows() - 1));
    if (context.should_stop()) return marched;
    marched.complete = trapezoid.advance();
    if (enough || !marched.complete || !is_enough(options, grid)) continue;
    enough = true;
    const std::size_t row = grid.rows() - 1;
    marched.wanted = grid.time(row);
    end = std::min(steps, static_cast<std::size_t>(std::ceil(run_on * static_cast<double>(row))));
  }
  marched.grid = std::make_shared<const UniformGrid>(trapezoid.take());
  return marched;
}

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

/// The largest error, in units of what a tolerance of 1 allows.
double largest_error(const Dynamics& dynamics, const Equations& equations, std::span<const double> times) {
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
      ask([t, i](const Run& run) { return run.overlap(i, t); }, itself);
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

}  // namespace

std::shared_ptr<const Run> uniform_run(const Equations& equations, const Options& options, std::size_t steps,
                                       PointContext& context) {
  const Marched marched = march(equations, options, steps, context);
  return marched.grid ? std::make_shared<UniformRun>(equations.memory, marched.grid) : nullptr;
}

std::unique_ptr<Dynamics> uniform(const Equations& equations, const Options& options, PointContext& context) {
  std::vector<Marched> marched;
  for (std::size_t steps = fewest_steps;; steps *= 2) {
    if (!marched.empty() && !marched.back().complete) marched.clear();
    marched.push_back(march(equations, options, steps, context));
    const Marched& finest = marched.back();
    if (!finest.grid) return nullptr;
    if (marched.size() < grids_compared && steps < most_steps) continue;

    auto dynamics = std::make_unique<Dynamics>(extrapolated(equations.memory, marched, ""));
    const double reached = dynamics->time_reached();
    const bool whole = finest.complete && reached >= finest.wanted;
    const double error = largest_error(*dynamics, equations, sampled_times(reached, steps));
    if (whole && error <= options.tolerance / 3) return dynamics;
    if (steps < most_steps) continue;
    if (whole && error <= options.tolerance) return dynamics;
    return std::make_unique<Dynamics>(extrapolated(equations.memory, marched, trouble(options, whole, reached, error)));
  }
}

}  // namespace glasscape::two_time
