#include "quench.hpp"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

#include "../two_time_observables.hpp"
#include "glasscape/models/mixed_pspin/statics.hpp"
#include "model.hpp"

namespace glasscape::mixed_pspin {

namespace {

using two_time::observable;
using two_time::Run;

constexpr std::size_t start = 0;  // the only direction: its overlap is C(t,0)

}  // namespace

Schema Quench::schema() {
  Schema schema = model_schema({.name = "temperature",
                                .symbol = "T",
                                .doc = "temperature of the dynamics; 0 is gradient flow",
                                .domain = Interval::at_least(0),
                                .fallback = std::vector{0.0}});
  schema.solver = "quench";
  schema.version = 5;
  schema.doc = "Langevin dynamics at infinite size after a quench: aging; gradient flow at temperature 0";
  schema.inputs.push_back({.name = "initial_temperature",
                           .symbol = "T'",
                           .doc = "temperature of the equilibrium that the start is drawn from, above "
                                  "dynamical_temperature; inf: a random start",
                           .domain = Interval::positive_or_infinite(),
                           .fallback = std::vector{infinity}});
  two_time::add_march_inputs(schema);
  schema.outputs = {
      observable("energy", "e", "energy per spin", {"time"}),
      observable("energy_above_threshold", "e − E_∞", "energy per spin above that of the marginal states", {"time"},
                 "not reached, or there are no marginal states"),
      observable("final_energy", "e", "energy per spin at time_reached"),
  };
  two_time::add_general_outputs(schema);
  for (Output& output : static_outputs()) schema.outputs.push_back(std::move(output));
  return schema;
}

Quench::Quench(const Parameters& parameters)
    : parameters_(parameters),
      covariance_(covariance_of(parameters)),
      temperature_(parameters.real("temperature")),
      initial_temperature_(parameters.real("initial_temperature")) {}

Cost Quench::cost(const Parameters& parameters) { return two_time::march_cost(parameters); }

/// Equilibrium is a start with the density of states of the whole system only where it is one ergodic component.
void Quench::check_start() const {
  if (std::isinf(initial_temperature_) || plateau(covariance_, initial_temperature_) == 0) return;
  const auto transition = dynamical_transition(covariance_);
  const double lowest = transition ? transition->temperature : std::sqrt(covariance_.second_derivative(0));
  throw std::domain_error(fmt::format("initial_temperature = {:.6g} is below {:.6g}, where ergodicity breaks",
                                      initial_temperature_, lowest));
}

two_time::Equations Quench::equations() const {
  two_time::Equations equations{
      .memory = {}, .temperature = [T = temperature_](double) { return T; }, .directions = {}};
  for (const auto& [coefficient, power] : covariance_.terms()) {
    equations.memory.push_back({.coefficient = coefficient * power, .power = power - 1});
  }
  if (std::isfinite(initial_temperature_)) {
    equations.directions.push_back({.initial_overlap = 1, .strength = 1 / initial_temperature_});
  }
  return equations;
}

/// e(t) = −∫₀ᵗ R(t,s) Q'(C(t,s)) ds − Q(C(t,0))/T'.
double Quench::energy(const Run& run, double t) const {
  double sum = 0;
  for (std::size_t term = 0; term < covariance_.terms().size(); ++term) sum -= run.memory_integral(term, t);
  if (std::isinf(initial_temperature_)) return sum;
  return sum - covariance_.value(run.overlap(start, t)) / initial_temperature_;
}

void Quench::observe(const two_time::Dynamics& dynamics, Solution& solution) const {
  const auto marginal = marginal_states(covariance_, temperature_);
  const double threshold = marginal ? marginal->energy : not_a_number;
  const auto times = parameters_.list("times");
  two_time::Observer observer(dynamics, solution);
  observer.one_time("energy", times, [this](const Run& run, double t) { return energy(run, t); });
  const std::size_t position = parameters_.schema().output_position("energy");
  std::vector<double> above = solution.values(position), errors = solution.errors(position);
  for (double& energy : above) energy -= threshold;
  if (!marginal) std::ranges::fill(errors, not_a_number);
  solution.set("energy_above_threshold", above, errors);
  observer.scalar("final_energy", [&](const Run& run) { return energy(run, dynamics.time_reached()); });
  set_statics(solution, covariance_, temperature_);
  observer.general(parameters_);
}

Solution Quench::solve(PointContext& context) const {
  check_start();
  Solution solution = context.solution();
  const auto dynamics = two_time::solve(equations(), two_time::march_options(parameters_), context);
  if (dynamics) {
    observe(*dynamics, solution);
  } else {
    solution.outcome = Outcome::pending;
  }
  return solution;
}

}  // namespace glasscape::mixed_pspin
