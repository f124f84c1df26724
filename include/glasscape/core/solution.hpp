#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "glasscape/core/parameters.hpp"
#include "glasscape/core/schema.hpp"

namespace glasscape {

/// What became of a point; the numbers stand in the result file.
enum class Outcome : std::int8_t {
  pending = 0,  ///< not solved yet, or stopped with a checkpoint
  done = 1,
  failed = 2,       ///< threw, diverged, took too long
  unconverged = 3,  ///< a result that did not reach its tolerance
  inferred = 4,     ///< filled in by refinement
};

std::string_view name_of(Outcome outcome);

/// How many points ended how.
struct OutcomeCounts {
  std::size_t done = 0;  ///< or inferred
  std::size_t failed = 0;
  std::size_t unconverged = 0;

  void add(Outcome outcome);  ///< a pending point does not count
  void add(const OutcomeCounts& other);
  std::size_t all() const { return done + failed + unconverged; }
};

/// The shape that a sweep's parameters give to a solver's observables: the coordinates of all own dimensions.
/// An observable over an empty dimension is left out.
class Shape {
 public:
  Shape(const Schema& schema, const Parameters& parameters);

  const Schema& schema() const { return *schema_; }
  const std::vector<double>& coordinate(std::size_t dimension) const { return coordinates_[dimension]; }
  std::size_t count(std::size_t output) const { return counts_[output]; }  ///< numbers of one point; 0: left out

 private:
  const Schema* schema_;
  std::vector<std::vector<double>> coordinates_;  // by Schema::dimensions
  std::vector<std::size_t> counts_;               // by Schema::outputs
};

/// The result of one point: numbers for each observable of the schema and, where declared, their errors.
/// A categorical observable holds its category's value.
class Solution {
 public:
  /// All NaN (categories: -1), outcome done.
  explicit Solution(const Shape& shape);

  /// Sets a scalar observable (and its absolute error). Unknown names and wrong lengths are bugs (std::logic_error).
  void set(std::string_view output, double value);
  void set(std::string_view output, double value, double error);
  /// Sets an observable with own dimensions, row-major; one over an empty dimension is ignored.
  void set(std::string_view output, std::vector<double> values);
  void set(std::string_view output, std::vector<double> values, std::vector<double> errors);

  const std::vector<double>& values(std::size_t output) const { return values_[output]; }
  const std::vector<double>& errors(std::size_t output) const { return errors_[output]; }

  Outcome outcome = Outcome::done;
  std::string message;  ///< why it failed, or why a number is NaN

 private:
  std::size_t checked_position(std::string_view output, std::size_t length) const;

  const Shape* shape_;
  std::vector<std::vector<double>> values_;
  std::vector<std::vector<double>> errors_;
};

/// What is wrong with a solution that says `done`: NaN where its schema allows none.
std::optional<std::string> find_fault(const Solution& solution, const Schema& schema);

}  // namespace glasscape
