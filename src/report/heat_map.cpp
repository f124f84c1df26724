#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "glasscape/core/errors.hpp"
#include "glasscape/core/solution.hpp"
#include "glasscape/report/plot.hpp"

namespace glasscape::report {

using store::ResultFile;
using store::Variable;

namespace {

/// One axis of the map: the drawable coordinates in ascending order and the edges of their cells.
struct CellAxis {
  FigureAxis axis;
  std::vector<std::size_t> places;  ///< in the coordinate, ascending by value
  std::vector<double> edges;        ///< positions along the axis
};

CellAxis cells_along(const ResultFile& file, const std::string& name, bool log, std::vector<std::string>& notes) {
  const Variable& coordinate = dimension(file, name);
  const std::vector<double> values = file.read(coordinate);
  CellAxis cells{.axis = dimension_axis(coordinate, values, log), .places = {}, .edges = {}};
  // a row of cells at zero is worth more than a logarithmic axis that nobody asked for
  if (!log && std::ranges::find(values, 0.0) != values.end()) cells.axis.scale.logarithmic = false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isnan(cells.axis.scale.position(values[i]))) {
      cells.places.push_back(i);
    } else {
      notes.push_back(fmt::format("{} = {} has no place on its axis and is left out", name,
                                  coordinate_text(coordinate, values[i])));
    }
  }
  if (cells.places.empty()) {
    throw UserError(fmt::format("{}: no value of {} can be drawn on its axis", file.path().string(), name));
  }
  std::ranges::sort(cells.places, {}, [&](std::size_t place) { return values[place]; });
  std::vector<double> positions;
  for (const std::size_t place : cells.places) positions.push_back(cells.axis.scale.position(values[place]));
  cells.edges = cell_edges(positions);
  cells.axis.lower = cells.axis.scale.value(cells.edges.front());
  cells.axis.upper = cells.axis.scale.value(cells.edges.back());
  return cells;
}

/// Enough for print. Equal cells get equally many pixels; others an edge that is right to a pixel.
std::size_t pixels_for(const CellAxis& cells) {
  constexpr std::size_t wanted = 1000;
  const std::size_t count = cells.places.size();
  const double mean = (cells.edges.back() - cells.edges.front()) / static_cast<double>(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (std::abs(cells.edges[i + 1] - cells.edges[i] - mean) > 1e-6 * mean) return std::max(wanted, 2 * count);
  }
  return count * ((wanted + count - 1) / count);
}

/// Chooses the colour of a cell and keeps account of what occurs, for the legend.
class Painter {
 public:
  Painter(const Variable& variable, const std::vector<double>& values, bool log) : variable_(variable) {
    if (!variable.categories.empty()) {
      if (log) throw UserError(fmt::format("--log value: {} is categorical", variable.name));
      return;
    }
    bar_ = FigureAxis{.label = value_label(variable), .scale = {.logarithmic = log}};
    fit(*bar_, values, 0);
    lower_ = bar_->scale.position(bar_->lower);
    upper_ = bar_->scale.position(bar_->upper);
  }

  Color color(double value, double status) {
    if (!variable_.categories.empty()) {
      for (std::size_t i = 0; i < variable_.categories.size(); ++i) {
        if (variable_.categories[i].value != value) continue;
        seen_.insert(i);
        return category_color(variable_.categories[i], i);
      }
    } else if (const double position = bar_->scale.position(value); !std::isnan(position)) {
      return sequential((position - lower_) / (upper_ - lower_));
    }
    const LegendEntry entry = reason(value, status);
    if (std::ranges::find(missing_, entry.label, &LegendEntry::label) == missing_.end()) missing_.push_back(entry);
    return entry.color;
  }

  const std::optional<FigureAxis>& bar() const { return bar_; }

  std::vector<LegendEntry> legend() const {
    std::vector<LegendEntry> entries;
    for (const std::size_t i : seen_) {
      std::string label = variable_.categories[i].meaning;
      std::ranges::replace(label, '_', ' ');  // CF's flag_meanings have no spaces
      entries.push_back({.label = plain(label), .color = category_color(variable_.categories[i], i)});
    }
    entries.insert(entries.end(), missing_.begin(), missing_.end());
    return entries;
  }

