#include "glasscape/core/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "glasscape/core/number.hpp"
#include "glasscape/core/parameters.hpp"

namespace glasscape {

namespace {

template <class Named>
const Named* find_by_name(const std::vector<Named>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &Named::name);
  return found == all.end() ? nullptr : &*found;
}

template <class Named>
std::size_t position_by_name(const std::vector<Named>& all, std::string_view name, const Schema& schema) {
  const Named* found = find_by_name(all, name);
  if (found == nullptr) {
    throw std::logic_error(fmt::format("{} / {} declares no '{}'", schema.model, schema.solver, name));
  }
  return static_cast<std::size_t>(found - all.data());
}

}  // namespace

bool Interval::contains(double value) const {
  const bool above = lower_open ? value > lower : value >= lower;
  const bool below = upper_open ? value < upper : value <= upper;
  return above && below;
}

std::string Interval::text() const {
  if (lower == upper) return format_number(lower);
  return fmt::format("{}{}, {}{}", lower_open ? '(' : '[', format_number(lower), format_number(upper),
                     upper_open ? ')' : ']');
}

Input Input::flag(std::string name, bool fallback, std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::choice,
          .doc = std::move(doc),
          .choices = {"false", "true"},
          .fallback = std::vector<double>{fallback ? 1.0 : 0.0}};
}

Dimension Dimension::of_list(std::string name, const std::string& from, std::string unit, std::string doc) {
  return {.name = std::move(name),
          .from = from,
          .unit = std::move(unit),
          .doc = std::move(doc),
          .values = [from](const Parameters& parameters) {
            const auto list = parameters.list(from);
            return std::vector<double>(list.begin(), list.end());
          }};
}

const Input* Schema::find_input(std::string_view name) const { return find_by_name(inputs, name); }
const Output* Schema::find_output(std::string_view name) const { return find_by_name(outputs, name); }
const Dimension* Schema::find_dimension(std::string_view name) const { return find_by_name(dimensions, name); }

std::size_t Schema::input_position(std::string_view name) const { return position_by_name(inputs, name, *this); }
std::size_t Schema::output_position(std::string_view name) const { return position_by_name(outputs, name, *this); }

}  // namespace glasscape
