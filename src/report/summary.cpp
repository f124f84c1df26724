#include "glasscape/report/summary.hpp"

#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "glasscape/core/errors.hpp"
#include "glasscape/core/number.hpp"
#include "glasscape/core/suggest.hpp"

namespace glasscape::report {

using store::ResultFile;
using store::Variable;

namespace {

/// Columns padded to the widest entry; padding counts code points, so that "Δ₂" is two wide.
class Columns {
 public:
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  void write(std::ostream& out) const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
      widths.resize(std::max(widths.size(), row.size()));
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
    }
    for (const auto& row : rows_) {
      std::string line = " ";
      for (std::size_t i = 0; i < row.size(); ++i) {
        line += " " + row[i] + std::string(widths[i] - width(row[i]) + 1, ' ');
      }
      fmt::print(out, "{}\n", line.substr(0, line.find_last_not_of(' ') + 1));
    }
  }

 private:
  static std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
  }

  std::vector<std::vector<std::string>> rows_;
};

std::string unit_text(const Variable& variable) {
  return variable.units.empty() || variable.units == "1" ? "" : "[" + variable.units + "]";
}

void write_origin(std::ostream& out, const ResultFile& file) {
  Columns table;
  for (const auto& [label, name] :
       {std::pair("model", "model"), std::pair("solver", "solver"), std::pair("solver version", "solver_version"),
        std::pair("reference", "reference"), std::pair("seed", "seed"), std::pair("glasscape", "glasscape_version"),
        std::pair("commit", "git_commit"), std::pair("created", "created")}) {
    const std::string value = file.attribute(name);
    if (!value.empty()) table.add({label, value});
  }
  fmt::print(out, "{}\n", file.path().string());
  table.write(out);
}

void add_parameters(Columns& table, const ResultFile& file) {
  std::istringstream lines(file.attribute("parameters"));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos) continue;
    const std::string name(trimmed(std::string_view(line).substr(0, equals)));
    // An axis is no fixed parameter, whatever its first value is.
    if (file.find(name) != nullptr && file.find(name)->is_coordinate()) continue;
    table.add({name, "= " + std::string(trimmed(std::string_view(line).substr(equals + 1)))});
  }
}

void write_parameters(std::ostream& out, const ResultFile& file) {
  if (file.attribute("parameters").empty()) return;
  fmt::print(out, "\nparameters\n");
  Columns table;
  add_parameters(table, file);
  table.write(out);
}

void write_coordinates(std::ostream& out, const ResultFile& file, bool axes) {
  Columns table;
  bool any = false;
  for (const Variable& variable : file.variables()) {
    const bool is_axis = std::ranges::find(file.axes(), variable.name) != file.axes().end();
    if (!variable.is_coordinate() || store::is_bookkeeping(variable.name) || is_axis != axes) continue;
    table.add({variable.name, variable.symbol, describe_values(variable, file.read(variable)), unit_text(variable),
               variable.long_name});
    any = true;
  }
  if (!any) return;
  fmt::print(out, "\n{}\n", axes ? "axes of the grid" : "own dimensions of observables");
  table.write(out);
}

void write_observables(std::ostream& out, const ResultFile& file) {
  fmt::print(out, "\nobservables\n");
  Columns table;
  for (const Variable* variable : file.observables()) {
    const auto own = own_dimensions(file, *variable);
    std::vector<std::string> meanings;
    for (const Category& category : variable->categories) {
      meanings.push_back(fmt::format("{} {}", category.value, category.meaning));
    }
    std::string text = variable->long_name;
    if (!meanings.empty()) text += fmt::format(" ({})", fmt::join(meanings, ", "));
    if (file.error_of(*variable) != nullptr) text += "; with error";
    table.add({variable->name, variable->symbol, own.empty() ? "" : fmt::format("({})", fmt::join(own, ", ")),
               unit_text(*variable), text});
  }
  table.write(out);
}

void write_status(std::ostream& out, const ResultFile& file) {
  const Variable& status = file.variable(store::field_name::status);
  const std::vector<double> values = file.read(status);
  std::vector<std::string> counts;
  for (const Category& category : status.categories) {
    const auto count = std::ranges::count(values, static_cast<double>(category.value));
    if (count > 0) counts.push_back(fmt::format("{} {}", count, category.meaning));
  }
  fmt::print(out, "\n{} point{}: {}\n", file.rows(), file.rows() == 1 ? "" : "s", fmt::join(counts, ", "));
}

