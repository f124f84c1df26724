#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "glasscape/core/parameter_space.hpp"
#include "glasscape/core/schema.hpp"
#include "glasscape/core/solution.hpp"

namespace glasscape::store {

enum class Type { float64, int8, int32, uint64, character };

std::size_t size_of(Type type);

/// One dataset of the result file: what netCDF readers see of it.
struct Field {
  std::string name;
  Type type = Type::float64;
  std::string long_name = {};
  std::string units = "1";
  std::string symbol = {};
  std::vector<std::string> own_dims = {};  ///< beyond the grid's
  std::size_t count = 1;                   ///< numbers a row
  std::vector<Category> categories = {};
  std::string along = {};        ///< of a threshold: the parameter it is a value of
  std::string nan_meaning = {};  ///< what NaN says in a solved point

  std::size_t row_bytes() const { return count * size_of(type); }
};

/// A labelled dimension of the file: an axis of the grid or an own dimension of observables.
struct Coordinate {
  std::string name;
  std::vector<double> values;
  std::string long_name = {};
  std::string units = "1";
  std::string symbol = {};
  std::vector<Category> categories = {};  ///< of a named parameter: held as int8
};

inline constexpr std::size_t message_length = 256;

/// Names of the datasets that the engine itself keeps for each row.
namespace field_name {
inline constexpr std::string_view status = "status";
inline constexpr std::string_view message = "message";
inline constexpr std::string_view message_dimension = "message_length";
inline constexpr std::string_view point_key = "point_key";
inline constexpr std::string_view checksum = "checksum";
inline constexpr std::string_view attempts = "attempts";
inline constexpr std::string_view seconds = "seconds";
}  // namespace field_name

bool is_bookkeeping(std::string_view field);

/// Whether the row's checksum covers the field: all but the checksum itself and what depends on clock and history.
bool is_checksummed(std::string_view field);

/// All datasets of the result file of a sweep, in creation order.
struct Layout {
  Layout(const ParameterSpace& space, const Shape& shape);

  std::vector<Coordinate> axes;
  std::vector<Coordinate> own_dimensions;
  std::vector<Field> fields;
  std::size_t rows = 1;

  std::size_t row_bytes() const;
  std::size_t file_bytes() const;  ///< an upper estimate, with coordinates and metadata
};

}  // namespace glasscape::store
