#include "glasscape/core/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "glasscape/core/number.hpp"
#include "glasscape/core/sweep_file.hpp"

namespace glasscape {

Parameters::Parameters(const Schema& schema) : schema_(&schema), scalars_(schema.inputs.size(), not_a_number) {
  Lists lists(schema.inputs.size());
  for (std::size_t i = 0; i < schema.inputs.size(); ++i) {
    const Input& input = schema.inputs[i];
    if (!input.fallback) continue;
    if (input.kind == Kind::list) {
      lists[i] = *input.fallback;
    } else {
      scalars_[i] = input.fallback->at(0);
    }
  }
  lists_ = std::make_shared<const Lists>(std::move(lists));
}

std::size_t Parameters::position(std::string_view name, Kind kind) const {
  const std::size_t i = schema_->input_position(name);
  if (schema_->inputs[i].kind != kind) throw std::logic_error(fmt::format("'{}' is of another kind", name));
  return i;
}

long Parameters::integer(std::string_view name) const {
  return static_cast<long>(scalars_[position(name, Kind::integer)]);
}

bool Parameters::flag(std::string_view name) const { return choice(name) == "true"; }

const std::string& Parameters::choice(std::string_view name) const {
  const std::size_t i = position(name, Kind::choice);
  return schema_->inputs[i].choices.at(static_cast<std::size_t>(scalars_[i]));
}

std::span<const double> Parameters::list(std::string_view name) const { return (*lists_)[position(name, Kind::list)]; }

void Parameters::set_list(std::size_t input, std::vector<double> values) {
  Lists lists = *lists_;
  lists.at(input) = std::move(values);
  lists_ = std::make_shared<const Lists>(std::move(lists));
}

std::string Parameters::text(std::size_t input) const {
  const Input& declared = schema_->inputs.at(input);
  if (declared.kind != Kind::list) return value_text(declared, scalars_[input]);
  std::string text;
  for (const double value : list(input)) text += (text.empty() ? "" : ", ") + format_number(value);
  return text;
}

void Parameters::set_from_text(std::size_t input, std::string_view text) {
  const Input& declared = schema_->inputs.at(input);
  if (declared.kind == Kind::list) {
    set_list(input, parse_numbers(text));
  } else if (declared.kind == Kind::choice) {
    const auto choice = std::ranges::find(declared.choices, text);
    const bool is_known = choice != declared.choices.end();
    set_scalar(input, is_known ? static_cast<double>(choice - declared.choices.begin()) : not_a_number);
  } else {
    set_scalar(input, parse_number(text).value_or(not_a_number));
  }
}

std::string value_text(const Input& input, double value) {
  if (input.kind == Kind::choice) return input.choices.at(static_cast<std::size_t>(value));
  return format_number(value);
}

}  // namespace glasscape
