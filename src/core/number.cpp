#include "glasscape/core/number.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace glasscape {

std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || std::isnan(value)) return std::nullopt;
  return value == 0 ? 0.0 : value;  // one zero: -0 would be another key
}

std::string format_number(double value) { return fmt::format("{}", value); }

double round_to_15_digits(double value) { return parse_number(fmt::format("{:.15g}", value)).value_or(value); }

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view white = " \t\r\n";
  const auto first = text.find_first_not_of(white);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white) - first + 1);
}

}  // namespace glasscape
