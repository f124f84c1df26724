#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "glasscape/core/errors.hpp"
#include "glasscape/core/number.hpp"
#include "glasscape/core/suggest.hpp"
#include "glasscape/report/plot.hpp"

namespace glasscape::report {

using store::ResultFile;
using store::Variable;

namespace {

constexpr std::size_t marked_up_to = 30;  // points of a line that are marked one by one

/// The family's values over all files, ascending, and how each is drawn.
struct Family {
  const Variable* coordinate = nullptr;  ///< none: a single curve a file
  std::vector<double> values = {};
  Scale scale = {};

  bool by_color_bar() const { return values.size() > distinct_curves; }

  Color color(double value) const {
    if (!by_color_bar()) {
      return curve_color(static_cast<std::size_t>(std::ranges::find(values, value) - values.begin()));
    }
    const double lower = scale.position(values.front());
    const double position = (scale.position(value) - lower) / (scale.position(values.back()) - lower);
    return std::isnan(position) ? black : sequential(position);
  }
};

Family family_of(const PlotRequest& request, const PlotFiles& files) {
  Family family;
  if (request.curves.empty()) return family;
  family.coordinate = &dimension(files.first(), request.curves);
  for (const auto* group : {&files.main, &files.points}) {
    for (const ResultFile& file : *group) {
      const Variable* coordinate = file.find(request.curves);
      if (coordinate == nullptr || !coordinate->is_coordinate()) continue;
      for (const double value : file.read(*coordinate)) {
        if (std::ranges::find(family.values, value) == family.values.end()) family.values.push_back(value);
      }
    }
  }
  std::ranges::sort(family.values);
  family.scale.logarithmic = is_logarithmic(family.values);
  return family;
}

/// The one dimension that a curve runs along.
std::string running_dimension(const ResultFile& file, const Variable& value, const PlotRequest& request) {
  const Variable* x = file.find(request.x);
  if (x == nullptr) {
    std::vector<std::string> names;
    for (const Variable& variable : file.variables()) {
      if (variable.is_coordinate() && !store::is_bookkeeping(variable.name)) names.push_back(variable.name);
    }
    for (const Variable* observable : file.observables()) names.push_back(observable->name);
    throw UserError(fmt::format("{}: holds no dimension or observable '{}'{}", file.path().string(), request.x,
                                suggestion(request.x, names)));
  }
  if (x->is_coordinate() && !store::is_bookkeeping(request.x)) return request.x;
  std::vector<std::string> open;
  for (const Variable* variable : {&number_variable(file, request.x), &value}) {
    for (const std::string& name : open_dimensions(*variable, request.fixed)) {
      if (name != request.curves && std::ranges::find(open, name) == open.end()) open.push_back(name);
    }
  }
  if (open.size() == 1) return open.front();
  if (open.empty()) {
    throw UserError(fmt::format("{}: {} against {} is a single point: every dimension is fixed", file.path().string(),
                                value.name, request.x));
  }
  std::vector<std::string> choices;
  for (const std::string& name : open) {
    const Variable& coordinate = dimension(file, name);
    choices.push_back(fmt::format("{} ({})", name, describe_values(coordinate, file.read(coordinate))));
  }
  throw UserError(
      fmt::format("{}: {} against {} runs along one dimension; fix all but one of {} with --at, or make one "
                  "a family with --curves",
                  file.path().string(), value.name, request.x, fmt::join(choices, ", ")));
}

std::vector<std::size_t> ascending(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  return order;
}

std::vector<double> arranged(const std::vector<double>& values, const std::vector<std::size_t>& order) {
  std::vector<double> result;
  for (const std::size_t i : order) result.push_back(values[i]);
  return result;
}

/// One curve: the value (and x, where that is an observable) along the running dimension.
Curve read_curve(const ResultFile& file, const PlotRequest& request, const Fixed& fixed) {
  const Variable& value = number_variable(file, request.value);
  const std::string running = running_dimension(file, value, request);
  if (std::ranges::find(value.dims, running) == value.dims.end()) {
    dimension(file, running);
    throw UserError(fmt::format("{}: {} does not depend on {}", file.path().string(), value.name, running));
  }
  const std::vector<std::size_t> order = ascending(file.read(dimension(file, running)));
  const auto slice = [&](const Variable* variable) {
    return variable == nullptr ? std::vector<double>() : arranged(read_slice(file, *variable, {running}, fixed), order);
  };
  Curve curve;
  const Variable& x = file.variable(request.x);
  curve.x = slice(&x);
  curve.y = slice(&value);
  if (!x.is_coordinate()) curve.x_error = slice(file.error_of(x));
  curve.y_error = slice(file.error_of(value));
  if (!value.categories.empty()) {
    for (double& y : curve.y) y = y < 0 ? not_a_number : y;
  }
  curve.style = curve.x.size() <= marked_up_to ? Curve::Style::line_and_points : Curve::Style::line;
  const bool categorical = !value.categories.empty() || !x.categories.empty();
  if (categorical) curve.style = Curve::Style::points;  // nothing lies between two categories
  return curve;
}

/// The fixed dimensions that the file's value (and x) have: another file may be a single point in them.
Fixed fixed_in(const ResultFile& file, const Fixed& fixed) {
  Fixed kept;
  for (const auto& [name, value] : fixed) {
    if (file.find(name) != nullptr) kept.emplace(name, value);
  }
  return kept;
}

std::vector<Curve> curves_of(const ResultFile& file, const PlotRequest& request, const Family& family) {
  const Fixed fixed = fixed_in(file, request.fixed);
  const Variable* coordinate = family.coordinate == nullptr ? nullptr : file.find(request.curves);
  if (coordinate == nullptr) return {read_curve(file, request, fixed)};
  const Variable& value = number_variable(file, request.value);
  if (std::ranges::find(value.dims, request.curves) == value.dims.end()) {
    throw UserError(fmt::format("{}: {} does not depend on {}", file.path().string(), value.name, request.curves));
  }
  std::vector<Curve> curves;
  const std::vector<double> values = file.read(*coordinate);
  for (const std::size_t i : ascending(values)) {
    Fixed member = fixed;
    member[request.curves] = coordinate_text(*coordinate, values[i]);
    curves.push_back(read_curve(file, request, member));
    curves.back().color = family.color(values[i]);
  }
  return curves;
}

/// What tells a file from the others: its solver, or where that is the same its name.
std::string file_label(const ResultFile& file, const PlotFiles& files) {
  const std::string solver = file.attribute("solver");
  int same = 0;
  for (const auto* group : {&files.main, &files.points}) {
    for (const ResultFile& other : *group) same += other.attribute("solver") == solver ? 1 : 0;
  }
  std::string label = solver.empty() || same > 1 ? file.path().stem().string() : solver;
  std::ranges::replace(label, '_', ' ');
  return plain(label);
}

/// With a family, colours tell its members apart, dashes and points the files; without, colours tell the files apart.
void add_curves(Figure& figure, const PlotRequest& request, const PlotFiles& files, const Family& family) {
  const bool several = files.main.size() + files.points.size() > 1;
  const bool has_family = family.coordinate != nullptr;
  if (has_family && !family.by_color_bar()) {
    for (const double member : family.values) {
      figure.legend.push_back(
          {printed_coordinate(*family.coordinate, member), family.color(member), Curve::Style::line, 1});
    }
  }
  for (std::size_t i = 0; i < files.main.size(); ++i) {
    const std::string label = several ? file_label(files.main[i], files) : "";
    const int dash = has_family ? static_cast<int>(i % 6) + 1 : 1;
    for (Curve& curve : curves_of(files.main[i], request, family)) {
      curve.dash = dash;
      if (!has_family) {
        curve.color = curve_color(i);
        curve.label = label;
      }
      figure.curves.push_back(std::move(curve));
    }
    if (has_family && several) figure.legend.push_back({label, black, Curve::Style::line, dash});
  }
  for (LegendEntry& entry : figure.legend) {
    if (figure.curves.front().style == Curve::Style::points) entry.curve = Curve::Style::points;
  }
  for (std::size_t i = 0; i < files.points.size(); ++i) {
    const std::string label = file_label(files.points[i], files);
    for (Curve& curve : curves_of(files.points[i], request, family)) {
      curve.style = Curve::Style::points;
      if (!has_family) {
        curve.label = label;
        curve.color = i == 0 ? black : curve_color(files.main.size() + i);
      }
      figure.curves.push_back(std::move(curve));
    }
    if (has_family) figure.legend.push_back({label, black, Curve::Style::points, 1});
  }
}

std::vector<double> with_errors(const std::vector<double>& values, const std::vector<double>& errors) {
  std::vector<double> all = values;
  for (std::size_t i = 0; i < errors.size(); ++i) {
    all.push_back(values[i] - errors[i]);
    all.push_back(values[i] + errors[i]);
  }
  return all;
}

FigureAxis observable_axis(const Variable& variable, bool log) {
  FigureAxis axis{.label = value_label(variable), .scale = {.logarithmic = log}};
  if (!variable.categories.empty()) {
    if (log) throw UserError(fmt::format("--log: {} is categorical", variable.name));
    axis.named_ticks = category_ticks(variable.categories);
  }
  return axis;
}

/// Errors below the resolution of print would only leave the caps of their bars.
void drop_invisible(std::vector<double>& errors, const FigureAxis& axis) {
  constexpr double visible = 2e-3;  // of the axis
  if (axis.scale.logarithmic) return;
  const auto shows = [&](double error) { return error > visible * (axis.upper - axis.lower); };
  if (std::ranges::none_of(errors, shows)) errors.clear();
}

void fit_axes(Figure& figure, bool x_is_dimension) {
  std::vector<double> x;
  std::vector<double> y;
  for (const Curve& curve : figure.curves) {
    for (const double value : with_errors(curve.x, curve.x_error)) x.push_back(value);
    for (const double value : with_errors(curve.y, curve.y_error)) y.push_back(value);
  }
  fit(figure.x, x, !figure.x.named_ticks.empty() ? 0.1 : x_is_dimension ? 0.015 : 0.04);
  fit(figure.y, y, 0.05);
  for (Curve& curve : figure.curves) {
    drop_invisible(curve.x_error, figure.x);
    drop_invisible(curve.y_error, figure.y);
  }
}

}  // namespace

Figure make_curves(const PlotRequest& request, const PlotFiles& files, std::vector<std::string>& notes) {
  const ResultFile& file = files.first();
  const Variable& value = number_variable(file, request.value);
  const Family family = family_of(request, files);
  Figure figure;
  add_curves(figure, request, files, family);
  const Variable& x = file.variable(request.x);
  figure.x = x.is_coordinate() ? dimension_axis(x, file.read(x), request.log.contains("x"))
                               : observable_axis(x, request.log.contains("x"));
  figure.y = observable_axis(value, request.log.contains("value") || request.log.contains("y"));
  fit_axes(figure, x.is_coordinate());
  if (family.by_color_bar()) {
    figure.color_bar = dimension_axis(*family.coordinate, family.values, false);
    fit(*figure.color_bar, family.values, 0);
  }
  if (!x.is_coordinate() && !files.overlays.empty()) {
    throw UserError(
        fmt::format("--overlay: thresholds are values of a parameter, and --x {} is an observable", x.name));
  }
  add_overlays(figure, request, files, request.x, "", notes);
  return figure;
}

}  // namespace glasscape::report
