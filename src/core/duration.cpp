#include "glasscape/core/duration.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "glasscape/core/number.hpp"

namespace glasscape {

namespace {

std::optional<double> parse_count(std::string_view text) {
  const auto number = parse_number(text);
  return number && *number >= 0 && std::isfinite(*number) ? number : std::nullopt;
}

}  // namespace

std::optional<double> parse_duration(std::string_view text) {
  text = trimmed(text);
  double seconds = 0;
  if (const auto dash = text.find('-'); dash != std::string_view::npos && text.find(':') != std::string_view::npos) {
    const auto days = parse_count(text.substr(0, dash));
    if (!days) return std::nullopt;
    seconds = *days * 86400;
    text.remove_prefix(dash + 1);
  }
  double clock = 0;
  for (int parts = 0;; ++parts) {
    const auto colon = text.find(':');
    const auto part = parse_count(text.substr(0, colon));
    if (!part || parts == 3) return std::nullopt;
    clock = 60 * clock + *part;
    if (colon == std::string_view::npos) return seconds + clock;
    text.remove_prefix(colon + 1);
  }
}

std::string format_duration(double seconds) {
  if (!std::isfinite(seconds)) return "unknown";
  if (seconds < 1e-3) return fmt::format("{:.3g} us", seconds * 1e6);
  if (seconds < 1) return fmt::format("{:.3g} ms", seconds * 1e3);
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<long>(std::lround(seconds));
  if (whole < 3600) return fmt::format("{}:{:02} min", whole / 60, whole % 60);
  if (whole < 86400) return fmt::format("{}:{:02}:{:02} h", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{} d {} h", whole / 86400, whole / 3600 % 24);
}

std::string format_bytes(double bytes) {
  constexpr std::array units{"B", "kB", "MB", "GB", "TB", "PB"};
  std::size_t unit = 0;
  while (bytes >= 1000 && unit + 1 < units.size()) {
    bytes /= 1000;
    ++unit;
  }
  return fmt::format("{:.3g} {}", bytes, units[unit]);
}

}  // namespace glasscape
