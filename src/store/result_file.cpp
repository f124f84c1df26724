#include "glasscape/store/result_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

#include "glasscape/core/errors.hpp"
#include "glasscape/core/number.hpp"
#include "glasscape/core/suggest.hpp"

namespace glasscape::store {

namespace hdf5 = wrap::hdf5;

namespace {

Type type_of(hid_t dataset) {
  const hdf5::Handle type(H5Dget_type(dataset), H5Tclose, "reading a type");
  switch (H5Tget_class(type)) {
    case H5T_FLOAT: return Type::float64;
    case H5T_STRING: return Type::character;
    default: break;
  }
  const std::size_t size = H5Tget_size(type);
  return size == 1 ? Type::int8 : size == 4 ? Type::int32 : Type::uint64;
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

std::vector<Category> categories_of(hid_t dataset) {
  const auto values = hdf5::read_int8_attribute(dataset, "flag_values");
  const auto meanings = words_of(hdf5::read_text_attribute(dataset, "flag_meanings").value_or(""));
  const auto colors = words_of(hdf5::read_text_attribute(dataset, "flag_colors").value_or(""));
  std::vector<Category> categories;
  for (std::size_t i = 0; i < std::min(values.size(), meanings.size()); ++i) {
    categories.push_back({values[i], meanings[i], i < colors.size() ? colors[i] : ""});
  }
  return categories;
}

hdf5::Handle open_or_explain(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) throw UserError(fmt::format("{}: no such file", path.string()));
  if (std::filesystem::is_directory(path)) throw UserError(fmt::format("{}: is a folder, not a file", path.string()));
  if (!std::filesystem::is_regular_file(path)) {
    throw UserError(fmt::format("{}: is a device or a pipe, not a file", path.string()));
  }
  try {
    return hdf5::open_file(path);
  } catch (const hdf5::Error& error) {
    throw UserError(fmt::format("{}: cannot be read as HDF5 (truncated, damaged or another kind of file): {}",
                                path.string(), error.what()));
  }
}

Slab whole(const std::vector<std::size_t>& shape) { return {std::vector<std::size_t>(shape.size(), 0), shape}; }

std::size_t size_of(const Slab& slab) {
  return std::accumulate(slab.count.begin(), slab.count.end(), std::size_t{1}, std::multiplies<>());
}

void read_slab(hid_t file, const std::string& name, hid_t type, const Slab& slab, void* values) {
  const hdf5::Handle dataset(H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose, "opening " + name);
  const std::vector<hsize_t> start(slab.start.begin(), slab.start.end());
  const std::vector<hsize_t> count(slab.count.begin(), slab.count.end());
  const hdf5::Handle memory = hdf5::make_space(count);
  const hdf5::Handle space(H5Dget_space(dataset), H5Sclose, "reading a dataspace");
  if (!count.empty()) {
    hdf5::check(H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr),
                "selecting a part of " + name);
  }
  hdf5::check(H5Dread(dataset, type, memory, space, H5P_DEFAULT, values), "reading " + name);
}

}  // namespace

