#pragma once

#include <string>
#include <vector>

#include "glasscape/core/sweep.hpp"

namespace glasscape::testing {

/// What a sweep file can name in the tests of core and store: model `toy` with the solvers `plain` and `cold` (exists
/// at temperature 0 only, computes delta2), model `other` with `plain`.
inline Schema toy_schema() {
  Schema schema{.model = "toy", .solver = "plain", .version = 1, .reference = "none"};
  schema.inputs = {
      {.name = "delta2", .doc = "noise of the matrix", .domain = Interval::positive_or_infinite()},
      {.name = "p", .kind = Kind::integer, .domain = Interval::at_least(2), .fallback = {{3}}, .defines_sample = true},
      {.name = "temperature", .symbol = "T", .domain = Interval::at_least(0), .fallback = {{1}}},
      {.name = "loss", .kind = Kind::choice, .choices = {"square", "logistic"}, .fallback = {{0}}},
      {.name = "t_max", .domain = Interval::positive(), .fallback = {{10}}, .extendable = true, .continued = true},
      {.name = "times",
       .kind = Kind::list,
       .domain = Interval::at_least(0),
       .fallback = std::vector<double>{},
       .extendable = true,
       .continued = true}};
  schema.dimensions = {Dimension::of_list("time", "times", "s", "time of observation")};
  schema.outputs = {{.name = "overlap", .symbol = "m", .doc = "overlap", .error = ErrorKind::numerical},
                    {.name = "correlation", .doc = "correlation", .dims = {"time"}, .error = ErrorKind::statistical},
                    {.name = "phase", .doc = "phase", .categories = {{0, "hard", "#112233"}, {1, "easy", "#445566"}}},
                    {.name = "line", .doc = "a line", .nan_meaning = "none", .along = "delta2"}};
  return schema;
}

inline const std::vector<SolverEntry>& toy_registry() {
  static const std::vector<SolverEntry> entries = [] {
    const Schema plain = toy_schema();
    Schema cold = toy_schema();
    cold.solver = "cold";
    cold.inputs.erase(cold.inputs.begin());
    cold.solved_for = {"delta2"};
    Input& temperature = cold.inputs[cold.input_position("temperature")];
    temperature.domain = Interval::only(0);
    temperature.fallback = {{0}};
    temperature.elsewhere = "plain";
    Schema other = toy_schema();
    other.model = "other";
    std::vector<SolverEntry> made;
    for (const Schema& schema : {plain, cold, other}) made.push_back({.schema = schema, .solve = {}, .cost = {}});
    return made;
  }();
  return entries;
}

/// A sweep of `toy` / `plain` from the text after its [sweep] section.
inline Sweep toy_sweep(const std::string& sections, const std::vector<std::string>& overrides = {}) {
  return read_sweep("[sweep]\nmodel = toy\nsolver = plain\n" + sections, "toy.ini", overrides, toy_registry());
}

}  // namespace glasscape::testing
