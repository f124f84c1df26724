#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "glasscape/core/schema.hpp"
#include "glasscape/store/layout.hpp"
#include "glasscape/wrap/hdf5.hpp"

namespace glasscape::store {

/// One dataset of an open result file.
struct Variable {
  std::string name;
  std::string long_name;
  std::string units;
  std::string symbol;                ///< empty where there is none
  std::string along;                 ///< of a threshold: the parameter it is a value of
  std::string nan_meaning;           ///< what NaN says in a solved point; may be empty
  std::vector<std::string> dims;     ///< names, slowest first
  std::vector<std::size_t> shape;    ///< extents of `dims`
  std::vector<Category> categories;  ///< of a categorical variable
  Type type = Type::float64;
  std::uint64_t offset = 0;  ///< of its raw bytes in the file

  std::size_t size() const;  ///< numbers in all
  bool is_coordinate() const { return dims.size() == 1 && dims[0] == name; }
  /// What to write beside an axis: "Δ₂ [unit]", or the name where there is no symbol.
  std::string label() const;
};

/// A part of a variable: first position and extent in each of its dimensions.
struct Slab {
  std::vector<std::size_t> start;
  std::vector<std::size_t> count;
};

/// A result file opened for reading, also while a sweep is writing its rows.
class ResultFile {
 public:
  /// Throws UserError, with the path, where the file is missing, no HDF5, truncated or not one of ours.
  explicit ResultFile(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  const std::vector<Variable>& variables() const { return variables_; }  ///< in creation order

  const Variable* find(std::string_view name) const;
  /// Throws UserError naming the nearest variable where there is none of this name.
  const Variable& variable(std::string_view name) const;

  /// Names of the grid's dimensions (the axes of the sweep), slowest first; empty for a single point.
  const std::vector<std::string>& axes() const { return axes_; }
  std::size_t rows() const { return rows_; }  ///< points of the grid

  /// Observables, without coordinates, errors and bookkeeping.
  std::vector<const Variable*> observables() const;
  /// NAME_error of an observable, where the solver estimates one.
  const Variable* error_of(const Variable& observable) const;

  /// All numbers of a variable, row-major; missing ones NaN (a category: -1).
  std::vector<double> read(const Variable& variable) const;
  std::vector<double> read(std::string_view name) const { return read(variable(name)); }
  std::vector<double> read(const Variable& variable, const Slab& slab) const;  ///< likewise, a part
  std::vector<std::uint64_t> read_keys(const Variable& variable) const;        ///< of type uint64
  std::vector<std::string> read_messages() const;                              ///< one a row
  std::vector<std::string> read_messages(const Slab& rows) const;              ///< of a part of the grid

  /// A root attribute; empty text where there is none.
  std::string attribute(const std::string& name) const;

 private:
  Variable describe(const std::string& name) const;

  std::filesystem::path path_;
  wrap::hdf5::Handle file_;
  std::vector<Variable> variables_;
  std::vector<std::string> axes_;
  std::size_t rows_ = 1;
};

/// Position of `value` among the coordinate's values, within 1e-9 relative; throws UserError naming the neighbours.
std::size_t position_of(const Variable& coordinate, const std::vector<double>& values, std::string_view value);

}  // namespace glasscape::store