std::string number_text(const Variable& variable, double value) {
  if (!variable.categories.empty() && value < 0) return "none";
  return coordinate_text(variable, value);
}

/// An observable with own dimensions: one line an entry.
void write_own_table(std::ostream& out, const ResultFile& file, const Variable& variable, const Fixed& fixed) {
  const std::vector<std::string> own = own_dimensions(file, variable);
  const std::vector<double> values = read_slice(file, variable, own, fixed);
  const Variable* error = file.error_of(variable);
  const std::vector<double> errors = error ? read_slice(file, *error, own, fixed) : std::vector<double>();
  std::vector<std::vector<double>> coordinates;
  for (const std::string& name : own) coordinates.push_back(file.read(dimension(file, name)));
  Columns table;
  std::vector<std::string> head = own;
  head.push_back(variable.name);
  if (error != nullptr) head.push_back("error");
  table.add(head);
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::vector<std::string> row(own.size());
    std::size_t rest = i;
    for (std::size_t j = own.size(); j-- > 0; rest /= coordinates[j].size()) {
      row[j] = coordinate_text(dimension(file, own[j]), coordinates[j][rest % coordinates[j].size()]);
    }
    row.push_back(number_text(variable, values[i]));
    if (error != nullptr) row.push_back(format_number(errors[i]));
    table.add(std::move(row));
  }
  fmt::print(out, "\n{} {}\n", variable.long_name.empty() ? variable.name : variable.long_name, unit_text(variable));
  table.write(out);
}

/// Position of the point in the grid; an error where `fixed` leaves an axis open or names no axis.
store::Slab row_of(const ResultFile& file, const Fixed& fixed) {
  for (const auto& [name, value] : fixed) {
    if (std::ranges::find(file.axes(), name) != file.axes().end()) continue;
    throw UserError(fmt::format("--at {}={}: {} has no axis '{}'{}", name, value, file.path().string(), name,
                                suggestion(name, file.axes())));
  }
  store::Slab row;
  for (const std::string& name : file.axes()) {
    const Variable& coordinate = dimension(file, name);
    const std::vector<double> values = file.read(coordinate);
    const auto value = fixed.find(name);
    if (value == fixed.end() && values.size() > 1) {
      throw UserError(fmt::format("{}: one point needs a value of {} too ({}): --at {}=VALUE", file.path().string(),
                                  name, describe_values(coordinate, values), name));
    }
    row.start.push_back(value == fixed.end() ? 0 : position_of(coordinate, values, value->second));
    row.count.push_back(1);
  }
  return row;
}

}  // namespace

void write_summary(std::ostream& out, const ResultFile& file) {
  write_origin(out, file);
  write_parameters(out, file);
  write_coordinates(out, file, true);
  write_coordinates(out, file, false);
  write_observables(out, file);
  write_status(out, file);
}

void write_point(std::ostream& out, const ResultFile& file, const Fixed& fixed) {
  const store::Slab row = row_of(file, fixed);
  Columns parameters;
  for (std::size_t i = 0; i < file.axes().size(); ++i) {
    const Variable& coordinate = dimension(file, file.axes()[i]);
    parameters.add({coordinate.name, "= " + coordinate_text(coordinate, file.read(coordinate)[row.start[i]])});
  }
  add_parameters(parameters, file);
  parameters.write(out);
  const Variable& status = file.variable(store::field_name::status);
  const std::string message = file.read_messages(row).front();
  fmt::print(out, "\nstatus: {}{}\n\n", number_text(status, file.read(status, row)[0]),
             message.empty() ? "" : " (" + message + ")");
  Columns scalars;
  for (const Variable* variable : file.observables()) {
    if (!own_dimensions(file, *variable).empty()) continue;
    std::string value = number_text(*variable, file.read(*variable, row)[0]);
    if (const Variable* error = file.error_of(*variable)) {
      value += " ± " + fmt::format("{:.2g}", file.read(*error, row)[0]);
    }
    scalars.add({variable->name, "= " + value, unit_text(*variable), variable->long_name});
  }
  scalars.write(out);
  for (const Variable* variable : file.observables()) {
    if (!own_dimensions(file, *variable).empty()) write_own_table(out, file, *variable, fixed);
  }
}

}  // namespace glasscape::report
