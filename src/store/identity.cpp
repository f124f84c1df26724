#include "glasscape/store/identity.hpp"

#include <fmt/chrono.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <sstream>

#include "glasscape/core/errors.hpp"
#include "glasscape/core/number.hpp"
#include "glasscape/store/layout.hpp"

namespace glasscape::store {

namespace {

constexpr const char* format_version = "1";

/// Name → value of lines "name = value".
std::map<std::string, std::string> read_lines(const std::string& text) {
  std::map<std::string, std::string> values;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    const auto equals = line.find('=');
    if (equals != std::string::npos) {
      values[std::string(trimmed(line.substr(0, equals)))] = trimmed(line.substr(equals + 1));
    }
  }
  return values;
}

bool is_axis_of(const ResultFile& file, std::string_view name) {
  return std::ranges::find(file.axes(), name) != file.axes().end();
}

/// What differs between file and sweep and makes them different sweeps, whatever the grid.
class Comparison {
 public:
  Comparison(const ResultFile& file, const Sweep& sweep) : file_(file), sweep_(sweep) {}

  void run() const {
    const Schema& schema = sweep_.solver->schema;
    compare("model", file_.attribute("model"), schema.model);
    compare("solver", file_.attribute("solver"), schema.solver);
    compare("version of the solver", file_.attribute("solver_version"), fmt::format("{}", schema.version));
    compare("format of the file", file_.attribute("format_version"), format_version);
    compare("seed", file_.attribute("seed"), fmt::format("{}", sweep_.seed));
    compare("ranks_per_point", file_.attribute("ranks_per_point"), fmt::format("{}", sweep_.run.ranks_per_point));
    compare_parameters();
  }

 private:
  void compare(const std::string& what, const std::string& in_file, const std::string& in_sweep) const {
    if (in_file == in_sweep) return;
    throw UserError(fmt::format(
        "{} belongs to another sweep: its {} is '{}', that of {} is '{}'; choose another output (-o) or --overwrite",
        file_.path().string(), what, in_file, sweep_.file, in_sweep));
  }

  /// Axes may come and go, extendable parameters grow: see Extension. All others are the same in both, or are an axis
  /// in one of them.
  void compare_parameters() const {
    const auto in_file = read_lines(file_.attribute("parameters"));
    const auto& inputs = sweep_.space.schema().inputs;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const std::string& name = inputs[i].name;
      const bool was_axis = is_axis_of(file_, name);
      if (inputs[i].extendable) {
        compare("kind of " + name, was_axis ? "axis" : "parameter", sweep_.space.is_axis(i) ? "axis" : "parameter");
      } else if (!was_axis) {
        const auto found = in_file.find(name);
        if (found == in_file.end()) compare("parameter " + name, "not there", "there");
        if (!sweep_.space.is_axis(i)) compare("parameter " + name, found->second, sweep_.space.fixed().text(i));
      }
    }
    for (const std::string& name : file_.axes()) {
      if (sweep_.space.schema().find_input(name) == nullptr) compare("axis " + name, "there", "not there");
    }
    for (const auto& [name, value] : in_file) {
      if (sweep_.space.schema().find_input(name) == nullptr) compare("parameter " + name, value, "not there");
    }
  }

  const ResultFile& file_;
  const Sweep& sweep_;
};

/// The file holds the rows that it says it was made for.
void check_datasets(const ResultFile& file, const ParameterSpace& space) {
  for (const Field& field : Layout(space, Shape(space.schema(), space.fixed())).fields) {
    const Variable* variable = file.find(field.name);
    const std::size_t bytes = variable == nullptr ? 0 : variable->size() * size_of(variable->type);
    if (bytes == field.row_bytes() * space.size()) continue;
    throw UserError(fmt::format("{}: damaged: dataset {} has {} bytes instead of {}", file.path().string(), field.name,
                                bytes, field.row_bytes() * space.size()));
  }
}

}  // namespace

RootAttributes root_attributes(const Sweep& sweep, const Versions& versions) {
  const Schema& schema = sweep.solver->schema;
  RootAttributes attributes{
      {"Conventions", "CF-1.8"},
      {"format_version", format_version},
      {"model", schema.model},
      {"solver", schema.solver},
      {"solver_version", fmt::format("{}", schema.version)},
      {"reference", schema.reference},
      {"parameters", sweep.parameter_lines()},
      {"refine", sweep.refine_lines()},
      {"sweep_file", sweep.text},
      {"overrides", fmt::format("{}", fmt::join(sweep.overrides, "\n"))},
      {"seed", fmt::format("{}", sweep.seed)},
      {"ranks_per_point", fmt::format("{}", sweep.run.ranks_per_point)},
      {"created", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)))},
  };
  attributes.insert(attributes.begin() + 1, versions.begin(), versions.end());
  return attributes;
}

void check_same_sweep(const ResultFile& file, const Sweep& sweep) { Comparison(file, sweep).run(); }

ParameterSpace space_of(const ResultFile& file, const Schema& schema) {
  Parameters fixed(schema);
  const auto lines = read_lines(file.attribute("parameters"));
  for (std::size_t i = 0; i < schema.inputs.size(); ++i) {
    const auto line = lines.find(schema.inputs[i].name);
    if (line != lines.end()) fixed.set_from_text(i, line->second);
  }
  std::vector<Axis> axes;
  for (const std::string& name : file.axes()) axes.push_back({schema.input_position(name), file.read(name)});
  ParameterSpace space(schema, std::move(fixed), std::move(axes));
  check_datasets(file, space);
  return space;
}

}  // namespace glasscape::store
