#include "glasscape/core/extension.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace glasscape {

namespace {

constexpr std::size_t values_named = 6;

const Axis* find_axis(const ParameterSpace& space, std::size_t input) {
  const auto found = std::ranges::find(space.axes(), input, &Axis::input);
  return found == space.axes().end() ? nullptr : &*found;
}

/// The values that an input takes in a sweep: those of its axis, or the one that it is fixed at.
std::vector<double> values_of(const ParameterSpace& space, std::size_t input) {
  const Axis* axis = find_axis(space, input);
  return axis != nullptr ? axis->values : std::vector<double>{space.fixed().scalar(input)};
}

std::size_t stride_of(const ParameterSpace& space, const Axis& axis) {
  std::size_t stride = 1;
  for (const Axis& other : space.axes()) {
    if (&other > &axis) stride *= other.values.size();
  }
  return stride;
}

/// The places of `values` among the values that the input had in the former sweep.
std::vector<std::optional<std::size_t>> places_among(const ParameterSpace& before, std::size_t input,
                                                     const std::vector<double>& values) {
  const Axis* axis = find_axis(before, input);
  const std::size_t stride = axis != nullptr ? stride_of(before, *axis) : 0;
  std::unordered_map<double, std::size_t> positions;
  for (const double value : values_of(before, input)) positions.emplace(value, positions.size());
  std::vector<std::optional<std::size_t>> places;
  for (const double value : values) {
    const auto found = positions.find(value);
    places.push_back(found == positions.end() ? std::nullopt : std::optional(found->second * stride));
  }
  return places;
}

std::string listed(const Input& input, const std::vector<double>& values) {
  std::string text;
  for (std::size_t i = 0; i < std::min(values.size(), values_named); ++i) {
    text += (i == 0 ? "" : ", ") + value_text(input, values[i]);
  }
  return values.size() <= values_named ? text : fmt::format("{} ... ({} values)", text, values.size());
}

/// "delta2 = 0.3, 0.5" for the values that were there and are not any more; else nothing.
std::optional<std::string> loss(const Input& input, std::span<const double> before, std::span<const double> now) {
  const std::unordered_set<double> kept(now.begin(), now.end());
  std::vector<double> lost;
  std::ranges::copy_if(before, std::back_inserter(lost), [&](double value) { return !kept.contains(value); });
  if (lost.empty()) return std::nullopt;
  return input.name + " = " + listed(input, lost);
}

/// Whether a list is the one that an empty one stands for: nobody chose its values.
bool is_default_list(const ParameterSpace& space, std::size_t list) {
  const auto& bound = space.schema().inputs[list].bound;
  if (!bound || !bound->when_empty) return false;
  const auto limits = values_of(space, space.schema().input_position(bound->parameter));
  return std::ranges::equal(bound->when_empty(std::ranges::max(limits)), space.fixed().list(list));
}

bool same_axis(const Axis& a, const Axis& b) { return a.input == b.input && a.values == b.values; }

}  // namespace

Extension::Extension(const ParameterSpace& before, const ParameterSpace& now)
    : grid_differs_(!std::ranges::equal(before.axes(), now.axes(), same_axis)) {
  const auto& inputs = now.schema().inputs;
  for (const Axis& axis : now.axes()) places_.push_back(places_among(before, axis.input, axis.values));
  for (const Axis& axis : before.axes()) {
    if (now.is_axis(axis.input)) continue;
    const Place place = places_among(before, axis.input, values_of(now, axis.input)).front();
    base_ = base_ && place ? Place(*base_ + *place) : Place();
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (before.is_axis(i) || now.is_axis(i)) {
      if (auto lost = loss(inputs[i], values_of(before, i), values_of(now, i))) lost_.push_back(std::move(*lost));
    } else if (inputs[i].extendable) {
      compare_extendable(i, before, now);
    }
  }
}

void Extension::compare_extendable(std::size_t input, const ParameterSpace& before, const ParameterSpace& now) {
  const Input& declared = now.schema().inputs[input];
  if (declared.kind == Kind::list) {
    const auto former = before.fixed().list(input);
    const auto list = now.fixed().list(input);
    if (std::ranges::equal(former, list)) return;
    extends_points_ = true;
    continues_states_ = continues_states_ && declared.continued;
    if (is_default_list(before, input)) return;
    if (auto lost = loss(declared, former, list)) lost_.push_back(std::move(*lost));
    return;
  }
  const double former = before.fixed().scalar(input);
  const double value = now.fixed().scalar(input);
  if (former == value) return;
  extends_points_ = true;
  continues_states_ = continues_states_ && declared.continued && value > former;
  if (value < former) lost_.push_back(fmt::format("{} = {}", declared.name, value_text(declared, former)));
}

std::optional<std::size_t> Extension::former(std::size_t index) const {
  Place former = base_;
  for (auto places = places_.rbegin(); former && places != places_.rend(); ++places) {
    const Place place = (*places)[index % places->size()];
    former = place ? Place(*former + *place) : Place();
    index /= places->size();
  }
  return former;
}

}  // namespace glasscape
