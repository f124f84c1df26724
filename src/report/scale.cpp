#include "glasscape/report/scale.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "glasscape/core/number.hpp"
#include "glasscape/core/schema.hpp"

namespace glasscape::report {

namespace {

std::string superscript(int number) {
  static constexpr std::array<const char*, 10> digits{"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = number < 0 ? "⁻" : "";
  for (const char digit : std::to_string(std::abs(number))) text += digits[static_cast<std::size_t>(digit - '0')];
  return text;
}

/// 1, 2, 2.5 or 5 times a power of ten, giving about five steps in the range.
double round_step(double range) {
  const double raw = range / 5;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (factor * power >= raw * 0.999) return factor * power;
  }
  return 10 * power;
}

std::vector<Tick> linear_ticks(double lower, double upper) {
  const double step = round_step(upper - lower);
  const double slack = 1e-9 * (upper - lower);
  std::vector<Tick> ticks;
  for (double i = std::ceil((lower - slack) / step); i * step <= upper + slack; ++i) {
    ticks.push_back({i * step, printed_number(round_to_15_digits(i * step))});
  }
  return ticks;
}

/// Labels at powers of ten, every n-th where there are many; at 2 and 5 times a power too where there are few.
std::vector<Tick> logarithmic_ticks(double lower, double upper) {
  const double decades = std::log10(upper / lower);
  const bool as_powers = decades > 1.5 && (lower < 2e-3 || upper > 5e3);
  const int stride = std::max(1, static_cast<int>(std::ceil(decades / 7)));
  std::vector<Tick> ticks;
  for (int power = static_cast<int>(std::floor(std::log10(lower))); power <= std::log10(upper) + 1; ++power) {
    for (int factor = 1; factor < 10; ++factor) {
      const double value = round_to_15_digits(factor * std::pow(10, power));
      if (value < lower * (1 - 1e-9) || value > upper * (1 + 1e-9)) continue;
      const bool labelled = (factor == 1 && power % stride == 0) || (decades < 1.5 && (factor == 2 || factor == 5));
      if (!labelled && factor != 1 && stride != 1) continue;
      const std::string number = as_powers ? "10" + superscript(power) : printed_number(value);
      ticks.push_back({value, labelled ? number : ""});
    }
  }
  return ticks;
}

}  // namespace

double Scale::position(double value) const {
  if (!std::isfinite(value) || (logarithmic && value <= 0)) return not_a_number;
  return logarithmic ? std::log10(value) : value;
}

double Scale::value(double position) const { return logarithmic ? std::pow(10, position) : position; }

bool is_logarithmic(const std::vector<double>& values) {
  std::vector<double> sorted;
  std::ranges::copy_if(values, std::back_inserter(sorted), [](double value) { return std::isfinite(value); });
  std::ranges::sort(sorted);
  if (!sorted.empty() && sorted.front() == 0) sorted.erase(sorted.begin());
  if (sorted.size() < 3 || sorted.front() <= 0) return false;
  const double ratio = sorted[1] / sorted[0];
  if (ratio < 1 + 1e-9) return false;
  for (std::size_t i = 2; i < sorted.size(); ++i) {
    const double next = sorted[i] / sorted[i - 1];
    const bool cut_short = i + 1 == sorted.size() && sorted.size() >= 6 && next < ratio;
    if (std::abs(next / ratio - 1) > 1e-6 && !cut_short) return false;
  }
  return true;
}

std::vector<double> cell_edges(const std::vector<double>& positions) {
  const std::size_t count = positions.size();
  if (count == 0) return {};
  if (count == 1) return {positions[0] - 0.5, positions[0] + 0.5};
  std::vector<double> edges{positions[0] - (positions[1] - positions[0]) / 2};
  for (std::size_t i = 1; i < count; ++i) edges.push_back((positions[i - 1] + positions[i]) / 2);
  edges.push_back(positions[count - 1] + (positions[count - 1] - positions[count - 2]) / 2);
  return edges;
}

std::vector<std::size_t> cells_of_pixels(const std::vector<double>& edges, std::size_t pixels) {
  std::vector<std::size_t> cells(pixels);
  const double width = (edges.back() - edges.front()) / static_cast<double>(pixels);
  std::size_t cell = 0;
  for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
    const double center = edges.front() + (static_cast<double>(pixel) + 0.5) * width;
    while (cell + 2 < edges.size() && center > edges[cell + 1]) ++cell;
    cells[pixel] = cell;
  }
  return cells;
}

std::vector<Tick> make_ticks(double lower, double upper, Scale scale) {
  if (!(upper > lower)) return {{lower, printed_number(lower)}};
  if (!scale.logarithmic) return linear_ticks(lower, upper);
  std::vector<Tick> ticks = logarithmic_ticks(lower, upper);
  const auto labelled = std::ranges::count_if(ticks, [](const Tick& tick) { return !tick.label.empty(); });
  return labelled >= 2 ? ticks : linear_ticks(lower, upper);
}

std::string printed_number(double value) {
  if (std::isnan(value)) return "undefined";
  if (std::isinf(value)) return value > 0 ? "∞" : "−∞";
  const std::string sign = value < 0 ? "−" : "";
  const double size = std::abs(value);
  const double rounded = parse_number(fmt::format("{:.4g}", size)).value_or(size);
  if (rounded == 0 || (rounded >= 1e-3 && rounded < 1e5)) return sign + fmt::format("{:.10g}", rounded);
  const int exponent = static_cast<int>(std::floor(std::log10(rounded) + 1e-12));
  const std::string mantissa = fmt::format("{:.4g}", rounded / std::pow(10, exponent));
  return sign + (mantissa == "1" ? "" : mantissa + "×") + "10" + superscript(exponent);
}

}  // namespace glasscape::report
