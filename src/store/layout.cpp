#include "glasscape/store/layout.hpp"

#include <algorithm>
#include <array>

namespace glasscape::store {

namespace {

std::vector<Category> status_categories() {
  std::vector<Category> categories;
  for (const auto outcome :
       {Outcome::pending, Outcome::done, Outcome::failed, Outcome::unconverged, Outcome::inferred}) {
    categories.push_back({static_cast<std::int8_t>(outcome), std::string(name_of(outcome))});
  }
  return categories;
}

Coordinate axis_coordinate(const Axis& axis, const Input& input) {
  Coordinate coordinate{
      .name = input.name, .values = axis.values, .long_name = input.doc, .units = input.unit, .symbol = input.symbol};
  for (std::size_t i = 0; i < input.choices.size(); ++i) {
    coordinate.categories.push_back({static_cast<std::int8_t>(i), input.choices[i]});
  }
  return coordinate;
}

Field observable(const Output& output, std::size_t count) {
  return {.name = output.name,
          .type = output.categorical() ? Type::int8 : Type::float64,
          .long_name = output.doc,
          .units = output.unit,
          .symbol = output.symbol,
          .own_dims = output.dims,
          .count = count,
          .categories = output.categories,
          .along = output.along,
          .nan_meaning = output.nan_meaning};
}

Field error_of(const Field& observable, ErrorKind kind) {
  Field error = observable;
  error.name += "_error";
  error.long_name =
      (kind == ErrorKind::numerical ? "numerical error (absolute) of " : "one standard error of ") + observable.name;
  error.symbol.clear();
  error.along.clear();
  return error;
}

}  // namespace

std::size_t size_of(Type type) {
  switch (type) {
    case Type::float64:
    case Type::uint64: return 8;
    case Type::int32: return 4;
    case Type::int8:
    case Type::character: return 1;
  }
  return 0;
}

bool is_bookkeeping(std::string_view field) {
  constexpr std::array names{field_name::status,    field_name::message,  field_name::message_dimension,
                             field_name::point_key, field_name::checksum, field_name::attempts,
                             field_name::seconds};
  return std::ranges::find(names, field) != names.end();
}

bool is_checksummed(std::string_view field) {
  return field != field_name::checksum && field != field_name::attempts && field != field_name::seconds;
}

Layout::Layout(const ParameterSpace& space, const Shape& shape) : rows(space.size()) {
  const Schema& schema = space.schema();
  for (const Axis& axis : space.axes()) axes.push_back(axis_coordinate(axis, space.input(axis)));
  for (std::size_t i = 0; i < schema.dimensions.size(); ++i) {
    const Dimension& dimension = schema.dimensions[i];
    if (shape.coordinate(i).empty()) continue;
    own_dimensions.push_back({.name = dimension.name,
                              .values = shape.coordinate(i),
                              .long_name = dimension.doc,
                              .units = dimension.unit,
                              .symbol = dimension.symbol});
  }
  for (std::size_t i = 0; i < schema.outputs.size(); ++i) {
    if (shape.count(i) == 0) continue;
    fields.push_back(observable(schema.outputs[i], shape.count(i)));
    const ErrorKind kind = schema.outputs[i].error;
    if (kind != ErrorKind::none) fields.push_back(error_of(fields.back(), kind));
  }
  const auto text = [](std::string_view name) { return std::string(name); };
  fields.push_back({.name = text(field_name::status),
                    .type = Type::int8,
                    .long_name = "what became of the point",
                    .categories = status_categories()});
  fields.push_back({.name = text(field_name::message),
                    .type = Type::character,
                    .long_name = "why the point failed, or why a number is missing",
                    .own_dims = {text(field_name::message_dimension)},
                    .count = message_length});
  fields.push_back({.name = text(field_name::point_key),
                    .type = Type::uint64,
                    .long_name = "hash of model, solver, version and exact parameters of the point"});
  fields.push_back({.name = text(field_name::checksum),
                    .type = Type::uint64,
                    .long_name = "XXH3-64 of the row's observables, errors, status, message and key"});
  fields.push_back(
      {.name = text(field_name::attempts), .type = Type::int32, .long_name = "how often the point was solved"});
  fields.push_back({.name = text(field_name::seconds),
                    .type = Type::float64,
                    .long_name = "wall time of the last attempt",
                    .units = "s"});
}

std::size_t Layout::row_bytes() const {
  std::size_t bytes = 0;
  for (const Field& field : fields) bytes += field.row_bytes();
  return bytes;
}

std::size_t Layout::file_bytes() const {
  std::size_t bytes = rows * row_bytes() + fields.size() * 2048 + 65536;
  for (const auto* coordinates : {&axes, &own_dimensions}) {
    for (const Coordinate& coordinate : *coordinates) bytes += 8 * coordinate.values.size() + 2048;
  }
  return bytes;
}

}  // namespace glasscape::store
