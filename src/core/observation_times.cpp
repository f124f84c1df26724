#include "glasscape/core/observation_times.hpp"

#include <algorithm>
#include <cmath>

#include "glasscape/core/number.hpp"
#include "glasscape/core/parameters.hpp"

namespace glasscape {

namespace {

void observe(Schema& schema, Input list, const std::string& dimension) {
  list.kind = Kind::list;
  list.domain = Interval::at_least(0);
  list.fallback = std::vector<double>{};
  list.extendable = true;  // another list asks other questions about the same dynamics
  schema.dimensions.push_back(Dimension::of_list(dimension, list.name, list.unit, list.doc));
  schema.dimensions.back().symbol = list.symbol;
  schema.inputs.push_back(std::move(list));
}

/// The lists of the earlier of two times and of their difference, both up to the parameter `end`.
void observe_two_times(Schema& schema, const std::string& end, const std::string& unit, bool whole) {
  observe(schema,
          {.name = "waiting_times",
           .symbol = "t_w",
           .unit = unit,
           .doc = whole ? "earlier steps of two-time observables" : "earlier times of two-time observables",
           .bound = ListBound{.parameter = end},
           .whole = whole},
          "waiting_time");
  observe(
      schema,
      {.name = "lags",
       .symbol = whole ? "k" : "τ",  // τ is the persistence time of dynamics in steps
       .unit = unit,
       .doc = whole ? "steps from the earlier to the later one" : "later less earlier times of two-time observables",
       .bound = ListBound{.parameter = end},
       .whole = whole},
      "lag");
}

}  // namespace

std::vector<double> eight_per_decade(double t_max) {
  std::vector<double> times;
  const auto time = [](int eighth) { return round_to_15_digits(std::pow(10, eighth / 8.0)); };
  for (int eighth = -16; time(eighth) < t_max; ++eighth) times.push_back(time(eighth));
  times.push_back(t_max);
  return times;
}

void observe_at_times(Schema& schema, const std::string& unit) {
  observe(schema,
          {.name = "times",
           .symbol = "t",
           .unit = unit,
           .doc = "times of observation",
           .bound =
               ListBound{
                   .parameter = "t_max", .when_empty = eight_per_decade, .when_empty_doc = "8 per decade up to t_max"}},
          "time");
}

void observe_after_waiting(Schema& schema, const std::string& unit) { observe_two_times(schema, "t_max", unit, false); }

namespace {

Input steps_input(double fallback) {
  return {.name = "steps",
          .kind = Kind::integer,
          .symbol = "T",
          .doc = "steps of the dynamics",
          .domain = Interval::closed(1, 1e7),
          .fallback = std::vector{fallback},
          .extendable = true};
}

/// 0 and whole numbers near powers of 10^(1/8), up to `last`.
std::vector<double> steps_by_decades(double last) {
  std::vector<double> steps{0};
  for (int eighth = 0; steps.back() < last; ++eighth) {
    const double step = std::min(last, std::round(std::pow(10, eighth / 8.0)));
    if (step > steps.back()) steps.push_back(step);
  }
  return steps;
}

}  // namespace

void observe_at_all_steps(Schema& schema, double fallback) {
  schema.inputs.push_back(steps_input(fallback));
  schema.dimensions.push_back({.name = "step",
                               .from = "steps",
                               .symbol = "t",
                               .doc = "step, 0 is the start",
                               .values = [](const Parameters& parameters) {
                                 std::vector<double> steps;
                                 const auto last = parameters.integer("steps");
                                 for (long t = 0; t <= last; ++t) steps.push_back(static_cast<double>(t));
                                 return steps;
                               }});
}

void observe_at_some_steps(Schema& schema, double fallback) {
  schema.inputs.push_back(steps_input(fallback));
  observe(schema,
          {.name = "observed_steps",
           .symbol = "t",
           .doc = "steps of observation",
           .bound = ListBound{.parameter = "steps",
                              .when_empty = steps_by_decades,
                              .when_empty_doc = "0 and 8 per decade up to steps"},
           .whole = true},
          "step");
}

void observe_after_waiting_steps(Schema& schema) { observe_two_times(schema, "steps", "1", true); }

std::vector<double> times_of(const Parameters& parameters, const std::string& list) {
  const auto values = parameters.list(list);
  std::vector<double> times(values.begin(), values.end());
  for (double& time : times) time = round_to_15_digits(time);
  return times;
}

}  // namespace glasscape
