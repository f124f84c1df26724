#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "glasscape/core/schema.hpp"

namespace glasscape {

/// The values of all inputs of one solver at one point. A name that the schema does not declare, or asked for as
/// another kind, is a bug (std::logic_error).
class Parameters {
 public:
  using Lists = std::vector<std::vector<double>>;  ///< by input position; empty where the input is no list

  /// All defaults; NaN where a parameter is required.
  explicit Parameters(const Schema& schema);

  const Schema& schema() const { return *schema_; }

  double real(std::string_view name) const { return scalars_[position(name, Kind::real)]; }
  long integer(std::string_view name) const;
  bool flag(std::string_view name) const;
  const std::string& choice(std::string_view name) const;
  std::span<const double> list(std::string_view name) const;

  /// Access by input position, for the engine.
  double scalar(std::size_t input) const { return scalars_[input]; }
  std::span<const double> list(std::size_t input) const { return (*lists_)[input]; }
  void set_scalar(std::size_t input, double value) { scalars_[input] = value; }
  void set_list(std::size_t input, std::vector<double> values);

  /// The value as one would type it: "0.5", "inf", "logistic", "1, 2, 3".
  std::string text(std::size_t input) const;
  /// Takes the value that `text` gave, to the last bit; NaN for what is none.
  void set_from_text(std::size_t input, std::string_view text);

 private:
  std::size_t position(std::string_view name, Kind kind) const;

  const Schema* schema_;
  std::vector<double> scalars_;         // by input position; a choice as its position
  std::shared_ptr<const Lists> lists_;  // shared by all points of a sweep
};

/// One number of `input` as one would type it: a choice by its name.
std::string value_text(const Input& input, double value);

}  // namespace glasscape
