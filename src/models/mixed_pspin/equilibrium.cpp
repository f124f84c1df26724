#include "equilibrium.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "glasscape/core/observation_times.hpp"
#include "glasscape/models/mixed_pspin/statics.hpp"
#include "glasscape/solvers/mode_coupling.hpp"
#include "model.hpp"

namespace glasscape::mixed_pspin {

namespace {

using mode_coupling::Relaxation;

constexpr int lowest_order = 6;
constexpr int highest_order = 24;
constexpr double rounding = 1e-14;  // of a correlation

/// The correlation at two resolutions; their difference is the error of the coarser one.
struct Resolved {
  Relaxation fine;
  Relaxation coarse;
};

/// The correlation up to t_max; nothing where the sweep stops.
std::optional<Relaxation> relax(const mode_coupling::Equation& equation, double t_max, int order,
                                PointContext& context) {
  Relaxation relaxation(equation, order);
  while (relaxation.end() < t_max) {
    if (context.should_stop()) return std::nullopt;
    relaxation.extend();
  }
  return relaxation;
}

/// Raises the order until two resolutions agree to `tolerance`. Nothing where the sweep stops.
std::optional<Resolved> resolve(const mode_coupling::Equation& equation, double t_max, double tolerance,
                                PointContext& context) {
  auto coarse = relax(equation, t_max, lowest_order, context);
  for (int order = lowest_order + 2; coarse; order += 2) {
    auto fine = relax(equation, t_max, order, context);
    if (!fine) break;
    if (fine->distance(*coarse) <= tolerance || order == highest_order) {
      return Resolved{.fine = std::move(*fine), .coarse = std::move(*coarse)};
    }
    coarse = std::move(fine);
  }
  return std::nullopt;
}

/// What is observed at given times.
struct Observed {
  std::vector<double> values;
  std::vector<double> errors;
};

Observed correlations(const Resolved& resolved, std::span<const double> times, double t_max) {
  Observed observed;
  for (const double t : times) {
    const bool reached = t <= t_max;
    observed.values.push_back(reached ? resolved.fine(t) : not_a_number);
    observed.errors.push_back(reached ? resolved.fine.distance(resolved.coarse, t) + rounding : not_a_number);
  }
  return observed;
}

/// By the fluctuation-dissipation theorem, (1 − C)/T.
Observed responses(Observed correlations, double temperature) {
  for (double& value : correlations.values) value = (1 - value) / temperature;
  for (double& error : correlations.errors) error /= temperature;
  return correlations;
}

void set_relaxation_time(Solution& solution, const Resolved& resolved, double level, double t_max) {
  const auto time = resolved.fine.time_at(level);
  const auto other = resolved.coarse.time_at(level);
  if (time && other && *time <= t_max) {
    solution.set("relaxation_time", *time, std::abs(*time - *other) + rounding * *time);
  } else {
    solution.message = "no relaxation_time: the correlation stays above relaxation_level";
  }
}

std::vector<Input> own_inputs() {
  return {
      {.name = "t_max",
       .symbol = "t_max",
       .doc = "end of the dynamics",
       .domain = Interval::positive(),
       .fallback = std::vector{1e10}},
      {.name = "relaxation_level",
       .doc = "correlation at the relaxation time; 1/e by default",
       .domain = {.lower = 0, .upper = 1},
       .fallback = std::vector{0.367879441171442}},
      {.name = "tolerance",
       .doc = "absolute error of the correlation",
       .domain = {.lower = 1e-13, .upper = 0.01, .lower_open = false, .upper_open = false},
       .fallback = std::vector{1e-6}},
  };
}

Output observable(std::string name, std::string symbol, std::string doc, std::vector<std::string> dims) {
  return {.name = std::move(name),
          .symbol = std::move(symbol),
          .doc = std::move(doc),
          .dims = std::move(dims),
          .error = ErrorKind::numerical,
          .may_be_nan = true};
}

}  // namespace

Schema Equilibrium::schema() {
  Schema schema = model_schema({.name = "temperature",
                                .symbol = "T",
                                .doc = "temperature of the equilibrium",
                                .domain = Interval::positive(),
                                .fallback = std::vector{1.0},
                                .elsewhere = "quench"});
  schema.solver = "equilibrium";
  schema.doc =
      "Langevin dynamics in equilibrium at infinite size, from a start in equilibrium at the same temperature; below "
      "dynamical_temperature inside one metastable state";
  for (Input& input : own_inputs()) schema.inputs.push_back(std::move(input));
  observe_at_times(schema);
  schema.outputs = {
      observable("correlation", "C(t)", "correlation of two times a time apart", {"time"}),
      observable("integrated_response", "χ(t)", "response after a time to a constant force", {"time"}),
      observable("relaxation_time", "τ_α", "time at which the correlation is relaxation_level", {}),
      {.name = "energy", .symbol = "e", .doc = "energy per spin"},
      {.name = "plateau", .symbol = "q", .doc = "correlation at infinite time, 0 above dynamical_temperature"},
      {.name = "order", .doc = "order of the polynomials that hold the correlation, one a factor of 2 in time"},
  };
  for (Output& output : static_outputs()) schema.outputs.push_back(std::move(output));
  return schema;
}

Equilibrium::Equilibrium(const Parameters& parameters)
    : parameters_(parameters), covariance_(covariance_of(parameters)), temperature_(parameters.real("temperature")) {}

/// Measured: 12 ms up to t = 1e10 at tolerance 1e-6; the number of panels enters squared.
Cost Equilibrium::cost(const Parameters& parameters) {
  const double octaves = 5 + std::max(0.0, std::log2(parameters.real("t_max")));
  const double digits = -std::log10(parameters.real("tolerance"));
  return {.seconds = 1.3e-7 * octaves * octaves * std::pow(digits, 2.3), .bytes = 1e6};
}

Solution Equilibrium::solve(PointContext& context) const {
  const double t_max = parameters_.real("t_max"), tolerance = parameters_.real("tolerance");
  const mode_coupling::Equation equation{
      .rate = temperature_,
      .strength = 1 / temperature_,
      .memory = [q = covariance_](double c) { return q.derivative(c); },
      .memory_slope = [q = covariance_](double c) { return q.second_derivative(c); }};
  Solution solution = context.solution();
  const auto resolved = resolve(equation, t_max, tolerance, context);
  if (!resolved) {
    solution.outcome = Outcome::pending;
    return solution;
  }
  const Observed correlation = correlations(*resolved, parameters_.list("times"), t_max);
  const Observed response = responses(correlation, temperature_);
  solution.set("correlation", correlation.values, correlation.errors);
  solution.set("integrated_response", response.values, response.errors);
  set_relaxation_time(solution, *resolved, parameters_.real("relaxation_level"), t_max);
  solution.set("energy", -covariance_.value(1) / temperature_);
  solution.set("plateau", plateau(covariance_, temperature_));
  solution.set("order", resolved->fine.order());
  set_statics(solution, covariance_, temperature_);
  const double error = resolved->fine.distance(resolved->coarse);
  if (error > tolerance) {
    solution.outcome = Outcome::unconverged;
    solution.message = fmt::format("the error of the correlation is {:.1g}", error);
  }
  return solution;
}

}  // namespace glasscape::mixed_pspin
