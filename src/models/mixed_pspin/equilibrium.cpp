#include "equilibrium.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "glasscape/core/observation_times.hpp"
#include "glasscape/models/mixed_pspin/statics.hpp"
#include "glasscape/solvers/mode_coupling.hpp"
#include "glasscape/solvers/step_loop.hpp"
#include "model.hpp"

namespace glasscape::mixed_pspin {

namespace {

using mode_coupling::Relaxation;

constexpr int lowest_order = 4;
constexpr int highest_order = 24;
constexpr double rounding = 1e-14;  // of a correlation

/// The error after steps of these sizes, the last one first, of a sequence that converges geometrically: last²/before,
/// raised half-way to the last step. Where rounding ends the convergence it is the last step.
double error_after(double last, double before) { return last < before ? last * std::sqrt(last / before) : last; }

/// The correlation, and its error by panel.
struct Resolved {
  Relaxation finest;
  std::vector<double> errors;

  double largest_error() const { return std::ranges::max(errors); }
};

/// Solves up to t_max at one order after the other, until three of them say that the error is `tolerance`, if it ever
/// is.
class Resolution {
 public:
  Resolution(const mode_coupling::Equation& equation, double t_max, double tolerance)
      : equation_(equation), t_max_(t_max), tolerance_(tolerance) {
    start(lowest_order, 1);
  }

  double time() const { return orders_.back().end(); }
  bool step();  ///< by one panel; whether another step follows
  void carry(Numbers& numbers);
  Resolved take() { return {std::move(orders_.back()), std::move(errors_)}; }

 private:
  void start(int first, std::size_t count);
  void find_errors();

  const mode_coupling::Equation& equation_;
  double t_max_, tolerance_;
  std::vector<Relaxation> orders_;  // no more than three: the last is under way
  std::vector<double> errors_;      // of the last
};

void Resolution::start(int first, std::size_t count) {
  orders_.clear();
  for (int order = first; orders_.size() < count; order += 2) orders_.emplace_back(equation_, order);
}

void Resolution::find_errors() {
  const std::vector<double> last = orders_[2].distances(orders_[1]), before = orders_[1].distances(orders_[0]);
  errors_.clear();
  for (std::size_t i = 0; i < last.size(); ++i) errors_.push_back(error_after(last[i], before[i]) + rounding);
}

bool Resolution::step() {
  if (time() < t_max_) {
    orders_.back().extend();
    return true;
  }
  const int order = orders_.back().order();
  if (orders_.size() == 3) {
    find_errors();
    if (std::ranges::max(errors_) <= tolerance_ || order == highest_order) return false;
    orders_.erase(orders_.begin());
  }
  orders_.emplace_back(equation_, order + 2);
  return true;
}

void Resolution::carry(Numbers& numbers) {
  int first = orders_.front().order();
  std::size_t count = orders_.size();
  numbers.carry(first);
  numbers.carry(count);
  if (first != orders_.front().order() || count != orders_.size()) start(first, count);
  for (Relaxation& order : orders_) order.carry(numbers);
}

/// Nothing where the sweep stops.
std::optional<Resolved> resolve(const mode_coupling::Equation& equation, double t_max, double tolerance,
                                PointContext& context) {
  Resolution resolution(equation, t_max, tolerance);
  const auto carry = [&](Numbers& numbers, std::size_t) { resolution.carry(numbers); };
  const auto step = [&](std::size_t) {
    context.report("t", resolution.time());
    return resolution.step();
  };
  if (!StepLoop(context, context.checkpoint()).run(carry, step)) return std::nullopt;
  return resolution.take();
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
    observed.values.push_back(reached ? resolved.finest(t) : not_a_number);
    observed.errors.push_back(reached ? resolved.errors[resolved.finest.panel(t)] : not_a_number);
  }
  return observed;
}

/// By the fluctuation-dissipation theorem, (1 − C)/T.
Observed responses(Observed correlations, double temperature) {
  for (double& value : correlations.values) value = (1 - value) / temperature;
  for (double& error : correlations.errors) error /= temperature;
  return correlations;
}

/// Its error is the time in which the correlation falls by its own.
void set_relaxation_time(Solution& solution, const Resolved& resolved, double level, double t_max) {
  const Relaxation& correlation = resolved.finest;
  const double time = correlation.time_at(level).value_or(infinity);
  if (time > t_max) {
    solution.message = "no relaxation_time: the correlation stays above relaxation_level";
    return;
  }
  const double earlier = correlation.time_at(level + resolved.errors[correlation.panel(time)]).value();
  solution.set("relaxation_time", time, time - earlier);
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
          .nan_meaning = "not reached"};
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
      observable("correlation", "C(t)", "correlation with the state a time ago", {"time"}),
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
  solution.set("order", resolved->finest.order());
  set_statics(solution, covariance_, temperature_);
  if (resolved->largest_error() > tolerance) {
    solution.outcome = Outcome::unconverged;
    solution.message = fmt::format("the error of the correlation is {:.1g}", resolved->largest_error());
  }
  return solution;
}

}  // namespace glasscape::mixed_pspin
