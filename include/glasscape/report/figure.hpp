#pragma once

#include <optional>
#include <string>
#include <vector>

#include "glasscape/report/palette.hpp"
#include "glasscape/report/scale.hpp"

namespace glasscape::report {

// A figure as data: what is drawn, in the units of the data, without a word on who draws it. All texts may hold the
// markup of TeX's indices (`q_{EA}`, `χ^2`); `plain` protects names that have underscores of their own.

std::string plain(std::string_view text);

struct FigureAxis {
  std::string label = {};
  Scale scale = {};
  double lower = 0;
  double upper = 1;
  std::vector<Tick> named_ticks = {};  ///< of categories; numbers get round ones

  std::vector<Tick> ticks() const { return named_ticks.empty() ? make_ticks(lower, upper, scale) : named_ticks; }
};

/// A picture that covers the plotting area; rows from the bottom.
struct Raster {
  std::size_t width = 0;
  std::size_t height = 0;
  std::vector<Color> pixels = {};
};

/// Patterns of dashes, and shapes of points, that can be told apart.
inline constexpr std::size_t distinct_dashes = 6;

/// A line or a set of points. What cannot be drawn (NaN, infinite, not positive on a logarithmic axis) is a gap.
struct Curve {
  enum class Style { line, points, line_and_points };

  std::string label = {};  ///< empty: not in the legend
  std::vector<double> x = {};
  std::vector<double> y = {};
  std::vector<double> x_error = {};  ///< absolute; empty where unknown
  std::vector<double> y_error = {};
  Style style = Style::line;
  Color color = black;
  std::vector<Color> point_colors = {};  ///< one a point, instead of `color`
  int dash = 1;                          ///< of a line: 1 solid, then patterns; of points: 1 discs, then other marks
  bool cased = false;                    ///< with a white border, to stand out from a map
};

/// An entry of the legend without data: the colour of an area, or the look of a curve.
struct LegendEntry {
  std::string label = {};
  Color color = {};
  std::optional<Curve::Style> curve = {};  ///< none: an area
  int dash = 1;
};

struct Figure {
  std::string title = {};
  FigureAxis x = {};
  FigureAxis y = {};
  std::optional<Raster> raster = {};
  std::optional<FigureAxis> color_bar = {};  ///< the sequential palette from `lower` to `upper`
  std::vector<Curve> curves = {};
  std::vector<LegendEntry> legend = {};  ///< followed by the labelled curves
};

}  // namespace glasscape::report
