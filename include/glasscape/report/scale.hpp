#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace glasscape::report {

/// How a quantity is laid along an axis: linearly or by its decimal logarithm.
struct Scale {
  bool logarithmic = false;

  /// Position along the axis; NaN for what cannot be drawn (not finite, or not positive on a logarithmic axis).
  double position(double value) const;
  double value(double position) const;
};

/// Whether the values (a leading zero and infinities aside) grow by equal ratios; the last step may be cut short where
/// there are six or more. Two values are no sign of it.
bool is_logarithmic(const std::vector<double>& values);

/// Edges of the cells around ascending positions: midpoints, and as far beyond the ends as towards the neighbour.
std::vector<double> cell_edges(const std::vector<double>& positions);

/// The cell that covers the centre of each of `pixels` equal parts of the range from the first to the last edge.
std::vector<std::size_t> cells_of_pixels(const std::vector<double>& edges, std::size_t pixels);

struct Tick {
  double value = 0;
  std::string label = {};  ///< empty: a minor tick
};

/// Round values in [lower, upper] with their labels ("0.5", "2×10⁻⁵").
std::vector<Tick> make_ticks(double lower, double upper, Scale scale);

/// At most four significant digits, as one writes it in print: "0.05", "10⁻⁶", "∞".
std::string printed_number(double value);

}  // namespace glasscape::report