 private:
  LegendEntry reason(double value, double status) const {
    if (status == static_cast<double>(Outcome::pending)) return {.label = "not computed", .color = missing::pending};
    if (status == static_cast<double>(Outcome::failed)) return {.label = "failed", .color = missing::failed};
    if (std::isinf(value)) return {.label = "infinite", .color = missing::infinite};
    if (std::isfinite(value) && variable_.categories.empty()) {
      return {.label = "not positive", .color = missing::not_positive};
    }
    if (status == static_cast<double>(Outcome::unconverged))
      return {.label = "unconverged", .color = missing::unconverged};
    return {.label = variable_.nan_meaning.empty() ? "undefined" : plain(variable_.nan_meaning),
            .color = missing::undefined};
  }

  const Variable& variable_;
  std::optional<FigureAxis> bar_;
  double lower_ = 0;
  double upper_ = 1;
  std::set<std::size_t> seen_;
  std::vector<LegendEntry> missing_;
};

Raster rasterise(const CellAxis& x, const CellAxis& y, const std::vector<Color>& cells, std::size_t row_length) {
  Raster raster{.width = pixels_for(x), .height = pixels_for(y), .pixels = {}};
  const auto columns = cells_of_pixels(x.edges, raster.width);
  const auto rows = cells_of_pixels(y.edges, raster.height);
  raster.pixels.reserve(raster.width * raster.height);
  for (const std::size_t row : rows) {
    for (const std::size_t column : columns) {
      raster.pixels.push_back(cells[y.places[row] * row_length + x.places[column]]);
    }
  }
  return raster;
}

/// The same observable of other files, as circles in the map's colours.
void add_points(Figure& figure, const PlotRequest& request, const PlotFiles& files, Painter& painter) {
  for (const ResultFile& file : files.points) {
    const Variable& variable = number_variable(file, request.value);
    const std::vector<double> x = file.read(dimension(file, request.x));
    const std::vector<double> y = file.read(dimension(file, request.y));
    const auto values = read_slice(file, variable, {request.y, request.x}, request.fixed);
    const auto status = read_slice(file, file.variable("status"), {request.y, request.x}, request.fixed);
    Curve points{.label = plain(file.path().stem().string()), .style = Curve::Style::points};
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (status[i] == static_cast<double>(Outcome::pending)) continue;
      points.x.push_back(x[i % x.size()]);
      points.y.push_back(y[i / x.size()]);
      points.point_colors.push_back(painter.color(values[i], status[i]));
    }
    figure.curves.push_back(std::move(points));
  }
}

void check_depends(const ResultFile& file, const Variable& variable, const std::string& name) {
  dimension(file, name);
  if (std::ranges::find(variable.dims, name) != variable.dims.end()) return;
  throw UserError(fmt::format("{}: {} does not depend on {}", file.path().string(), variable.name, name));
}

}  // namespace

Figure make_heat_map(const PlotRequest& request, const PlotFiles& files, std::vector<std::string>& notes) {
  const ResultFile& file = files.first();
  if (files.main.size() > 1) throw UserError("a heat map (--y) shows one file; add others by --points or --overlay");
  const Variable& variable = number_variable(file, request.value);
  if (file.find(request.y) != nullptr && !file.variable(request.y).is_coordinate()) {
    throw UserError(fmt::format("--y {}: takes a dimension; for one observable against another use --x {} --value {}",
                                request.y, request.x, request.y));
  }
  check_depends(file, variable, request.x);
  check_depends(file, variable, request.y);
  const CellAxis x = cells_along(file, request.x, request.log.contains("x"), notes);
  const CellAxis y = cells_along(file, request.y, request.log.contains("y"), notes);
  const auto values = read_slice(file, variable, {request.y, request.x}, request.fixed);
  const auto status = read_slice(file, file.variable("status"), {request.y, request.x}, request.fixed);
  Painter painter(variable, values, request.log.contains("value"));
  std::vector<Color> cells(values.size());
  const std::size_t row_length = dimension(file, request.x).size();
  for (const std::size_t row : y.places) {
    for (const std::size_t column : x.places) {
      const std::size_t cell = row * row_length + column;
      cells[cell] = painter.color(values[cell], status[cell]);
    }
  }
  Figure figure{.x = x.axis, .y = y.axis, .raster = rasterise(x, y, cells, row_length), .color_bar = painter.bar()};
  add_overlays(figure, request, files, request.x, request.y, notes);
  add_points(figure, request, files, painter);
  figure.legend = painter.legend();
  return figure;
}

}  // namespace glasscape::report
