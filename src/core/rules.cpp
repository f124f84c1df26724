#include "rules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace glasscape {

namespace {

constexpr std::size_t most_places = 3;  // that are named

/// The part of the grid that matters to a rule: one point for all that differ in nothing else.
ParameterSpace part_for(const Rule& rule, const ParameterSpace& space) {
  std::vector<Axis> axes;
  for (const Axis& axis : space.axes()) {
    if (std::ranges::find(rule.inputs, space.input(axis).name) != rule.inputs.end()) axes.push_back(axis);
  }
  return {space.schema(), space.fixed(), std::move(axes)};
}

/// Where the first of the rule's parameters stands that was given.
std::string place_of(const Rule& rule, const std::vector<SweepEntry>& entries, const std::string& file) {
  for (const std::string& name : rule.inputs) {
    const auto found = std::ranges::find_if(entries, [&](const SweepEntry& entry) {
      return entry.key == name && (entry.section == "grid" || entry.section == "parameters");
    });
    if (found != entries.end()) return found->place();
  }
  return file;
}

/// What is wrong at the first bad point, and the places of all, counted from some on; empty where nothing is.
std::string verdict(const Rule& rule, const ParameterSpace& part) {
  std::string text, places;
  std::size_t wrong = 0;
  for (std::size_t index = 0; index < part.size(); ++index) {
    const auto complaint = rule.complaint(part.values(index));
    if (!complaint) continue;
    if (wrong == 0) text = *complaint;
    if (wrong < most_places) places += (wrong == 0 ? "" : "; ") + part.place(index);
    ++wrong;
  }
  if (wrong == 0 || part.axes().empty()) return text;
  if (wrong > most_places) places += fmt::format("; and {} more", wrong - most_places);
  return fmt::format("{} (wrong at {} of {} values: {})", text, wrong, part.size(), places);
}

}  // namespace

void check_rules(const std::vector<SweepEntry>& entries, const std::string& file, const ParameterSpace& space,
                 std::vector<std::string>& problems) {
  for (const Rule& rule : space.schema().rules) {
    const std::string wrong = verdict(rule, part_for(rule, space));
    if (!wrong.empty()) problems.push_back(fmt::format("{}: {}", place_of(rule, entries, file), wrong));
  }
}

}  // namespace glasscape
