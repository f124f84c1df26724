#include "glasscape/core/sweep_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/parsers.hpp>
#include <cmath>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "glasscape/core/number.hpp"
#include "glasscape/core/suggest.hpp"

namespace glasscape {

namespace {

namespace options = boost::program_options;

constexpr std::size_t longest_axis = 1'000'000;

/// What Boost's parser does not tell: line numbers, syntax errors (all of them), byte-order mark, line ends.
class LinePass {
 public:
  LinePass(std::string_view text, const std::string& file, std::vector<std::string>& problems)
      : file_(file), problems_(problems) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    while (!text.empty()) {
      const auto end = text.find('\n');
      ++line_;
      read(trimmed(text.substr(0, std::min(end, text.find('#')))));
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
  }

  const std::string& clean_text() const { return clean_; }
  const std::vector<SweepEntry>& headings() const { return headings_; }
  std::string where(const std::string& section_and_key) const {
    return fmt::format("{}:{}", file_, lines_.at(section_and_key));
  }

 private:
  void read(std::string_view line) {
    if (line.empty()) return;
    if (line.front() == '[') return read_section(line);
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) return complain("'{}' is neither a [section] nor key = value", line);
    const std::string_view key = trimmed(line.substr(0, equals));
    if (key.empty()) return complain("'{}' has no key before the '='", line);
    if (section_.empty()) return complain("'{}' stands before the first [section]", key);
    const std::string name = fmt::format("{}.{}", section_, key);
    if (const auto before = lines_.find(name); before != lines_.end()) {
      return complain("'{}' was given before, in line {}", key, before->second);
    }
    if (section_.find('.') != std::string::npos) return;  // unknown; Boost joins section and key by a dot
    lines_[name] = line_;
    clean_ += fmt::format("{} = {}\n", key, trimmed(line.substr(equals + 1)));
  }

  void read_section(std::string_view line) {
    if (line.back() != ']' || trimmed(line.substr(1, line.size() - 2)).empty()) {
      return complain("'{}' is no section: write [name]", line);
    }
    section_ = trimmed(line.substr(1, line.size() - 2));
    headings_.push_back({section_, {}, {}, fmt::format("{}:{}", file_, line_)});
    clean_ += fmt::format("[{}]\n", section_);
  }

  template <class... Values>
  void complain(fmt::format_string<Values...> what, Values&&... values) {
    problems_.push_back(fmt::format("{}:{}: {}", file_, line_, fmt::format(what, std::forward<Values>(values)...)));
  }

