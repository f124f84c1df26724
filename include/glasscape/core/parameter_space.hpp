#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "glasscape/core/parameters.hpp"

namespace glasscape {

/// One axis of a sweep: an input and its values, in the sweep file's order.
struct Axis {
  std::size_t input = 0;  ///< position in the schema
  std::vector<double> values;
};

/// One point of the grid.
struct GridPoint {
  std::size_t index = 0;         ///< row-major, the first axis slowest
  std::uint64_t key = 0;         ///< identity: model, solver, version and exact values
  std::uint64_t sample_key = 0;  ///< identity of the disorder: model and the parameters that define the sample
  Parameters values;
};

/// The grid of a sweep: a pure function from an index to a point; nothing is stored per point.
class ParameterSpace {
 public:
  ParameterSpace(const Schema& schema, Parameters fixed, std::vector<Axis> axes);

  const Schema& schema() const { return *schema_; }
  const std::vector<Axis>& axes() const { return axes_; }
  const Parameters& fixed() const { return fixed_; }  ///< an axis holds its first value here

  std::size_t size() const { return size_; }
  GridPoint point(std::size_t index) const;
  Parameters values(std::size_t index) const;
  std::string place(std::size_t index) const;  ///< for messages: "delta2 = 0.5, deltap = 1"

  const Input& input(const Axis& axis) const { return schema_->inputs[axis.input]; }
  bool is_axis(std::size_t input) const;

 private:
  std::uint64_t key_of(const Parameters& values) const;
  std::uint64_t sample_key_of(const Parameters& values) const;

  const Schema* schema_;
  Parameters fixed_;
  std::vector<Axis> axes_;
  std::size_t size_ = 1;
};

}  // namespace glasscape
