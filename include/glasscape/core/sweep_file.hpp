#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glasscape {

/// One `key = value` of a sweep file, or a section's heading, and where it stands for messages.
struct SweepEntry {
  std::string section;
  std::string key;  ///< empty: the heading
  std::string value;
  std::string where;  ///< "quickstart.ini:12", or "--set" for an override

  std::string place() const;  ///< "quickstart.ini:12: [parameters] p = 3"
};

/// The headings, then the keys and values of a sweep file (INI, `#` starts a comment), overrides (`section.key=value`)
/// applied. What is wrong with its syntax is added to `problems`, a sentence each, with file and line.
std::vector<SweepEntry> read_entries(std::string_view text, const std::string& file,
                                     const std::vector<std::string>& overrides, std::vector<std::string>& problems);

/// The parts between commas, without the white space around them.
std::vector<std::string_view> split_at_commas(std::string_view text);

/// The numbers that the right-hand side of an axis or a list spells: linspace(a, b, n), logspace(a, b, n) from a to b,
/// both ends in, or `0.1, 0.2, 0.5`. Empty text gives none. Throws std::invalid_argument saying what is wrong.
std::vector<double> parse_numbers(std::string_view text);

}  // namespace glasscape
