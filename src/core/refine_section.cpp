#include "refine_section.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "glasscape/core/number.hpp"
#include "glasscape/core/suggest.hpp"

namespace glasscape {

namespace {

class RefineReader {
 public:
  RefineReader(const std::vector<SweepEntry>& entries, const Schema& schema, const std::vector<Axis>& axes,
               std::vector<std::string>& problems)
      : entries_(entries), schema_(schema), axes_(axes), problems_(problems) {}

  RefineOptions read(const std::string& where) {
    RefineOptions refine;
    read_observable(refine, where);
    const bool has_levels = read_levels(refine, where);
    for (const Axis* axis : chosen_axes()) {
      refine.axes.push_back(static_cast<std::size_t>(axis - axes_.data()));
      if (has_levels) check_axis(*axis, refine.levels);
    }
    const auto has_steps = [&](std::size_t axis) { return axes_[axis].values.size() > 1; };
    if (problems_.empty() && std::ranges::none_of(refine.axes, has_steps)) {
      problems_.push_back(fmt::format("{}: [refine] needs an axis of numbers in [grid]", where));
    }
    return refine;
  }

 private:
  template <class... Values>
  void complain(const SweepEntry& entry, fmt::format_string<Values...> what, Values&&... values) {
    problems_.push_back(entry.place() + ": " + fmt::format(what, std::forward<Values>(values)...));
  }

  const SweepEntry* find(std::string_view section, std::string_view key) const {
    const auto found = std::ranges::find_if(
        entries_, [&](const SweepEntry& entry) { return entry.section == section && entry.key == key; });
    return found == entries_.end() ? nullptr : &*found;
  }

  const std::string& name_of(const Axis& axis) const { return schema_.inputs[axis.input].name; }

  void read_observable(RefineOptions& refine, const std::string& where) {
    std::vector<std::string> names;  // one number a point
    for (const Output& output : schema_.outputs) {
      if (output.dims.empty()) names.push_back(output.name);
    }
    const SweepEntry* entry = find("refine", "observable");
    if (entry == nullptr) {
      problems_.push_back(fmt::format("{}: [refine] observable is missing: one of {}", where, fmt::join(names, ", ")));
      return;
    }
    if (std::ranges::find(names, entry->value) == names.end()) {
      complain(*entry, "no observable with one number a point{}", suggestion(entry->value, names));
      return;
    }
    refine.output = schema_.output_position(entry->value);
    read_contour(refine, *entry);
  }

  void read_contour(RefineOptions& refine, const SweepEntry& observable) {
    const bool categorical = schema_.outputs[refine.output].categorical();
    const SweepEntry* entry = find("refine", "contour");
    if (entry == nullptr) {
      if (!categorical) complain(observable, "is a number: give contour = the value at which it changes sides, too");
      return;
    }
    const auto value = parse_number(entry->value);
    if (categorical) {
      complain(*entry, "{} is a category and has no contour", observable.value);
    } else if (!value) {
      complain(*entry, "a number is needed");
    } else {
      refine.contour = *value;
    }
  }

  bool read_levels(RefineOptions& refine, const std::string& where) {
    constexpr double most = 30;
    const SweepEntry* entry = find("refine", "levels");
    if (entry == nullptr) {
      problems_.push_back(fmt::format("{}: [refine] levels is missing: a whole number from 1 to {}", where, most));
      return false;
    }
    const auto value = parse_number(entry->value);
    if (!value || *value != std::floor(*value) || *value < 1 || *value > most) {
      complain(*entry, "allowed: a whole number from 1 to {}", most);
      return false;
    }
    refine.levels = static_cast<std::size_t>(*value);
    return true;
  }

  /// In the grid's order: those that `axes` names, else all whose values are numbers.
  std::vector<const Axis*> chosen_axes() {
    std::vector<const Axis*> chosen;
    const SweepEntry* entry = find("refine", "axes");
    if (entry == nullptr) {
      for (const Axis& axis : axes_) {
        if (is_number(axis)) chosen.push_back(&axis);
      }
      return chosen;
    }
    for (const std::string_view name : split_at_commas(entry->value)) {
      const auto axis = std::ranges::find_if(axes_, [&](const Axis& a) { return name_of(a) == name; });
      if (axis == axes_.end()) {
        std::vector<std::string> names;
        for (const Axis& other : axes_) names.push_back(name_of(other));
        complain(*entry, "'{}' is no axis of [grid]{}", name, suggestion(name, names));
      } else if (!is_number(*axis)) {
        complain(*entry, "the values of '{}' are no numbers", name);
      } else if (std::ranges::find(chosen, &*axis) == chosen.end()) {
        chosen.push_back(&*axis);
      }
    }
    std::ranges::sort(chosen);
    return chosen;
  }

  bool is_number(const Axis& axis) const { return schema_.inputs[axis.input].kind != Kind::choice; }

  void check_axis(const Axis& axis, std::size_t levels) {
    const auto& values = axis.values;
    const SweepEntry& entry = *find("grid", name_of(axis));
    if (!std::ranges::is_sorted(values) && !std::ranges::is_sorted(values, std::greater<>{})) {
      complain(entry, "[refine] needs values in order");
    }
    const std::size_t step = std::size_t{1} << levels;
    const std::size_t steps = values.size() - 1;
    if (values.empty() || steps % step == 0) return;
    const std::size_t below = steps / step * step + 1;
    const std::string nearest = below == 1 ? fmt::format("{}", step + 1) : fmt::format("{} or {}", below, below + step);
    complain(entry, "[refine] levels = {} needs a multiple of {} plus 1 values, not {}: {} would do", levels, step,
             values.size(), nearest);
  }

  const std::vector<SweepEntry>& entries_;
  const Schema& schema_;
  const std::vector<Axis>& axes_;
  std::vector<std::string>& problems_;
};

}  // namespace

const std::vector<std::string>& refine_keys() {
  static const std::vector<std::string> keys{"observable", "contour", "levels", "axes"};
  return keys;
}

std::optional<RefineOptions> read_refine_section(const std::vector<SweepEntry>& entries, const Schema& schema,
                                                 const std::vector<Axis>& axes, std::vector<std::string>& problems) {
  const auto heading = std::ranges::find(entries, "refine", &SweepEntry::section);
  if (heading == entries.end()) return std::nullopt;
  return RefineReader(entries, schema, axes, problems).read(heading->where);
}

}  // namespace glasscape
