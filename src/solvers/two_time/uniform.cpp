#include "glasscape/solvers/two_time/uniform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "trapezoid.hpp"
#include "uniform_run.hpp"

namespace glasscape::two_time {

namespace {

constexpr std::size_t fewest_steps = 25, most_steps = 3200;
constexpr std::size_t most_grids = 4, fewest_grids = 3;
constexpr double run_on = 1.05;  // past the time that is enough, so that grids that differ slightly all have it

struct Marched {
  std::shared_ptr<const Run> run;  // nothing where the sweep stops
  double wanted = 0;               // the time to which the run was to go
  bool complete = false;
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
  Marched marched{.run = nullptr, .wanted = options.t_max, .complete = true};
  std::size_t end = steps;
  while (grid.rows() <= end && marched.complete) {
    if (context.should_stop()) return marched;
    marched.complete = trapezoid.advance();
    if (end == steps && marched.complete && is_enough(options, grid)) {
      const auto row = static_cast<double>(grid.rows() - 1);
      marched.wanted = grid.time(grid.rows() - 1);
      end = std::min(steps, static_cast<std::size_t>(std::ceil(run_on * row)));
    }
  }
  marched.run = std::make_shared<UniformRun>(equations.memory, grid);
  return marched;
}

/// Weights of the values at steps h, h/2, … (the coarsest first) in the polynomial in h² through them, at h = 0.
std::vector<double> romberg(std::size_t grids) {
  std::vector<double> weights(grids, 1.0);
  for (std::size_t m = 0; m < grids; ++m) {
    for (std::size_t l = 0; l < grids; ++l) {
      if (l != m)
        weights[m] /= 1 - std::pow(4.0, static_cast<double>(l) - static_cast<double>(m));  // h_m²/h_l² = 4^(l−m)
    }
  }
  return weights;
}

/// The last runs (the finest is the last) extrapolated; the error is the difference to the extrapolation without the
/// coarsest. One run alone may be wrong by anything: by 100 %.
Dynamics extrapolated(const std::vector<Marched>& marched, std::string trouble) {
  const std::size_t grids = std::min(most_grids, marched.size());
  const std::vector<double> value = romberg(grids), previous = romberg(grids - 1);
  std::vector<Dynamics::Resolution> resolutions;
  for (std::size_t k = grids; k-- > 0;) {
    resolutions.push_back({.run = marched[marched.size() - grids + k].run,
                           .value_weight = value[k],
                           .error_weight = value[k] - (k > 0 ? previous[k - 1] : 0.0)});
  }
  return {std::move(resolutions), std::move(trouble)};
}

/// The largest error over the coarsest grid's times up to `until`, in units of what the tolerance allows.
double largest_error(const Dynamics& dynamics, const Equations& equations, double until, std::size_t times) {
  double largest = 0;
  const auto compare = [&](const Estimate& estimate, double scale) {
    if (estimate.error != 0) largest = std::max(largest, estimate.error / scale);
    if (!std::isfinite(estimate.error)) largest = infinity;
  };
  for (std::size_t k = 1; k <= times; ++k) {
    const double t = until * static_cast<double>(k) / static_cast<double>(times);
    const Estimate mu = dynamics.estimate([t](const Run& run) { return run.multiplier(t); });
    compare(mu, std::abs(mu.value));
    for (std::size_t i = 0; i < equations.directions.size(); ++i) {
      const Estimate m = dynamics.estimate([t, i](const Run& run) { return run.overlap(i, t); });
      compare(m, std::abs(m.value));
    }
    for (std::size_t i = 0; i < equations.memory.size(); ++i) {
      const Estimate memory = dynamics.estimate([t, i](const Run& run) { return run.memory_integral(i, t); });
      compare(memory, std::abs(memory.value));
    }
    const Estimate c = dynamics.estimate([t](const Run& run) { return run.correlation(t, 0); });
    compare(c, 4 * std::max(c.value, 1e-4));
  }
  return largest;
}

std::string trouble(const Marched& finest, const Options& options, double error) {
  const std::string grid = fmt::format("a uniform grid of {} steps to t = {}", most_steps, options.t_max);
  if (!finest.complete) return fmt::format("{} is too coarse to go past t = {}", grid, finest.run->time_reached());
  return fmt::format("{} leaves relative errors up to {:.1e}", grid, error);
}

}  // namespace

std::shared_ptr<const Run> uniform_run(const Equations& equations, const Options& options, std::size_t steps,
                                       PointContext& context) {
  return march(equations, options, steps, context).run;
}

std::unique_ptr<Dynamics> uniform(const Equations& equations, const Options& options, PointContext& context) {
  std::vector<Marched> marched;
  for (std::size_t steps = fewest_steps;; steps *= 2) {
    if (!marched.empty() && !marched.back().complete) marched.clear();
    marched.push_back(march(equations, options, steps, context));
    const Marched& finest = marched.back();
    if (!finest.run) return nullptr;
    if (marched.size() < fewest_grids && steps < most_steps) continue;

    auto dynamics = std::make_unique<Dynamics>(extrapolated(marched, ""));
    const double reached = dynamics->time_reached();
    const bool whole = finest.complete && reached >= finest.wanted;
    const double error = largest_error(*dynamics, equations, reached, steps >> (most_grids - 1));
    if (whole && error <= options.tolerance / 10) return dynamics;
    if (steps < most_steps) continue;
    if (whole && error <= options.tolerance) return dynamics;
    return std::make_unique<Dynamics>(extrapolated(marched, trouble(finest, options, error)));
  }
}

}  // namespace glasscape::two_time
