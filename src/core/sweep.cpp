#include "glasscape/core/sweep.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <set>

#include "glasscape/core/duration.hpp"
#include "glasscape/core/errors.hpp"
#include "glasscape/core/number.hpp"
#include "glasscape/core/suggest.hpp"
#include "glasscape/core/sweep_file.hpp"
#include "refine_section.hpp"
#include "rules.hpp"

namespace glasscape {

namespace {

using Problems = std::vector<std::string>;

template <class Range, class Projection>
std::vector<std::string> names_of(const Range& range, Projection projection) {
  std::vector<std::string> names;
  for (const auto& element : range) {
    const std::string name = std::invoke(projection, element);
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

/// Reads the entries section by section; every complaint is kept.
class SweepReader {
 public:
  SweepReader(std::vector<SweepEntry> entries, std::string file, Problems problems, Registry registry)
      : entries_(std::move(entries)), file_(std::move(file)), problems_(std::move(problems)), registry_(registry) {}

  Sweep read() {
    check_sections();
    const SolverEntry* solver = find_solver();
    if (solver == nullptr) throw UserError(problems_);
    Parameters fixed(solver->schema);
    std::vector<Axis> axes = read_axes(solver->schema);
    read_parameters(solver->schema, fixed);
    settle_bounded_lists(solver->schema, fixed, axes);
    check_complete(solver->schema, axes);
    const auto seed = read_seed();
    const RunOptions run = read_run(solver->schema);
    check_size(axes);
    const auto refine = read_refine_section(entries_, solver->schema, axes, problems_);
    if (!problems_.empty()) throw UserError(problems_);
    ParameterSpace space(solver->schema, std::move(fixed), std::move(axes));
    check_rules(entries_, file_, space, problems_);
    if (!problems_.empty()) throw UserError(problems_);
    Shape shape(solver->schema, space.fixed());
    return {.solver = solver,
            .space = std::move(space),
            .shape = std::move(shape),
            .seed = seed,
            .output = output(),
            .run = run,
            .refine = refine,
            .file = file_,
            .text = {},
            .overrides = {}};
  }

 private:
  template <class... Values>
  void complain(const SweepEntry& entry, fmt::format_string<Values...> what, Values&&... values) {
    problems_.push_back(entry.place() + ": " + fmt::format(what, std::forward<Values>(values)...));
  }

  /// The keys and values of a section.
  std::vector<const SweepEntry*> section(std::string_view name) const {
    std::vector<const SweepEntry*> found;
    for (const SweepEntry& entry : entries_) {
      if (entry.section == name && !entry.key.empty()) found.push_back(&entry);
    }
    return found;
  }

  const SweepEntry* find(std::string_view section_name, std::string_view key) const {
    const auto found = std::ranges::find_if(
        entries_, [&](const SweepEntry& entry) { return entry.section == section_name && entry.key == key; });
    return found == entries_.end() ? nullptr : &*found;
  }

  void check_sections() {
    const std::vector<std::string> sections{"sweep", "grid", "parameters", "run", "refine"};
    const std::vector<std::string> sweep_keys{"model", "solver", "seed", "output"};
    const std::vector<std::string> run_keys{"point_timeout", "checkpoint_interval", "keep_state", "ranks_per_point",
                                            "hang_warning"};
    std::set<std::string> reported;
    for (const SweepEntry& entry : entries_) {
      if (std::ranges::find(sections, entry.section) == sections.end() && reported.insert(entry.section).second) {
        problems_.push_back(
            fmt::format("{}: unknown section [{}]{}", entry.where, entry.section, suggestion(entry.section, sections)));
      }
    }
    check_keys("sweep", sweep_keys);
    check_keys("run", run_keys);
    check_keys("refine", refine_keys());
  }

  void check_keys(std::string_view name, const std::vector<std::string>& allowed) {
    for (const SweepEntry* entry : section(name)) {
      if (std::ranges::find(allowed, entry->key) == allowed.end()) {
        complain(*entry, "unknown key '{}'{}", entry->key, suggestion(entry->key, allowed));
      }
    }
  }

  const SolverEntry* find_solver() {
    const SweepEntry* model = required_name("model");
    const SweepEntry* solver = required_name("solver");
    if (model == nullptr) return nullptr;
    const auto models = names_of(registry_, [](const SolverEntry& entry) { return entry.schema.model; });
    if (std::ranges::find(models, model->value) == models.end()) {
      complain(*model, "unknown model{}", suggestion(model->value, models));
      return nullptr;
    }
    if (solver == nullptr) return nullptr;
    std::vector<std::string> solvers;
    for (const SolverEntry& entry : registry_) {
      if (entry.schema.model != model->value) continue;
      if (entry.schema.solver == solver->value) return &entry;
      solvers.push_back(entry.schema.solver);
    }
    complain(*solver, "model {} has no such solver{}", model->value, suggestion(solver->value, solvers));
    return nullptr;
  }

  const SweepEntry* required_name(std::string_view key) {
    const SweepEntry* entry = find("sweep", key);
    if (entry == nullptr || entry->value.empty()) {
      problems_.push_back(fmt::format("{}: [sweep] {} is missing", file_, key));
      return nullptr;
    }
    return entry;
  }

  std::vector<Axis> read_axes(const Schema& schema) {
    std::vector<Axis> axes;
    for (const SweepEntry* entry : section("grid")) {
      const Input* input = find_input(schema, *entry);
      if (input == nullptr) continue;
      if (find("parameters", entry->key) != nullptr) {
        complain(*entry, "'{}' is both an axis and a parameter: keep one of the two", entry->key);
      }
      if (!may_be_axis(schema, *input, *entry)) continue;
      const auto values = read_values(*input, *entry);
      if (!values) continue;
      check_axis(*input, *values, *entry);
      axes.push_back({schema.input_position(input->name), *values});
    }
    return axes;
  }

  bool may_be_axis(const Schema& schema, const Input& input, const SweepEntry& entry) {
    if (input.kind == Kind::list) {
      complain(entry, "'{}' is a list and belongs into [parameters]", entry.key);
      return false;
    }
    const auto dimension = std::ranges::find(schema.dimensions, input.name, &Dimension::from);
    if (dimension != schema.dimensions.end()) {
      complain(entry, "'{}' sets the dimension {} of the observables and cannot be an axis", entry.key,
               dimension->name);
      return false;
    }
    return true;
  }

  void check_axis(const Input& input, const std::vector<double>& values, const SweepEntry& entry) {
    if (values.empty()) complain(entry, "an axis needs at least one value");
    check_coordinate(input, values, entry);
  }

  void check_coordinate(const Input& input, std::vector<double> values, const SweepEntry& entry) {
    std::ranges::sort(values);
    const auto twice = std::ranges::adjacent_find(values);
    if (twice != values.end()) complain(entry, "the value {} stands twice", value_text(input, *twice));
  }

  void read_parameters(const Schema& schema, Parameters& fixed) {
    for (const SweepEntry* entry : section("parameters")) {
      const Input* input = find_input(schema, *entry);
      if (input == nullptr) continue;
      const auto values = read_values(*input, *entry);
      if (!values) continue;
      const std::size_t position = schema.input_position(input->name);
      if (input->kind == Kind::list) {
        check_coordinate(*input, *values, *entry);
        fixed.set_list(position, *values);
      } else if (values->size() != 1) {
        complain(*entry, "one value is needed{}", values->empty() ? "" : "; several make an axis: write it in [grid]");
      } else {
        fixed.set_scalar(position, values->front());
      }
    }
  }

  /// Lists bounded by another parameter: an empty one is filled, numbers beyond are errors.
  void settle_bounded_lists(const Schema& schema, Parameters& fixed, const std::vector<Axis>& axes) {
    for (const Input& input : schema.inputs) {
      if (!input.bound) continue;
      const std::size_t position = schema.input_position(input.name);
      const double bound = largest_value(schema.input_position(input.bound->parameter), fixed, axes);
      if (fixed.list(position).empty() && input.bound->when_empty) {
        fixed.set_list(position, input.bound->when_empty(bound));
      } else if (const SweepEntry* entry = find("parameters", input.name)) {
        for (const double value : fixed.list(position)) {
          if (value <= bound) continue;
          complain(*entry, "{} is beyond {} = {}", format_number(value), input.bound->parameter, format_number(bound));
        }
      }
    }
  }

  static double largest_value(std::size_t input, const Parameters& fixed, const std::vector<Axis>& axes) {
    const auto axis = std::ranges::find(axes, input, &Axis::input);
    return axis == axes.end() || axis->values.empty() ? fixed.scalar(input) : std::ranges::max(axis->values);
  }

  const Input* find_input(const Schema& schema, const SweepEntry& entry) {
    if (const Input* input = schema.find_input(entry.key)) return input;
    if (std::ranges::find(schema.solved_for, entry.key) != schema.solved_for.end()) {
      complain(entry, "solver {} computes {}: do not give it", schema.solver, entry.key);
      return nullptr;
    }
    for (const SolverEntry& other : registry_) {
      if (other.schema.model == schema.model && other.schema.find_input(entry.key) != nullptr) {
        complain(entry, "solver {} has no parameter '{}'; solver {} has", schema.solver, entry.key,
                 other.schema.solver);
        return nullptr;
      }
    }
    const auto names = names_of(schema.inputs, &Input::name);
    complain(entry, "unknown parameter '{}'{}", entry.key, suggestion(entry.key, names));
    return nullptr;
  }

  /// The values of an axis, list or parameter, each in its domain.
  std::optional<std::vector<double>> read_values(const Input& input, const SweepEntry& entry) {
    if (input.kind == Kind::choice) return read_choices(input, entry);
    try {
      std::vector<double> values = parse_numbers(entry.value);
      for (const double value : values) {
        if (!check_value(input, value, entry)) return std::nullopt;
      }
      return values;
    } catch (const std::invalid_argument& error) {
      complain(entry, "{}; {}", error.what(), allowed(input));
      return std::nullopt;
    }
  }

  std::optional<std::vector<double>> read_choices(const Input& input, const SweepEntry& entry) {
    std::vector<double> values;
    std::string_view rest = entry.value;
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      const std::string word(trimmed(rest.substr(0, comma)));
      const auto found = std::ranges::find(input.choices, word);
      if (found == input.choices.end()) {
        complain(entry, "'{}' is none of {}{}", word, fmt::join(input.choices, ", "), other_solver(input));
        return std::nullopt;
      }
      values.push_back(static_cast<double>(found - input.choices.begin()));
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    }
    return values;
  }

  bool check_value(const Input& input, double value, const SweepEntry& entry) {
    if ((input.kind == Kind::integer || input.whole) && value != std::floor(value)) {
      complain(entry, "{} is not a whole number; {}", format_number(value), allowed(input));
      return false;
    }
    if (input.domain.contains(value)) return true;
    complain(entry, "{} is not allowed; {}{}", format_number(value), allowed(input), other_solver(input));
    return false;
  }

  static std::string other_solver(const Input& input) {
    return input.elsewhere.empty() ? "" : fmt::format("; solver {} treats other values", input.elsewhere);
  }

  static std::string allowed(const Input& input) {
    const std::string what = input.kind == Kind::integer || input.whole ? "a whole number" : "a number";
    if (input.domain.lower == input.domain.upper) return fmt::format("only {} is allowed", input.domain.text());
    return fmt::format("allowed: {} in {}", what, input.domain.text());
  }

  void check_complete(const Schema& schema, const std::vector<Axis>& axes) {
    for (std::size_t i = 0; i < schema.inputs.size(); ++i) {
      const Input& input = schema.inputs[i];
      const bool given = std::ranges::find(axes, i, &Axis::input) != axes.end() ||
                         find("parameters", input.name) != nullptr || find("grid", input.name) != nullptr;
      if (given || input.fallback) continue;
      problems_.push_back(fmt::format("{}: '{}' ({}) is missing: give it in [grid] or [parameters]; {}", file_,
                                      input.name, input.doc, allowed(input)));
    }
  }

  std::uint64_t read_seed() {
    const SweepEntry* entry = find("sweep", "seed");
    if (entry == nullptr) return 1;
    const auto value = parse_number(entry->value);
    if (!value || *value < 0 || *value != std::floor(*value) || *value > 0x1p53) {
      complain(*entry, "the seed is a whole number from 0 to 2^53");
      return 1;
    }
    return static_cast<std::uint64_t>(*value);
  }

  RunOptions read_run(const Schema& schema) {
    RunOptions run;
    read_seconds("point_timeout", run.point_timeout);
    read_seconds("checkpoint_interval", run.checkpoint_interval);
    read_seconds("hang_warning", run.hang_warning);
    read_team(schema, run.ranks_per_point);
    if (const SweepEntry* entry = find("run", "keep_state")) {
      run.keep_state = entry->value == "true";
      if (!run.keep_state && entry->value != "false") complain(*entry, "allowed: true | false");
    }
    return run;
  }

  void read_team(const Schema& schema, int& ranks) {
    const SweepEntry* entry = find("run", "ranks_per_point");
    if (entry == nullptr) return;
    const auto given = parse_number(entry->value);
    if (!given || *given < 1 || *given != std::floor(*given)) {
      complain(*entry, "a whole number of ranks, at least 1");
    } else if (*given > schema.largest_team) {
      complain(*entry, "solver {} uses at most {} rank{} a point", schema.solver, schema.largest_team,
               schema.largest_team == 1 ? "" : "s");
    } else {
      ranks = static_cast<int>(*given);
    }
  }

  void read_seconds(std::string_view key, double& seconds) {
    const SweepEntry* entry = find("run", key);
    if (entry == nullptr) return;
    const auto given = parse_duration(entry->value);
    if (given && *given > 0) {
      seconds = *given;
    } else {
      complain(*entry, "not a time: write seconds or HH:MM:SS, more than 0");
    }
  }

  void check_size(const std::vector<Axis>& axes) {
    std::size_t size = 1;
    for (const Axis& axis : axes) {
      if (__builtin_mul_overflow(size, axis.values.size(), &size) || size > (std::size_t{1} << 40)) {
        problems_.push_back(fmt::format("{}: [grid] has more than 2^40 points", file_));
        return;
      }
    }
  }

  std::string output() const {
    const SweepEntry* entry = find("sweep", "output");
    if (entry != nullptr && !entry->value.empty()) return entry->value;
    return std::filesystem::path(file_).filename().replace_extension(".h5").string();
  }

  std::vector<SweepEntry> entries_;
  std::string file_;
  Problems problems_;
  Registry registry_;
};

}  // namespace

std::string Sweep::parameter_lines() const {
  std::string lines;
  const auto& inputs = space.schema().inputs;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!space.is_axis(i)) lines += fmt::format("{} = {}\n", inputs[i].name, space.fixed().text(i));
  }
  return lines;
}

bool Sweep::keeps_states(Outcome outcome) const {
  const bool has_replicas = solver->schema.find_input(replicas_name) != nullptr;
  return has_replicas || (run.keep_state && outcome != Outcome::failed);
}

std::string Sweep::refine_lines() const {
  if (!refine) return "";
  const Output& refined = space.schema().outputs[refine->output];
  std::vector<std::string> names;
  for (const std::size_t axis : refine->axes) names.push_back(space.input(space.axes()[axis]).name);
  const std::string contour =
      refined.categorical() ? "" : fmt::format("contour = {}\n", format_number(refine->contour));
  return fmt::format("observable = {}\n{}levels = {}\naxes = {}\n", refined.name, contour, refine->levels,
                     fmt::join(names, ", "));
}

Sweep read_sweep(std::string_view text, const std::string& file, const std::vector<std::string>& overrides,
                 Registry registry) {
  Problems problems;
  auto entries = read_entries(text, file, overrides, problems);
  Sweep sweep = SweepReader(std::move(entries), file, std::move(problems), registry).read();
  sweep.text = text;
  sweep.overrides = overrides;
  return sweep;
}

}  // namespace glasscape
