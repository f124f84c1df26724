#include "two_time_observables.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "glasscape/core/observation_times.hpp"

namespace glasscape::two_time {

void add_march_inputs(Schema& schema) {
  const std::vector<Input> inputs{
      {.name = "t_max",
       .symbol = "t_max",
       .doc = "end of the dynamics",
       .domain = Interval::positive(),
       .fallback = std::vector{1e5},
       .extendable = true},
      {.name = "tolerance",
       .doc = "relative error of energy, multiplier and overlap",
       .domain = {.lower = 0, .upper = 0.1, .upper_open = false},
       .fallback = std::vector{1e-4}},
      {.name = "scheme",
       .kind = Kind::choice,
       .doc = "log_time: adaptive rows in ln t; uniform: trapezoid with extrapolation, for short times",
       .choices = {"log_time", "uniform"},
       .fallback = std::vector{0.0}},
  };
  schema.inputs.insert(schema.inputs.end(), inputs.begin(), inputs.end());
  observe_at_times(schema);
  observe_after_waiting(schema);
  continue_states(schema);  // the march has all times before
}

namespace {

constexpr double rounding = 1e-12;  ///< relative: a sum t_w + τ may come out just above the last time

std::vector<double> observed_times(const Parameters& parameters) {
  const auto times = parameters.list("times"), waiting_times = parameters.list("waiting_times");
  std::vector<double> observed(times.begin(), times.end());
  for (const double waiting_time : waiting_times) {
    for (const double lag : parameters.list("lags")) observed.push_back(waiting_time + lag);
  }
  return observed;
}

}  // namespace

Options march_options(const Parameters& parameters) {
  const double t_max = parameters.real("t_max");
  std::vector<std::pair<double, double>> pairs;
  for (const double s : parameters.list("waiting_times")) {
    for (const double lag : parameters.list("lags")) {
      if (s + lag <= t_max * (1 + rounding)) pairs.emplace_back(std::min(s + lag, t_max), std::min(s, t_max));
    }
  }
  return {.scheme = parameters.choice("scheme") == "uniform" ? Scheme::uniform : Scheme::log_time,
          .t_max = t_max,
          .tolerance = parameters.real("tolerance"),
          .times = observed_times(parameters),
          .pairs = std::move(pairs)};
}

Cost march_cost(const Parameters& parameters) {
  const double t_max = parameters.real("t_max"), looseness = 1e-4 / parameters.real("tolerance");
  if (march_options(parameters).scheme == Scheme::uniform) {  // measured at t_max = 20 and 100, T = 0 and 1
    const double steps = std::clamp(40 * t_max * std::pow(looseness, 0.125), 200.0, 3200.0);
    return {.seconds = 2.5e-9 * std::pow(steps, 3), .bytes = 12 * steps * steps};
  }
  const double decades = std::max(1.0, std::log10(t_max) + 5);  // rows start near 1e-5
  // measured for the p-spin model: to t = 1e7 1.6 s at 1e-4, 7 s at 1e-6
  return {.seconds = 2 * std::pow(decades / 12, 4.8) * std::pow(std::max(1.0, looseness), 0.27), .bytes = 1e8};
}

Output observable(std::string name, std::string symbol, std::string doc, std::vector<std::string> dims,
                  std::string nan_meaning) {
  return {.name = std::move(name),
          .symbol = std::move(symbol),
          .doc = std::move(doc),
          .dims = std::move(dims),
          .error = ErrorKind::numerical,
          .nan_meaning = std::move(nan_meaning)};
}

void add_general_outputs(Schema& schema) {
  const std::vector<std::string> two_times{"waiting_time", "lag"};
  const std::vector<Output> outputs{
      observable("radial_multiplier", "μ", "force per length that keeps the spins on the sphere", {"time"}),
      observable("correlation_initial", "C(t,0)", "correlation with the start", {"time"}),
      observable("correlation_half", "C(t,t/2)", "correlation with half the time", {"time"}),
      observable("correlation", "C(t_w+τ,t_w)", "correlation of two times", two_times),
      observable("response", "R(t_w+τ,t_w)", "response at the later time to a force at the earlier one", two_times),
      observable("integrated_response", "χ(t_w+τ,t_w)", "response at the later time to a force since the earlier one",
                 two_times),
      {.name = "rows", .doc = "times at which the equations were solved"},
      {.name = "time_reached", .symbol = "t", .doc = "end of the dynamics"},
  };
  schema.outputs.insert(schema.outputs.end(), outputs.begin(), outputs.end());
}

void Observer::one_time(const char* name, std::span<const double> times, const OneTime& quantity) {
  std::vector<Estimate> estimates;
  for (const double t : times) estimates.push_back(at(t, quantity));
  set(name, estimates);
}

void Observer::two_times(const char* name, std::span<const double> waiting_times, std::span<const double> lags,
                         const TwoTimes& quantity) {
  std::vector<Estimate> estimates;
  for (const double s : waiting_times) {
    for (const double lag : lags) {
      estimates.push_back(at(s + lag, [&](const Run& run, double t) { return quantity(run, t, std::min(s, t)); }));
    }
  }
  set(name, estimates);
}

void Observer::scalar(const char* name, const Quantity& quantity) {
  const Estimate estimate = dynamics_.estimate(quantity);
  solution_.set(name, estimate.value, estimate.error);
}

void Observer::general(const Parameters& parameters) {
  const auto times = parameters.list("times");
  one_time("radial_multiplier", times, [](const Run& run, double t) { return run.multiplier(t); });
  one_time("correlation_initial", times, [](const Run& run, double t) { return run.correlation(t, 0); });
  one_time("correlation_half", times, [](const Run& run, double t) { return run.correlation(t, t / 2); });
  const auto waiting_times = parameters.list("waiting_times"), lags = parameters.list("lags");
  const auto observe = [&](const char* name, double (Run::*quantity)(double, double) const) {
    two_times(name, waiting_times, lags,
              [quantity](const Run& run, double t, double s) { return (run.*quantity)(t, s); });
  };
  observe("correlation", &Run::correlation);
  observe("response", &Run::response);
  observe("integrated_response", &Run::integrated_response);
  solution_.set("rows", static_cast<double>(dynamics_.rows()));
  solution_.set("time_reached", reached_);
  if (dynamics_.trouble().empty()) return;
  solution_.outcome = Outcome::unconverged;
  solution_.message = dynamics_.trouble();
}

Estimate Observer::at(double t, const OneTime& quantity) const {
  if (t > reached_ * (1 + rounding)) return {not_a_number, not_a_number};
  return dynamics_.estimate([&](const Run& run) { return quantity(run, std::min(t, reached_)); });
}

void Observer::set(const char* name, const std::vector<Estimate>& estimates) {
  std::vector<double> values;
  std::vector<double> errors;
  for (const Estimate& estimate : estimates) {
    values.push_back(estimate.value);
    errors.push_back(estimate.error);
  }
  solution_.set(name, std::move(values), std::move(errors));
}

}  // namespace glasscape::two_time
