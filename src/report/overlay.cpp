#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "glasscape/core/errors.hpp"
#include "glasscape/core/number.hpp"
#include "glasscape/report/plot.hpp"

namespace glasscape::report {

using store::ResultFile;
using store::Variable;

namespace {

constexpr std::size_t most_lines = 6;  // of one observable

/// Dark, so that they stand out from any map, and told apart by their dashes as well.
constexpr std::array<Color, 6> line_colors{{{0x00, 0x00, 0x00},
                                            {0xb0, 0x00, 0x20},
                                            {0x00, 0x2f, 0x9e},
                                            {0x6a, 0x00, 0x8a},
                                            {0x00, 0x5a, 0x2b},
                                            {0x7a, 0x3b, 0x00}}};

/// Those dimensions of `fixed` that the variable has.
Fixed fixed_for(const Variable& variable, const Fixed& fixed) {
  Fixed kept;
  for (const auto& [name, value] : fixed) {
    if (std::ranges::find(variable.dims, name) != variable.dims.end()) kept.emplace(name, value);
  }
  return kept;
}

/// Every way to fix the dimensions that are still open, with its words for the legend; an error where they are many.
std::vector<std::pair<Fixed, std::string>> members(const ResultFile& file, const Variable& variable, const Fixed& fixed,
                                                   const std::string& running) {
  std::vector<std::pair<Fixed, std::string>> all{{fixed, ""}};
  for (const std::string& name : open_dimensions(variable, fixed)) {
    if (name == running) continue;
    const Variable& coordinate = dimension(file, name);
    const std::vector<double> values = file.read(coordinate);
    if (all.size() * values.size() > most_lines) {
      throw UserError(
          fmt::format("{}: {} depends on {} too ({}): more lines than can be told apart; fix it with --at "
                      "{}=VALUE",
                      file.path().string(), variable.name, name, describe_values(coordinate, values), name));
    }
    std::vector<std::pair<Fixed, std::string>> extended;
    for (const auto& [member, words] : all) {
      for (const double value : values) {
        Fixed with = member;
        with[name] = coordinate_text(coordinate, value);
        extended.emplace_back(with, words + ", " + printed_coordinate(coordinate, value));
      }
    }
    all = std::move(extended);
  }
  return all;
}

bool is_inside(const FigureAxis& axis, double value) { return value >= axis.lower && value <= axis.upper; }

bool is_visible(const Curve& line, const Figure& figure) {
  for (std::size_t i = 0; i < line.x.size(); ++i) {
    if (is_inside(figure.x, line.x[i]) && is_inside(figure.y, line.y[i])) return true;
  }
  return false;
}

std::string line_label(const Variable& variable) {
  constexpr std::size_t longest = 44;
  if (!variable.symbol.empty()) return variable.symbol;
  const bool is_short = !variable.long_name.empty() && variable.long_name.size() <= longest;
  return plain(is_short ? variable.long_name : variable.name);
}

/// Opens a gap where a threshold jumps: a step that is seen in the figure and that its neighbours do not announce.
void open_gaps(std::vector<double>& thresholds, double visible_range) {
  const auto step = [&](std::size_t i) {
    const double size = i + 1 < thresholds.size() ? std::abs(thresholds[i + 1] - thresholds[i]) : 0;
    return std::isfinite(size) ? size : 0;
  };
  std::vector<std::size_t> gaps;
  for (std::size_t i = 0; i + 1 < thresholds.size(); ++i) {
    const double announced = std::max(i > 0 ? step(i - 1) : 0, step(i + 1));
    if (step(i) > 0.05 * visible_range && step(i) > 10 * announced) gaps.push_back(i);
  }
  // the last value before the gap gives way: on a grid fine enough to show a jump it is not missed
  for (const std::size_t i : gaps) thresholds[i] = not_a_number;
}

/// The line through (coordinate of `running`, threshold), or through both exchanged, in ascending order.
Curve threshold_line(const ResultFile& file, const Variable& variable, const std::string& running, const Fixed& fixed,
                     bool along_x, double visible_range) {
  const std::vector<double> coordinate = file.read(dimension(file, running));
  const std::vector<double> thresholds = read_slice(file, variable, {running}, fixed);
  std::vector<std::size_t> order(coordinate.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [&](std::size_t i) { return coordinate[i]; });
  Curve line{.cased = true};
  for (const std::size_t i : order) {
    line.x.push_back(along_x ? thresholds[i] : coordinate[i]);
    line.y.push_back(along_x ? coordinate[i] : thresholds[i]);
  }
  open_gaps(along_x ? line.x : line.y, visible_range);
  return line;
}

Curve vertical_line(const Figure& figure, double threshold) {
  return {.x = {threshold, threshold}, .y = {figure.y.lower, figure.y.upper}};
}

/// The lines of one observable; none where it does not live on the figure's axes.
std::vector<Curve> lines_of(const Figure& figure, const ResultFile& file, const Variable& variable,
                            const PlotRequest& request, const std::string& x_name, const std::string& y_name) {
  const auto varies = [&](const std::string& name) {
    return !name.empty() && std::ranges::find(variable.dims, name) != variable.dims.end();
  };
  const bool along_x = variable.along == x_name && varies(y_name);
  const bool along_y = !y_name.empty() && variable.along == y_name && varies(x_name);
  const bool vertical = y_name.empty() && variable.along == x_name;
  if (!along_x && !along_y && !vertical) return {};
  const std::string running = along_x ? y_name : along_y ? x_name : "";
  const FigureAxis& axis = along_x ? figure.x : figure.y;
  const double visible_range = std::abs(axis.upper - axis.lower);
  std::vector<Curve> lines;
  for (const auto& [fixed, words] : members(file, variable, fixed_for(variable, request.fixed), running)) {
    Curve line = vertical ? vertical_line(figure, read_slice(file, variable, {}, fixed)[0])
                          : threshold_line(file, variable, running, fixed, along_x, visible_range);
    line.label = line_label(variable) + words;
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace

void add_overlays(Figure& figure, const PlotRequest& request, const PlotFiles& files, const std::string& x_name,
                  const std::string& y_name, std::vector<std::string>& notes) {
  std::size_t drawn = 0;
  for (const ResultFile& file : files.overlays) {
    bool fits = false;
    for (const Variable* variable : file.observables()) {
      if (variable->along.empty()) continue;
      for (Curve& line : lines_of(figure, file, *variable, request, x_name, y_name)) {
        fits = true;
        if (!is_visible(line, figure)) {
          notes.push_back(fmt::format("{}: {} has no value inside the figure and is left out", file.path().string(),
                                      variable->name));
          continue;
        }
        line.color = line_colors[drawn % line_colors.size()];
        line.dash = static_cast<int>(drawn % 6) + 1;
        ++drawn;
        figure.curves.push_back(std::move(line));
      }
    }
    if (fits) continue;
    throw UserError(
        fmt::format("{}: no threshold of this file lies on the figure's axes: none is a value of {} that "
                    "varies over the other axis",
                    file.path().string(), y_name.empty() ? x_name : x_name + " or " + y_name));
  }
}

}  // namespace glasscape::report