  const std::string& file_;
  std::vector<std::string>& problems_;
  std::string section_;
  std::string clean_;
  std::vector<SweepEntry> headings_;
  std::map<std::string, int> lines_;
  int line_ = 0;
};

SweepEntry entry_of(const std::string& section_and_key, std::string value, std::string where) {
  const auto dot = section_and_key.find('.');
  return {section_and_key.substr(0, dot), section_and_key.substr(dot + 1), std::move(value), std::move(where)};
}

void apply_override(const std::string& text, std::vector<SweepEntry>& entries, std::vector<std::string>& problems) {
  const auto equals = text.find('=');
  const std::string name(trimmed(std::string_view(text).substr(0, equals)));
  const auto dot = name.find('.');
  if (equals == std::string::npos || dot == std::string::npos || dot == 0 || dot + 1 == name.size()) {
    problems.push_back(fmt::format("--set {}: write --set section.key=value", text));
    return;
  }
  SweepEntry made = entry_of(name, std::string(trimmed(std::string_view(text).substr(equals + 1))), "--set");
  const auto same = std::ranges::find_if(
      entries, [&](const SweepEntry& entry) { return entry.section == made.section && entry.key == made.key; });
  if (same != entries.end()) {
    *same = std::move(made);
  } else {
    entries.push_back(std::move(made));
  }
}

double number_in(std::string_view text) {
  const auto number = parse_number(text);
  if (!number) throw std::invalid_argument(fmt::format("'{}' is no number", text));
  return *number;
}

struct Range {
  double first;
  double last;
  std::size_t count;
};

/// The arguments of `linspace(a, b, n)`; nothing where `text` is no call of `function`.
std::optional<Range> parse_range(std::string_view text, std::string_view function) {
  if (!text.starts_with(function)) return std::nullopt;
  std::string_view rest = trimmed(text.substr(function.size()));
  if (!rest.starts_with('(')) return std::nullopt;
  if (!rest.ends_with(')')) throw std::invalid_argument(fmt::format("{}(first, last, count) has no ')'", function));
  const auto arguments = split_at_commas(rest.substr(1, rest.size() - 2));
  if (arguments.size() != 3) throw std::invalid_argument(fmt::format("write {}(first, last, count)", function));
  const double count = number_in(arguments[2]);
  if (count != std::floor(count) || count < 0) {
    throw std::invalid_argument(fmt::format("the count of {} is a whole number, not {}", function, arguments[2]));
  }
  if (count > static_cast<double>(longest_axis)) {
    throw std::invalid_argument(fmt::format("at most {} values, not {}", longest_axis, arguments[2]));
  }
  const Range range{number_in(arguments[0]), number_in(arguments[1]), static_cast<std::size_t>(count)};
  if (!std::isfinite(range.first) || !std::isfinite(range.last)) {
    throw std::invalid_argument(fmt::format("the ends of {} must be finite", function));
  }
  return range;
}

/// `count` values from first to last, equally spaced after `to`; rounded to what one would type, ends exact. Extended
/// precision on the way: exp(log(x)) in doubles is off by more than the rounding to 15 digits forgives.
template <class To, class From>
std::vector<double> spaced(const Range& range, To to, From from) {
  std::vector<double> values(range.count);
  const long double start = to(range.first);
  const long double step = range.count > 1 ? (to(range.last) - start) / static_cast<long double>(range.count - 1) : 0;
  for (std::size_t i = 0; i < range.count; ++i) {
    values[i] = round_to_15_digits(static_cast<double>(from(start + step * static_cast<long double>(i))));
  }
  if (!values.empty()) values.front() = range.first;
  if (values.size() > 1) values.back() = range.last;
  return values;
}

}  // namespace

std::string SweepEntry::place() const { return fmt::format("{}: [{}] {} = {}", where, section, key, value); }

std::vector<SweepEntry> read_entries(std::string_view text, const std::string& file,
                                     const std::vector<std::string>& overrides, std::vector<std::string>& problems) {
  const LinePass lines(text, file, problems);
  std::istringstream clean(lines.clean_text());
  const options::options_description nothing_registered;
  const auto parsed = options::parse_config_file(clean, nothing_registered, true);
  std::vector<SweepEntry> entries = lines.headings();
  for (const auto& option : parsed.options) {
    const std::string value = option.value.empty() ? "" : option.value.front();
    entries.push_back(entry_of(option.string_key, value, lines.where(option.string_key)));
  }
  for (const std::string& change : overrides) apply_override(change, entries, problems);
  return entries;
}

std::vector<std::string_view> split_at_commas(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t comma = 0; comma != std::string_view::npos;) {
    comma = text.find(',');
    parts.push_back(trimmed(text.substr(0, comma)));
    if (comma != std::string_view::npos) text.remove_prefix(comma + 1);
  }
  return parts;
}

std::vector<double> parse_numbers(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return {};
  if (const auto range = parse_range(text, "linspace")) {
    return spaced(
        *range, [](long double x) { return x; }, [](long double y) { return y; });
  }
  if (const auto range = parse_range(text, "logspace")) {
    if (range->first <= 0 || range->last <= 0) {
      throw std::invalid_argument("the ends of logspace must be positive: it goes from first to last");
    }
    return spaced(
        *range, [](long double x) { return std::log(x); }, [](long double y) { return std::exp(y); });
  }
  if (const auto bracket = text.find('('); bracket != std::string_view::npos) {
    const std::string_view word = trimmed(text.substr(0, bracket));
    throw std::invalid_argument(
        fmt::format("'{}' is no function of a sweep file{}", word, suggestion(word, {"linspace", "logspace"})));
  }
  std::vector<double> values;
  for (const std::string_view part : split_at_commas(text)) values.push_back(number_in(part));
  return values;
}

}  // namespace glasscape
