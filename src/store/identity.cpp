#include "glasscape/store/identity.hpp"

#include <fmt/chrono.h>
#include <fmt/ranges.h>

#include <ctime>
#include <map>
#include <sstream>

#include "glasscape/core/errors.hpp"
#include "glasscape/core/number.hpp"

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
    compare_axes();
    compare_parameters();
    compare_datasets();
  }

 private:
  void compare(const std::string& what, const std::string& in_file, const std::string& in_sweep) const {
    if (in_file == in_sweep) return;
    throw UserError(fmt::format(
        "{} belongs to another sweep: its {} is '{}', that of {} is '{}'; choose another output (-o) or --overwrite",
        file_.path().string(), what, in_file, sweep_.file, in_sweep));
  }

  void compare_axes() const {
    std::vector<std::string> names;
    for (const Axis& axis : sweep_.space.axes()) names.push_back(sweep_.space.input(axis).name);
    compare("list of axes", fmt::format("{}", fmt::join(file_.axes(), ", ")),
            fmt::format("{}", fmt::join(names, ", ")));
    for (const Axis& axis : sweep_.space.axes()) {
      const std::string& name = sweep_.space.input(axis).name;
      const auto values = file_.read(name);
      compare("number of values of axis " + name, fmt::format("{}", values.size()),
              fmt::format("{}", axis.values.size()));
      for (std::size_t i = 0; i < values.size(); ++i) {
        compare(fmt::format("value {} of axis {}", i + 1, name), format_number(values[i]),
                format_number(axis.values[i]));
      }
    }
  }

  void compare_parameters() const {
    const auto in_file = read_lines(file_.attribute("parameters"));
    const auto in_sweep = read_lines(sweep_.parameter_lines());
    for (const auto& [name, value] : in_sweep) {
      const auto found = in_file.find(name);
      compare("parameter " + name, found == in_file.end() ? "not there" : found->second, value);
    }
    for (const auto& [name, value] : in_file) {
      if (!in_sweep.contains(name)) compare("parameter " + name, value, "not there");
    }
  }

  void compare_datasets() const {
    for (const Field& field : Layout(sweep_.space, sweep_.shape).fields) {
      const Variable* variable = file_.find(field.name);
      const std::size_t bytes = variable == nullptr ? 0 : variable->size() * size_of(variable->type);
      compare("size of dataset " + field.name, fmt::format("{} bytes", bytes),
              fmt::format("{} bytes", field.row_bytes() * file_.rows()));
    }
  }

  const ResultFile& file_;
  const Sweep& sweep_;
};

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

}  // namespace glasscape::store
