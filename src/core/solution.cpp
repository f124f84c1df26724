#include "glasscape/core/solution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace glasscape {

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::pending: return "pending";
    case Outcome::done: return "done";
    case Outcome::failed: return "failed";
    case Outcome::unconverged: return "unconverged";
    case Outcome::inferred: return "inferred";
  }
  return "unknown";
}

void OutcomeCounts::add(Outcome outcome) {
  if (outcome == Outcome::done || outcome == Outcome::inferred) ++done;
  if (outcome == Outcome::failed) ++failed;
  if (outcome == Outcome::unconverged) ++unconverged;
}

void OutcomeCounts::add(const OutcomeCounts& other) {
  done += other.done;
  failed += other.failed;
  unconverged += other.unconverged;
}

Shape::Shape(const Schema& schema, const Parameters& parameters) : schema_(&schema) {
  for (const Dimension& dimension : schema.dimensions) coordinates_.push_back(dimension.values(parameters));
  for (const Output& output : schema.outputs) {
    std::size_t count = 1;
    for (const std::string& name : output.dims) {
      count *= coordinates_.at(static_cast<std::size_t>(schema.find_dimension(name) - schema.dimensions.data())).size();
    }
    counts_.push_back(count);
  }
}

Solution::Solution(const Shape& shape) : shape_(&shape) {
  const auto& outputs = shape.schema().outputs;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    values_.emplace_back(shape.count(i), outputs[i].categorical() ? -1.0 : not_a_number);
    errors_.emplace_back(outputs[i].error == ErrorKind::none ? 0 : shape.count(i), not_a_number);
  }
}

std::size_t Solution::checked_position(std::string_view output, std::size_t length) const {
  const std::size_t i = shape_->schema().output_position(output);
  if (length != values_[i].size() && !values_[i].empty()) {
    throw std::logic_error(fmt::format("'{}' holds {} numbers, not {}", output, values_[i].size(), length));
  }
  return i;
}

void Solution::set(std::string_view output, double value) { values_[checked_position(output, 1)].assign(1, value); }

void Solution::set(std::string_view output, double value, double error) {
  const std::size_t i = checked_position(output, 1);
  values_[i].assign(1, value);
  errors_[i].at(0) = error;
}

void Solution::set(std::string_view output, std::vector<double> values) {
  const std::size_t i = checked_position(output, values.size());
  if (!values_[i].empty()) values_[i] = std::move(values);
}

void Solution::set(std::string_view output, std::vector<double> values, std::vector<double> errors) {
  const std::size_t i = checked_position(output, errors.size());
  if (!errors_[i].empty()) errors_[i] = std::move(errors);
  set(output, std::move(values));
}

std::optional<std::string> find_fault(const Solution& solution, const Schema& schema) {
  if (solution.outcome != Outcome::done) return std::nullopt;
  for (std::size_t i = 0; i < schema.outputs.size(); ++i) {
    const Output& output = schema.outputs[i];
    if (!output.nan_meaning.empty()) continue;
    const auto missing = [&](double x) { return std::isnan(x) || (output.categorical() && x < 0); };
    if (std::ranges::any_of(solution.values(i), missing)) return fmt::format("{} is not a number", output.name);
    if (std::ranges::any_of(solution.errors(i), [](double x) { return std::isnan(x); })) {
      return fmt::format("the error of {} is not a number", output.name);
    }
  }
  return std::nullopt;
}

}  // namespace glasscape
