#include "glasscape/report/selection.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "glasscape/core/errors.hpp"
#include "glasscape/core/number.hpp"
#include "glasscape/core/suggest.hpp"
#include "glasscape/report/figure.hpp"

namespace glasscape::report {

using store::ResultFile;
using store::Variable;

namespace {

std::vector<std::string> dimension_names(const ResultFile& file) {
  std::vector<std::string> names;
  for (const Variable& variable : file.variables()) {
    if (variable.is_coordinate() && !store::is_bookkeeping(variable.name)) names.push_back(variable.name);
  }
  return names;
}

[[noreturn]] void complain_open(const ResultFile& file, const Variable& variable, const std::string& name) {
  const Variable& coordinate = dimension(file, name);
  throw UserError(fmt::format("{}: {} depends on {} too ({}); fix it with --at {}=VALUE", file.path().string(),
                              variable.name, name, describe_values(coordinate, file.read(coordinate)), name));
}

/// Where the slice's hyperslab starts and how far it reaches, a dimension of the variable each.
store::Slab slab_of(const ResultFile& file, const Variable& variable, const std::vector<std::string>& over,
                    const Fixed& fixed) {
  store::Slab slab;
  for (std::size_t i = 0; i < variable.dims.size(); ++i) {
    const std::string& name = variable.dims[i];
    const bool whole = std::ranges::find(over, name) != over.end();
    const auto value = fixed.find(name);
    if (!whole && value == fixed.end() && variable.shape[i] > 1) complain_open(file, variable, name);
    const Variable& coordinate = dimension(file, name);
    slab.start.push_back(whole || value == fixed.end() ? 0
                                                       : position_of(coordinate, file.read(coordinate), value->second));
    slab.count.push_back(whole ? variable.shape[i] : 1);
  }
  return slab;
}

}  // namespace

Fixed parse_at(const std::vector<std::string>& arguments) {
  Fixed fixed;
  for (const std::string& argument : arguments) {
    std::istringstream stream(argument);
    for (std::string part; std::getline(stream, part, ',');) {
      const std::size_t equals = part.find('=');
      const std::string name(trimmed(part.substr(0, equals)));
      const std::string value(equals == std::string::npos ? "" : trimmed(std::string_view(part).substr(equals + 1)));
      if (name.empty() || value.empty()) {
        throw UserError(fmt::format("--at {}: wants NAME=VALUE[,NAME=VALUE]...", argument));
      }
      if (!fixed.emplace(name, value).second) throw UserError(fmt::format("--at: {} is given twice", name));
    }
  }
  return fixed;
}

void check_fixed(const Fixed& fixed, const std::vector<const ResultFile*>& files) {
  std::vector<std::string> names;
  for (const ResultFile* file : files) {
    for (const std::string& name : dimension_names(*file)) names.push_back(name);
  }
  for (const auto& [name, value] : fixed) {
    if (std::ranges::find(names, name) != names.end()) continue;
    throw UserError(fmt::format("--at {}={}: {} has no dimension '{}'{}", name, value, files.front()->path().string(),
                                name, suggestion(name, dimension_names(*files.front()))));
  }
}

const Variable& dimension(const ResultFile& file, std::string_view name) {
  const std::vector<std::string> names = dimension_names(file);
  if (std::ranges::find(names, name) != names.end()) return file.variable(name);
  throw UserError(fmt::format("{}: has no dimension '{}'{}", file.path().string(), name, suggestion(name, names)));
}

const Variable& number_variable(const ResultFile& file, std::string_view name) {
  std::vector<std::string> names;
  for (const Variable& variable : file.variables()) {
    const bool is_number = variable.type != store::Type::character && variable.type != store::Type::uint64;
    if (is_number && !variable.is_coordinate()) names.push_back(variable.name);
  }
  if (std::ranges::find(names, name) != names.end()) return file.variable(name);
  const bool exists = file.find(name) != nullptr;
  std::erase_if(names, [&](const std::string& other) { return other.ends_with("_error"); });
  throw UserError(fmt::format(
      "{}: {}", file.path().string(),
      exists ? fmt::format("'{}' is a coordinate or no number; observables: {}", name, fmt::join(names, ", "))
             : fmt::format("holds no observable '{}'{}", name, suggestion(name, names))));
}

std::vector<std::string> own_dimensions(const ResultFile& file, const Variable& variable) {
  std::vector<std::string> own;
  for (const std::string& name : variable.dims) {
    if (std::ranges::find(file.axes(), name) == file.axes().end()) own.push_back(name);
  }
  return own;
}

std::vector<std::string> open_dimensions(const Variable& variable, const Fixed& fixed) {
  std::vector<std::string> open;
  for (std::size_t i = 0; i < variable.dims.size(); ++i) {
    if (variable.shape[i] > 1 && !fixed.contains(variable.dims[i])) open.push_back(variable.dims[i]);
  }
  return open;
}

std::vector<double> read_slice(const ResultFile& file, const Variable& variable, const std::vector<std::string>& over,
                               const Fixed& fixed) {
  const store::Slab slab = slab_of(file, variable, over, fixed);
  const std::vector<double> values = file.read(variable, slab);
  std::vector<std::size_t> shape(over.size());
  std::vector<std::size_t> strides(over.size(), 0);  // in `values`; zero repeats
  for (std::size_t j = 0; j < over.size(); ++j) {
    shape[j] = dimension(file, over[j]).size();
    std::size_t stride = 1;
    for (std::size_t i = variable.dims.size(); i-- > 0; stride *= slab.count[i]) {
      if (variable.dims[i] == over[j]) strides[j] = stride;
    }
  }
  std::size_t size = 1;
  for (const std::size_t extent : shape) size *= extent;
  std::vector<double> slice(size);
  for (std::size_t i = 0; i < size; ++i) {
    std::size_t rest = i;
    std::size_t place = 0;
    for (std::size_t j = over.size(); j-- > 0; rest /= shape[j]) place += rest % shape[j] * strides[j];
    slice[i] = values[place];
  }
  return slice;
}

std::string coordinate_text(const Variable& coordinate, double value) {
  for (const Category& category : coordinate.categories) {
    if (category.value == value) return category.meaning;
  }
  return format_number(value);
}

std::string printed_coordinate(const Variable& coordinate, double value) {
  const std::string name = coordinate.symbol.empty() ? plain(coordinate.name) : coordinate.symbol;
  const bool has_unit = !coordinate.units.empty() && coordinate.units != "1";
  const std::string text = coordinate.categories.empty() ? printed_number(value) : coordinate_text(coordinate, value);
  return fmt::format("{} = {}{}{}", name, plain(text), has_unit ? " " : "", has_unit ? plain(coordinate.units) : "");
}

std::string describe_values(const Variable& coordinate, const std::vector<double>& values) {
  std::vector<std::string> texts;
  if (values.size() <= 8) {
    for (const double value : values) texts.push_back(coordinate_text(coordinate, value));
    return fmt::format("{}", fmt::join(texts, ", "));
  }
  const auto [lowest, highest] = std::ranges::minmax_element(values);
  return fmt::format("{} to {}, {} values", format_number(*lowest), format_number(*highest), values.size());
}

}  // namespace glasscape::report
