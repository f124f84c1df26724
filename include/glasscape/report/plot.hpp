#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "glasscape/report/figure.hpp"
#include "glasscape/report/selection.hpp"

namespace glasscape::report {

/// A straight line of the figure's axes, to compare the data with: a power law where both are logarithmic.
struct GuideLine {
  std::vector<double> x;
  std::vector<double> y;
  std::string label = {};

  bool operator==(const GuideLine&) const = default;
};

/// What `glasscape plot` was asked for.
struct PlotRequest {
  std::vector<std::filesystem::path> files;
  std::string x;                   ///< a dimension, or (for curves) an observable
  std::string y = {};              ///< a dimension: a heat map; empty: curves
  std::string value;               ///< the observable
  std::string curves = {};         ///< the dimension of a family of curves, told apart by colour; empty: none
  std::string dashes = {};         ///< of a second family within it, told apart by dashes and marks; empty: none
  Fixed fixed = {};                ///< --at
  std::set<std::string> log = {};  ///< of "x", "y", "value", beside the axes whose values are logarithmic
  std::vector<std::filesystem::path> points = {};
  std::vector<std::filesystem::path> overlays = {};
  std::vector<GuideLine> lines = {};
};

/// "x,y,value" or a part of it. Throws UserError for anything else.
std::set<std::string> parse_log(const std::string& argument);

/// "X1,Y1,X2,Y2" or "X1,Y1,X2,Y2,LABEL". Throws UserError for anything else.
GuideLine parse_line(const std::string& argument);

/// The figure, and in `notes` a sentence for whatever of the data it cannot show. Throws UserError where the request
/// does not fit the files.
Figure make_figure(const PlotRequest& request, std::vector<std::string>& notes);

/// Files of a request, open.
struct PlotFiles {
  explicit PlotFiles(const PlotRequest& request);

  std::vector<store::ResultFile> main;
  std::vector<store::ResultFile> points;
  std::vector<store::ResultFile> overlays;

  const store::ResultFile& first() const { return main.front(); }
};

/// The value of `request` over two dimensions, as coloured cells.
Figure make_heat_map(const PlotRequest& request, const PlotFiles& files, std::vector<std::string>& notes);

/// The value of `request` over a dimension or another observable, as curves and points.
Figure make_curves(const PlotRequest& request, const PlotFiles& files, std::vector<std::string>& notes);

/// Adds the threshold lines of the overlay files to a figure with these names on its axes (`y_name` empty where the
/// vertical axis is no parameter: then thresholds along x are vertical lines).
void add_overlays(Figure& figure, const PlotRequest& request, const PlotFiles& files, const std::string& x_name,
                  const std::string& y_name, std::vector<std::string>& notes);

/// "overlap with the signal, m": what to write beside an axis or a colour bar of an observable.
std::string value_label(const store::Variable& variable);

/// The axis of a dimension from `lower` to `upper`, logarithmic where its values are or `log` says so.
FigureAxis dimension_axis(const store::Variable& coordinate, const std::vector<double>& values, bool log);

/// Ticks named after the categories.
std::vector<Tick> category_ticks(const std::vector<Category>& categories);

/// Lower and upper end of what can be drawn of `values` on a scale, with `margin` (a fraction of the range) around it.
void fit(FigureAxis& axis, const std::vector<double>& values, double margin);

}  // namespace glasscape::report