std::size_t Variable::size() const {
  return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

std::string Variable::label() const {
  const std::string& what = symbol.empty() ? name : symbol;
  return units.empty() || units == "1" ? what : fmt::format("{} [{}]", what, units);
}

ResultFile::ResultFile(const std::filesystem::path& path) : path_(path), file_(open_or_explain(path)) {
  if (attribute("format_version").empty()) {
    throw UserError(fmt::format("{}: is HDF5, but no result of glasscape", path.string()));
  }
  try {
    for (const std::string& name : hdf5::dataset_names(file_)) variables_.push_back(describe(name));
    axes_ = variable(field_name::status).dims;
    rows_ = variable(field_name::status).size();
  } catch (const hdf5::Error& error) {
    throw UserError(fmt::format("{}: damaged: {}", path.string(), error.what()));
  }
}

Variable ResultFile::describe(const std::string& name) const {
  const hdf5::Handle dataset(H5Dopen2(file_, name.c_str(), H5P_DEFAULT), H5Dclose, "opening " + name);
  const auto text = [&](const char* attribute) { return hdf5::read_text_attribute(dataset, attribute).value_or(""); };
  const auto extents = hdf5::extents_of(dataset);
  return {.name = name,
          .long_name = text("long_name"),
          .units = text("units"),
          .symbol = text("symbol"),
          .along = text("along"),
          .nan_meaning = text("nan_meaning"),
          .dims = hdf5::dimension_names(dataset),
          .shape = {extents.begin(), extents.end()},
          .categories = categories_of(dataset),
          .type = type_of(dataset),
          .offset = name == field_name::message_dimension ? 0 : hdf5::raw_offset(dataset)};
}

const Variable* ResultFile::find(std::string_view name) const {
  const auto found = std::ranges::find(variables_, name, &Variable::name);
  return found == variables_.end() ? nullptr : &*found;
}

const Variable& ResultFile::variable(std::string_view name) const {
  if (const Variable* found = find(name)) return *found;
  std::vector<std::string> names;
  for (const Variable& variable : variables_) names.push_back(variable.name);
  throw UserError(fmt::format("{}: holds no '{}'{}", path_.string(), name, suggestion(name, names)));
}

std::vector<const Variable*> ResultFile::observables() const {
  std::vector<const Variable*> found;
  for (const Variable& variable : variables_) {
    const std::string& name = variable.name;
    const bool is_error = name.ends_with("_error") && find(name.substr(0, name.size() - 6)) != nullptr;
    if (!variable.is_coordinate() && !is_bookkeeping(name) && !is_error) found.push_back(&variable);
  }
  return found;
}

const Variable* ResultFile::error_of(const Variable& observable) const { return find(observable.name + "_error"); }

std::vector<double> ResultFile::read(const Variable& variable) const { return read(variable, whole(variable.shape)); }

std::vector<double> ResultFile::read(const Variable& variable, const Slab& slab) const {
  std::vector<double> values(size_of(slab));
  read_slab(file_, variable.name, H5T_NATIVE_DOUBLE, slab, values.data());
  return values;
}

std::vector<std::uint64_t> ResultFile::read_keys(const Variable& variable) const {
  std::vector<std::uint64_t> keys(variable.size());
  const hdf5::Handle dataset(H5Dopen2(file_, variable.name.c_str(), H5P_DEFAULT), H5Dclose, "opening a dataset");
  hdf5::check(H5Dread(dataset, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, keys.data()),
              "reading " + variable.name);
  return keys;
}

std::vector<std::string> ResultFile::read_messages() const {
  return read_messages(whole(variable(field_name::status).shape));
}

std::vector<std::string> ResultFile::read_messages(const Slab& rows) const {
  const std::size_t count = size_of(rows);
  std::string text(count * message_length, '\0');
  Slab slab = rows;
  slab.start.push_back(0);
  slab.count.push_back(message_length);
  read_slab(file_, std::string(field_name::message), H5T_C_S1, slab, text.data());
  std::vector<std::string> messages;
  for (std::size_t row = 0; row < count; ++row) {
    const std::string_view message = std::string_view(text).substr(row * message_length, message_length);
    messages.emplace_back(message.substr(0, message.find('\0')));
  }
  return messages;
}

std::string ResultFile::attribute(const std::string& name) const {
  return hdf5::read_text_attribute(file_, name).value_or("");
}

std::size_t position_of(const Variable& coordinate, const std::vector<double>& values, std::string_view text) {
  const auto category = std::ranges::find(coordinate.categories, text, &Category::meaning);
  const auto number =
      category != coordinate.categories.end() ? std::optional<double>(category->value) : parse_number(trimmed(text));
  if (!number) throw UserError(fmt::format("{} = {}: is no number", coordinate.name, text));
  double below = -infinity;
  double above = infinity;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool is_near = std::isfinite(*number) && std::abs(values[i] - *number) <= 1e-9 * std::abs(*number);
    if (values[i] == *number || is_near) return i;
    if (values[i] < *number) below = std::max(below, values[i]);
    if (values[i] > *number) above = std::min(above, values[i]);
  }
  const std::string where =
      below == -infinity  ? fmt::format("its first value is {}", format_number(above))
      : above == infinity ? fmt::format("its last value is {}", format_number(below))
                          : fmt::format("its neighbours are {} and {}", format_number(below), format_number(above));
  throw UserError(fmt::format("{} = {}: not on the axis; {}", coordinate.name, text, where));
}

}  // namespace glasscape::store
