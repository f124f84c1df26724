#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace glasscape {

/// The number that the whole of `text` spells ("0.5", "1e-3", "inf", "-inf"); nothing for other text and for nan.
std::optional<double> parse_number(std::string_view text);

/// Shortest text that reads back to the same bits: "0.1", "3", "inf".
std::string format_number(double value);

/// `value` rounded to 15 significant digits: what one would type.
double round_to_15_digits(double value);

/// `text` without white space at its ends.
std::string_view trimmed(std::string_view text);

}  // namespace glasscape
