#include "glasscape/report/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "glasscape/core/errors.hpp"
#include "glasscape/core/number.hpp"

namespace glasscape::report {

using store::ResultFile;
using store::Variable;

namespace {

std::vector<ResultFile> open_all(const std::vector<std::filesystem::path>& paths) {
  std::vector<ResultFile> files;
  for (const auto& path : paths) files.emplace_back(path);
  return files;
}

std::string fixed_title(const PlotRequest& request, const ResultFile& file) {
  std::string title;
  for (const auto& [name, text] : request.fixed) {
    const Variable* coordinate = file.find(name);
    if (coordinate == nullptr) continue;
    const std::vector<double> values = file.read(*coordinate);
    title +=
        (title.empty() ? "" : ",  ") + printed_coordinate(*coordinate, values[position_of(*coordinate, values, text)]);
  }
  return title;
}

void add_lines(Figure& figure, const std::vector<GuideLine>& lines) {
  constexpr int first_dash = 2;
  int dash = first_dash;
  for (const GuideLine& line : lines) {
    figure.curves.push_back({.label = line.label, .x = line.x, .y = line.y, .dash = dash});
    dash = dash == 6 ? first_dash : dash + 1;
  }
}

void check_dashes(const PlotRequest& request) {
  if (request.dashes.empty()) return;
  if (request.curves.empty()) throw UserError("--dashes makes a second family within that of --curves: give both");
  if (request.dashes == request.curves || request.dashes == request.x) {
    throw UserError(
        fmt::format("--dashes and {} are the same dimension", request.dashes == request.x ? "--x" : "--curves"));
  }
  if (request.files.size() > 1 || request.points.size() > 1) {
    throw UserError("--dashes takes one file, and one of --points: with more, dashes tell the files apart");
  }
}

void check_request(const PlotRequest& request, const PlotFiles& files) {
  std::vector<const ResultFile*> all;
  for (const auto* group : {&files.main, &files.points, &files.overlays}) {
    for (const ResultFile& file : *group) all.push_back(&file);
  }
  check_fixed(request.fixed, all);
  for (const auto& [option, name] : {std::pair("--x", request.x), std::pair("--y", request.y),
                                     std::pair("--curves", request.curves), std::pair("--dashes", request.dashes)}) {
    if (!request.fixed.contains(name)) continue;
    throw UserError(fmt::format("--at {}={}: {} already gives {}", name, request.fixed.at(name), option, name));
  }
  if (!request.y.empty() && request.x == request.y) throw UserError("--x and --y are the same dimension");
  if (!request.curves.empty() && request.x == request.curves)
    throw UserError("--x and --curves are the same dimension");
  if (!request.y.empty() && !request.curves.empty()) {
    throw UserError("--curves draws a family of curves and --y a heat map: give one of the two");
  }
  check_dashes(request);
}

}  // namespace

std::set<std::string> parse_log(const std::string& argument) {
  std::set<std::string> names;
  std::istringstream stream(argument);
  for (std::string part; std::getline(stream, part, ',');) {
    const std::string name(trimmed(part));
    if (name != "x" && name != "y" && name != "value") {
      throw UserError(fmt::format("--log {}: '{}' is none of x, y, value", argument, name));
    }
    names.insert(name);
  }
  return names;
}

GuideLine parse_line(const std::string& argument) {
  std::istringstream stream(argument);
  std::vector<double> numbers;
  for (std::string part; numbers.size() < 4 && std::getline(stream, part, ',');) {
    const auto number = parse_number(trimmed(part));
    if (!number || !std::isfinite(*number)) break;
    numbers.push_back(*number);
  }
  if (numbers.size() < 4) throw UserError(fmt::format("--line {}: wants X1,Y1,X2,Y2[,LABEL]", argument));
  GuideLine line{.x = {numbers[0], numbers[2]}, .y = {numbers[1], numbers[3]}};
  std::getline(stream, line.label);
  return line;
}

PlotFiles::PlotFiles(const PlotRequest& request)
    : main(open_all(request.files)), points(open_all(request.points)), overlays(open_all(request.overlays)) {}

Figure make_figure(const PlotRequest& request, std::vector<std::string>& notes) {
  if (request.files.empty()) throw UserError("plot: no file is given");
  const PlotFiles files(request);
  check_request(request, files);
  Figure figure = request.y.empty() ? make_curves(request, files, notes) : make_heat_map(request, files, notes);
  add_lines(figure, request.lines);
  figure.title = fixed_title(request, files.first());
  return figure;
}

std::string value_label(const Variable& variable) {
  constexpr std::size_t longest = 40;
  if (variable.long_name.empty() || variable.long_name == variable.symbol) {
    return variable.symbol.empty() ? plain(variable.label()) : variable.label();
  }
  std::string text = variable.long_name;
  if (text.size() > longest) {
    text = variable.name;
    std::ranges::replace(text, '_', ' ');
  }
  text = plain(text);
  if (!variable.symbol.empty()) return text + ", " + variable.label();
  return variable.units.empty() || variable.units == "1" ? text : fmt::format("{} [{}]", text, plain(variable.units));
}

std::vector<Tick> category_ticks(const std::vector<Category>& categories) {
  std::vector<Tick> ticks;
  for (const Category& category : categories) {
    ticks.push_back({static_cast<double>(category.value), plain(category.meaning)});
  }
  return ticks;
}

FigureAxis dimension_axis(const Variable& coordinate, const std::vector<double>& values, bool log) {
  FigureAxis axis;
  axis.label = coordinate.symbol.empty() ? plain(coordinate.label()) : coordinate.label();
  if (!coordinate.categories.empty()) {
    if (log) throw UserError(fmt::format("--log: {} has names, not numbers", coordinate.name));
    axis.named_ticks = category_ticks(coordinate.categories);
    return axis;
  }
  axis.scale.logarithmic = log || is_logarithmic(values);
  return axis;
}

void fit(FigureAxis& axis, const std::vector<double>& values, double margin) {
  double lower = infinity;
  double upper = -infinity;
  for (const double value : values) {
    const double position = axis.scale.position(value);
    if (std::isnan(position)) continue;
    lower = std::min(lower, position);
    upper = std::max(upper, position);
  }
  if (lower > upper) {
    lower = 0;
    upper = 1;
  }
  // Rounding errors around a constant are no range.
  const double resolution = axis.scale.logarithmic ? 1e-3 : 1e-9 * std::max(std::abs(lower), std::abs(upper));
  if (upper - lower <= resolution) {
    const double half = axis.scale.logarithmic || lower == 0 ? 0.5 : 0.05 * std::abs(lower);
    lower -= half;
    upper += half;
  } else {
    const double pad = margin * (upper - lower);
    lower -= pad;
    upper += pad;
  }
  axis.lower = axis.scale.value(lower);
  axis.upper = axis.scale.value(upper);
}

}  // namespace glasscape::report
