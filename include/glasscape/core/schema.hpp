#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glasscape {

class Parameters;

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// The values a number may take; an infinite closed end allows `inf` itself.
struct Interval {
  double lower = -infinity;
  double upper = infinity;
  bool lower_open = true;
  bool upper_open = true;

  bool contains(double value) const;
  std::string text() const;  ///< "(0, inf]"

  static Interval real() { return {}; }
  static Interval positive() { return {.lower = 0}; }
  static Interval positive_or_infinite() { return {.lower = 0, .upper_open = false}; }
  static Interval at_least(double lower) { return {.lower = lower, .lower_open = false}; }
  static Interval closed(double lower, double upper) { return {lower, upper, false, false}; }
  static Interval only(double value) { return closed(value, value); }
};

enum class Kind {
  real,
  integer,
  choice,  ///< one of Input::choices, held as its position; a flag has the choices {"false", "true"}
  list,    ///< any number of reals
};

/// What bounds the numbers of a list, and what an empty one stands for: observation times go up to t_max.
struct ListBound {
  std::string parameter;  ///< no number is larger than this parameter's (largest) value
  std::function<std::vector<double>(double)> when_empty = {};  ///< the list that an empty one stands for, by that value
  std::string when_empty_doc = {};
};

/// One parameter of a solver: declared once, checked and documented from here.
struct Input {
  std::string name;
  Kind kind = Kind::real;
  std::string symbol = {};
  std::string unit = "1";
  std::string doc = {};
  Interval domain = {};                              ///< of the number, or of each number of a list
  std::vector<std::string> choices = {};             ///< of Kind::choice
  std::optional<std::vector<double>> fallback = {};  ///< the default: one number, or a list's; none: required
  std::optional<ListBound> bound = {};               ///< of Kind::list
  bool whole = false;                                ///< of Kind::list: whole numbers only
  bool extendable = false;                           ///< may grow in a file that is there: no part of the point's key
  bool continued = false;                            ///< of an extendable one: kept states go on to a larger value
  bool defines_sample = false;                       ///< part of the key of the disorder stream (p, size)
  std::string elsewhere = {};                        ///< the solver that treats what `domain` or `choices` exclude here

  static Input flag(std::string name, bool fallback, std::string doc);
};

/// What several parameters have to fulfil together: checked at all points of the grid before any is solved.
struct Rule {
  std::vector<std::string> inputs;  ///< all that it is about; a complaint points at the first that was given
  std::function<std::optional<std::string>(const Parameters&)> complaint;  ///< what is wrong, and what is allowed
};

/// A value of a categorical observable, its CF flag and the colour it has in every figure.
struct Category {
  std::int8_t value = 0;
  std::string meaning;
  std::string color = {};  ///< "#rrggbb"
};

enum class ErrorKind {
  none,
  numerical,    ///< bound or estimate of the numerical error, absolute
  statistical,  ///< one standard error
};

/// One observable. Its dimensions in the file are the sweep's axes, then `dims`.
struct Output {
  std::string name;
  std::string symbol = {};
  std::string unit = "1";
  std::string doc = {};
  std::vector<std::string> dims = {};     ///< own dimensions, by name (Schema::dimensions)
  ErrorKind error = ErrorKind::none;      ///< whether NAME_error stands beside it
  std::string nan_meaning = {};           ///< what NaN says in a solved point; empty: NaN makes it `failed`
  std::vector<Category> categories = {};  ///< categorical: held as int8
  std::string along = {};                 ///< a threshold: the parameter it is a value of

  bool categorical() const { return !categories.empty(); }
};

/// An own dimension of observables: its coordinate values follow from the sweep's fixed parameters.
struct Dimension {
  std::string name;
  std::string from;  ///< the parameter that sets it, which therefore is no axis
  std::string symbol = {};
  std::string unit = "1";
  std::string doc = {};
  std::function<std::vector<double>(const Parameters&)> values = {};

  /// The dimension `name` whose coordinate is the list-valued parameter `from`.
  static Dimension of_list(std::string name, const std::string& from, std::string unit, std::string doc);
};

/// The parameter of solvers that average over samples of the disorder: the states of their points are always kept, for
/// more samples later.
inline constexpr std::string_view replicas_name = "replicas";

/// All that is known of a solver without running it.
struct Schema {
  std::string model;
  std::string solver;
  int version = 1;  ///< raised whenever results change
  std::string model_doc = {};
  std::string doc = {};
  std::string reference = {};  ///< the paper
  std::vector<Input> inputs = {};
  std::vector<Rule> rules = {};
  std::vector<Dimension> dimensions = {};
  std::vector<Output> outputs = {};
  int largest_team = 1;                      ///< ranks that can solve one point together
  std::vector<std::string> solved_for = {};  ///< model parameters that this solver computes and therefore does not take

  const Input* find_input(std::string_view name) const;
  const Output* find_output(std::string_view name) const;
  const Dimension* find_dimension(std::string_view name) const;
  std::size_t input_position(std::string_view name) const;   ///< throws std::logic_error where there is none
  std::size_t output_position(std::string_view name) const;  ///< likewise
};

}  // namespace glasscape
