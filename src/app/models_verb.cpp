#include <fmt/ranges.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "glasscape/app/command_line.hpp"
#include "glasscape/app/verbs.hpp"
#include "glasscape/core/number.hpp"
#include "glasscape/core/parameters.hpp"
#include "glasscape/core/suggest.hpp"

namespace glasscape::app {

namespace {

using Json = nlohmann::ordered_json;

std::string default_text(const Input& input) {
  if (!input.fallback) return "required";
  if (input.bound && input.bound->when_empty) return input.bound->when_empty_doc;
  std::vector<std::string> values;
  for (const double value : *input.fallback) values.push_back(value_text(input, value));
  return values.empty() ? "empty" : fmt::format("{}", fmt::join(values, ", "));
}

std::string domain_text(const Input& input) {
  const bool has_one_value = input.domain.lower == input.domain.upper;
  if (has_one_value && input.kind != Kind::choice) return "only " + input.domain.text();
  switch (input.kind) {
    case Kind::choice: return fmt::format("{}", fmt::join(input.choices, " | "));
    case Kind::integer: return "whole number in " + input.domain.text();
    case Kind::list:
      return (input.whole ? "list of whole numbers in " : "list of numbers in ") + input.domain.text() +
             (input.bound ? " up to " + input.bound->parameter : "");
    case Kind::real: return "number in " + input.domain.text();
  }
  return "";
}

/// Runs on samples pass the times of a list but once; a march has them all.
std::string_view growth_text(const Schema& schema, const Input& input) {
  if (!input.extendable) return "";
  if (!input.continued) return " (may grow; points start anew)";
  const bool is_passed = input.kind == Kind::list && schema.find_input(replicas_name) != nullptr;
  return is_passed ? " (values beyond the former end continue what is there)"
                   : " (a larger value continues what is there)";
}

std::string_view error_text(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::none: return "none";
    case ErrorKind::numerical: return "numerical";
    case ErrorKind::statistical: return "statistical";
  }
  return "";
}

std::string with_unit(const std::string& symbol, const std::string& unit) {
  return unit == "1" ? symbol : fmt::format("{} [{}]", symbol, unit);
}

void print_solver(const Schema& schema) {
  std::cout << fmt::format("{} / {} (version {})\n  {}\n  {}\n  paper: {}\n\nparameters\n", schema.model, schema.solver,
                           schema.version, schema.model_doc, schema.doc, schema.reference);
  for (const Input& input : schema.inputs) {
    std::cout << fmt::format("  {:<22} {:<8} default {:<9} {}\n  {:<22} {}{}\n", input.name,
                             with_unit(input.symbol, input.unit), default_text(input), domain_text(input), "",
                             input.doc, growth_text(schema, input));
  }
  for (const std::string& name : schema.solved_for) {
    std::cout << fmt::format("  {:<22} is computed, not given\n", name);
  }
  std::cout << "\nobservables\n";
  for (const Output& output : schema.outputs) {
    std::string dims = output.dims.empty() ? "" : fmt::format("({})", fmt::join(output.dims, ", "));
    std::cout << fmt::format("  {:<28} {}\n  {:<28} {}\n", output.name + dims, with_unit(output.symbol, output.unit),
                             "", output.doc);
    for (const Category& category : output.categories) {
      std::cout << fmt::format("  {:<28}   {} {}\n", "", category.value, category.meaning);
    }
    if (!output.nan_meaning.empty()) std::cout << fmt::format("  {:<28} NaN: {}\n", "", output.nan_meaning);
    if (output.error != ErrorKind::none) {
      std::cout << fmt::format("  {:<28} with its {} error, {}_error\n", "", error_text(output.error), output.name);
    }
  }
}

Json json_of(const Input& input) {
  Json json{{"name", input.name},   {"symbol", input.symbol},       {"unit", input.unit},
            {"meaning", input.doc}, {"domain", domain_text(input)}, {"required", !input.fallback.has_value()}};
  if (input.fallback) json["default"] = default_text(input);
  json["extendable"] = input.extendable;
  json["continued"] = input.continued;
  return json;
}

Json json_of(const Output& output) {
  Json json{{"name", output.name},   {"symbol", output.symbol}, {"unit", output.unit},
            {"meaning", output.doc}, {"dims", output.dims},     {"error", error_text(output.error)}};
  if (!output.nan_meaning.empty()) json["nan"] = output.nan_meaning;
  for (const Category& category : output.categories) {
    json["categories"].push_back({{"value", category.value}, {"meaning", category.meaning}});
  }
  return json;
}

Json json_of(const Schema& schema) {
  Json json{{"model", schema.model},       {"solver", schema.solver},           {"version", schema.version},
            {"meaning", schema.doc},       {"model_meaning", schema.model_doc}, {"paper", schema.reference},
            {"parameters", Json::array()}, {"observables", Json::array()}};
  for (const Input& input : schema.inputs) json["parameters"].push_back(json_of(input));
  for (const Output& output : schema.outputs) json["observables"].push_back(json_of(output));
  return json;
}

/// The schemas of a model and solver; empty names mean all.
std::vector<const Schema*> select(Registry registry, const std::string& model, const std::string& solver) {
  std::vector<const Schema*> found;
  std::vector<std::string> models;
  std::vector<std::string> solvers;
  for (const SolverEntry& entry : registry) {
    models.push_back(entry.schema.model);
    if (!model.empty() && entry.schema.model != model) continue;
    solvers.push_back(entry.schema.solver);
    if (solver.empty() || entry.schema.solver == solver) found.push_back(&entry.schema);
  }
  models.erase(std::ranges::unique(models).begin(), models.end());
  if (solvers.empty()) throw UserError(fmt::format("no model '{}'{}", model, suggestion(model, models)));
  if (found.empty()) {
    throw UserError(fmt::format("model {} has no solver '{}'{}", model, solver, suggestion(solver, solvers)));
  }
  return found;
}

void print_list(const std::vector<const Schema*>& schemas) {
  std::string model;
  for (const Schema* schema : schemas) {
    if (schema->model != model) std::cout << fmt::format("{}\n  {}\n", schema->model, schema->model_doc);
    model = schema->model;
    std::cout << fmt::format("  {:<28} {}\n", schema->solver, schema->doc);
  }
}

}  // namespace

ExitCode models_verb(const Arguments& arguments, Registry registry) {
  CommandLine line{.synopsis = "glasscape models [MODEL [SOLVER]] [--json]",
                   .about =
                       "What can be computed: models, their solvers, every parameter and every observable.\n"
                       "  glasscape models spiked_matrix_tensor state_evolution\n",
                   .options = boost::program_options::options_description("options"),
                   .positional = "name",
                   .positional_count = 2};
  line.options.add_options()("json", "as JSON");
  const auto given = line.parse(arguments);
  if (!given) return ExitCode::complete;
  Arguments names = given->count("name") > 0 ? (*given)["name"].as<Arguments>() : Arguments{};
  names.resize(2);
  const auto schemas = select(registry, names[0], names[1]);
  if (given->count("json") > 0) {
    Json json = Json::array();
    for (const Schema* schema : schemas) json.push_back(json_of(*schema));
    std::cout << json.dump(2) << '\n';
  } else if (names[1].empty()) {
    print_list(schemas);
  } else {
    print_solver(*schemas.front());
  }
  return ExitCode::complete;
}

}  // namespace glasscape::app
