#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>

#include "glasscape/core/errors.hpp"
#include "glasscape/core/number.hpp"
#include "glasscape/core/suggest.hpp"
#include "glasscape/report/plot.hpp"

namespace glasscape::report {

using store::ResultFile;
using store::Variable;

namespace {

constexpr std::size_t marked_up_to = 30;  // points of a line that are marked one by one

/// Values over all files of a dimension that makes a family of curves, ascending.
struct Family {
  const Variable* coordinate = nullptr;  ///< none: no family
  std::vector<double> values = {};
  Scale scale = {};

  bool by_color_bar() const { return values.size() > distinct_curves; }

  std::size_t position(double value) const {
    return static_cast<std::size_t>(std::ranges::find(values, value) - values.begin());
  }

  Color color(double value) const {
    if (!by_color_bar()) return curve_color(position(value));
    const double lower = scale.position(values.front());
    const double place = (scale.position(value) - lower) / (scale.position(values.back()) - lower);
    return std::isnan(place) ? black : sequential(place);
  }
};

/// One told apart by colours (--curves), one by dashes and marks (--dashes).
struct Families {
  Family colors = {};
  Family dashes = {};
};

Family family_of(const std::string& name, const PlotFiles& files) {
  Family family;
  if (name.empty()) return family;
  family.coordinate = &dimension(files.first(), name);
  for (const auto* group : {&files.main, &files.points}) {
    for (const ResultFile& file : *group) {
      const Variable* coordinate = file.find(name);
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

Families families_of(const PlotRequest& request, const PlotFiles& files) {
  Families families{family_of(request.curves, files), family_of(request.dashes, files)};
  if (families.dashes.values.size() > distinct_dashes) {
    throw UserError(
        fmt::format("--dashes {}: has {} values, and {} dashes can be told apart; exchange it with --curves",
                    request.dashes, families.dashes.values.size(), distinct_dashes));
  }
  return families;
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
      const bool is_family = name == request.curves || name == request.dashes;
      if (!is_family && std::ranges::find(open, name) == open.end()) open.push_back(name);
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

/// The values of a family that a file has, ascending; one that is none where the file is a single point in it.
std::vector<std::optional<double>> members_in(const ResultFile& file, const Variable& value, const Family& family) {
  const Variable* coordinate = family.coordinate == nullptr ? nullptr : file.find(family.coordinate->name);
  if (coordinate == nullptr) return {std::nullopt};
  if (std::ranges::find(value.dims, coordinate->name) == value.dims.end()) {
    throw UserError(fmt::format("{}: {} does not depend on {}", file.path().string(), value.name, coordinate->name));
  }
  std::vector<double> values = file.read(*coordinate);
  std::ranges::sort(values);
  return {values.begin(), values.end()};
}

std::vector<Curve> curves_of(const ResultFile& file, const PlotRequest& request, const Families& families) {
  const Fixed fixed = fixed_in(file, request.fixed);
  const Variable& value = number_variable(file, request.value);
  const auto fix = [&](Fixed& member, const Family& family, std::optional<double> at) {
    if (at) member[family.coordinate->name] = coordinate_text(file.variable(family.coordinate->name), *at);
  };
  std::vector<Curve> curves;
  for (const auto dash : members_in(file, value, families.dashes)) {
    for (const auto color : members_in(file, value, families.colors)) {
      Fixed member = fixed;
      fix(member, families.colors, color);
      fix(member, families.dashes, dash);
      curves.push_back(read_curve(file, request, member));
      if (color) curves.back().color = families.colors.color(*color);
      if (dash) curves.back().dash = static_cast<int>(families.dashes.position(*dash)) + 1;
    }
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

/// Leaves out points that lie too close along the axis to be told apart. Returns whether there were any.
bool thin_out(Curve& points, const Scale& scale) {
  const auto place = [&](std::size_t i) { return scale.position(points.x[i]); };
  std::vector<std::size_t> drawable, kept;
  for (std::size_t i = 0; i < points.x.size(); ++i) {
    if (!std::isnan(place(i)) && !std::isnan(points.y[i])) drawable.push_back(i);
  }
  if (drawable.size() <= marked_up_to) return false;
  const double spacing = (place(drawable.back()) - place(drawable.front())) / marked_up_to;
  for (const std::size_t i : drawable) {
    if (kept.empty() || place(i) - place(kept.back()) >= (1 - 1e-9) * spacing) kept.push_back(i);
  }
  points.x = arranged(points.x, kept);
  points.y = arranged(points.y, kept);
  if (!points.y_error.empty()) points.y_error = arranged(points.y_error, kept);
  return kept.size() < drawable.size();
}

/// The entries of the families: a colour or a dash for each value.
void add_members(Figure& figure, const Families& families, bool has_points) {
  const auto style = figure.curves.front().style;
  if (families.colors.coordinate != nullptr && !families.colors.by_color_bar()) {
    for (const double value : families.colors.values) {
      figure.legend.push_back({printed_coordinate(*families.colors.coordinate, value), families.colors.color(value),
                               style == Curve::Style::points ? style : Curve::Style::line, 1});
    }
  }
  if (families.dashes.coordinate == nullptr) return;
  for (const double value : families.dashes.values) {
    figure.legend.push_back({printed_coordinate(*families.dashes.coordinate, value), black,
                             has_points ? Curve::Style::line_and_points : style,
                             static_cast<int>(families.dashes.position(value)) + 1});
  }
}

/// The curves of the files. With a family, colours tell its members apart, and dashes those of a second one or the
/// files; without, colours tell the files apart.
void add_lines(Figure& figure, const PlotRequest& request, const PlotFiles& files, const Families& families) {
  const bool several = files.main.size() + files.points.size() > 1;
  std::vector<LegendEntry> of_files;
  for (std::size_t i = 0; i < files.main.size(); ++i) {
    const std::string label = several ? file_label(files.main[i], files) : "";
    const int dash = static_cast<int>(i % distinct_dashes) + 1;
    for (Curve& curve : curves_of(files.main[i], request, families)) {
      if (families.dashes.coordinate == nullptr && families.colors.coordinate != nullptr) curve.dash = dash;
      if (families.colors.coordinate == nullptr) {
        curve.color = curve_color(i);
        curve.label = label;
      }
      // marks are for the points of the other files
      if (!files.points.empty() && curve.style == Curve::Style::line_and_points) curve.style = Curve::Style::line;
      figure.curves.push_back(std::move(curve));
    }
    if (several) of_files.push_back({label, black, Curve::Style::line, dash});
  }
  add_members(figure, families, !files.points.empty());
  if (families.colors.coordinate == nullptr) return;
  figure.legend.insert(figure.legend.end(), of_files.begin(), of_files.end());
}

/// The points of the other files, in the colours of the curves that they belong to.
void add_points(Figure& figure, const PlotRequest& request, const PlotFiles& files, const Families& families,
                std::vector<std::string>& notes) {
  const bool in_pairs = files.points.size() == files.main.size() && files.main.size() > 1;
  for (std::size_t i = 0; i < files.points.size(); ++i) {
    const std::string label = file_label(files.points[i], files);
    const int mark = static_cast<int>(i % distinct_dashes) + 1;
    bool is_thinned = false;
    for (Curve& curve : curves_of(files.points[i], request, families)) {
      curve.style = Curve::Style::points;
      if (families.dashes.coordinate == nullptr) curve.dash = in_pairs ? 1 : mark;
      if (families.colors.coordinate == nullptr) {
        curve.label = label;
        curve.color = in_pairs ? curve_color(i) : i == 0 ? black : curve_color(files.main.size() + i);
      }
      if (files.points[i].variable(request.x).is_coordinate()) is_thinned |= thin_out(curve, figure.x.scale);
      figure.curves.push_back(std::move(curve));
    }
    if (families.colors.coordinate != nullptr) figure.legend.push_back({label, black, Curve::Style::points, mark});
    if (is_thinned) {
      notes.push_back(fmt::format("{}: of the points along {} those are drawn that can be told apart",
                                  files.points[i].path().string(), request.x));
    }
  }
}

/// A value and both ends of its error bar.
std::array<double, 3> with_error(const std::vector<double>& values, const std::vector<double>& errors, std::size_t i) {
  const double error = i < errors.size() ? errors[i] : 0;
  return {values[i], values[i] - error, values[i] + error};
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
    for (std::size_t i = 0; i < curve.x.size(); ++i) {
      if (std::isnan(figure.x.scale.position(curve.x[i]))) continue;
      for (const double value : with_error(curve.x, curve.x_error, i)) x.push_back(value);
      for (const double value : with_error(curve.y, curve.y_error, i)) y.push_back(value);
    }
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
  const Families families = families_of(request, files);
  Figure figure;
  add_lines(figure, request, files, families);
  const Variable& x = file.variable(request.x);
  figure.x = x.is_coordinate() ? dimension_axis(x, file.read(x), request.log.contains("x"))
                               : observable_axis(x, request.log.contains("x"));
  figure.y = observable_axis(value, request.log.contains("value") || request.log.contains("y"));
  add_points(figure, request, files, families, notes);
  fit_axes(figure, x.is_coordinate());
  if (const Family& family = families.colors; family.by_color_bar()) {
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
