#include "glasscape/core/sweep_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "glasscape/core/number.hpp"

namespace glasscape {
namespace {

using Numbers = std::vector<double>;

std::string complaint_about(const std::string& text) {
  try {
    parse_numbers(text);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "no complaint about " + text;
}

TEST(ParseNumbers, TakesAList) {
  EXPECT_EQ(parse_numbers("0.1, 0.2,0.5"), (Numbers{0.1, 0.2, 0.5}));
  EXPECT_EQ(parse_numbers(" 3 "), Numbers{3});
  EXPECT_EQ(parse_numbers("1, inf"), (Numbers{1, HUGE_VAL}));
  EXPECT_EQ(parse_numbers(""), Numbers{});
}

TEST(ParseNumbers, LinspaceGivesWhatOneWouldType) {
  const Numbers values = parse_numbers("linspace(0.1, 1.2, 23)");
  ASSERT_EQ(values.size(), 23u);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto hundredths = 10 + 5 * i;
    EXPECT_EQ(values[i], parse_number(std::to_string(hundredths) + "e-2")) << i;
  }
}

TEST(ParseNumbers, EndsAreExactHoweverManyDigitsTheyHave) {
  const double first = 0.12345678901234567;
  const double last = 9.8765432109876543;
  for (const char* function : {"linspace", "logspace"}) {
    for (const char* count : {"2", "7", "100"}) {
      const Numbers values =
          parse_numbers(std::string(function) + "(0.12345678901234567, 9.8765432109876543, " + count + ")");
      EXPECT_EQ(values.front(), first);
      EXPECT_EQ(values.back(), last);
      EXPECT_TRUE(std::ranges::is_sorted(values));
    }
  }
}

TEST(ParseNumbers, LogspaceGoesFromFirstToLastInEqualRatios) {
  EXPECT_EQ(parse_numbers("logspace(0.001, 1000, 7)"), (Numbers{0.001, 0.01, 0.1, 1, 10, 100, 1000}));
  EXPECT_EQ(parse_numbers("logspace (100, 1, 3)"), (Numbers{100, 10, 1}));
}

/// A grid refined by halving keeps the bits of the coarse one.
TEST(ParseNumbers, GridsShareTheBitsOfCommonValues) {
  const std::vector<std::pair<std::string, std::string>> refined{
      {"linspace(0, 1, 11)", "linspace(0, 1, 101)"},
      {"linspace(0.1, 1.2, 23)", "linspace(0.1, 2.3, 45)"},
      {"linspace(-3, 3, 13)", "linspace(-3, 3, 25)"},
      {"logspace(0.1, 10, 21)", "logspace(0.1, 10, 41)"},
      {"logspace(0.001, 1000, 31)", "logspace(0.1, 10, 11)"}};
  for (const auto& [one, two] : refined) {
    const Numbers a = parse_numbers(one);
    const Numbers b = parse_numbers(two);
    std::size_t near = 0;
    std::size_t same = 0;
    for (const double x : a) {
      for (const double y : b) {
        if (std::abs(x - y) <= 1e-12 * std::max(std::abs(x), 1e-9)) ++near;
        if (x == y) ++same;
      }
    }
    EXPECT_GE(near, std::min(a.size(), b.size())) << one << " and " << two;
    EXPECT_EQ(same, near) << one << " and " << two;
  }
}

TEST(ParseNumbers, CountOfOneAndOfNone) {
  EXPECT_EQ(parse_numbers("linspace(2, 5, 1)"), Numbers{2});
  EXPECT_EQ(parse_numbers("linspace(2, 5, 0)"), Numbers{});
}

TEST(ParseNumbers, SaysWhatIsWrong) {
  EXPECT_EQ(complaint_about("1, two"), "'two' is no number");
  EXPECT_EQ(complaint_about("1, , 2"), "'' is no number");
  EXPECT_EQ(complaint_about("1, 2,"), "'' is no number");
  EXPECT_EQ(complaint_about("linspace(0, 1)"), "write linspace(first, last, count)");
  EXPECT_EQ(complaint_about("linspace(0, 1, 2.5)"), "the count of linspace is a whole number, not 2.5");
  EXPECT_EQ(complaint_about("linspace(0, 1, -2)"), "the count of linspace is a whole number, not -2");
  EXPECT_EQ(complaint_about("linspace(0, 1, 1e8)"), "at most 1000000 values, not 1e8");
  EXPECT_EQ(complaint_about("linspace(0, inf, 3)"), "the ends of linspace must be finite");
  EXPECT_EQ(complaint_about("linspace(0, x, 3)"), "'x' is no number");
  EXPECT_EQ(complaint_about("linspace(0, 1, 3"), "linspace(first, last, count) has no ')'");
  EXPECT_EQ(complaint_about("logspace(0, 1, 3)"), "the ends of logspace must be positive: it goes from first to last");
  EXPECT_EQ(complaint_about("logspace(1, -1, 3)"), "the ends of logspace must be positive: it goes from first to last");
  EXPECT_EQ(complaint_about("lnspace(0, 1, 3)"), "'lnspace' is no function of a sweep file; did you mean 'linspace'?");
}

struct Read {
  std::vector<SweepEntry> entries;
  std::vector<std::string> problems;
};

/// The keys and values, without the sections' own lines.
Read read(const std::string& text, const std::vector<std::string>& overrides = {}) {
  Read result;
  for (SweepEntry& entry : read_entries(text, "a.ini", overrides, result.problems)) {
    if (!entry.key.empty()) result.entries.push_back(std::move(entry));
  }
  return result;
}

TEST(ReadEntries, GivesSectionKeyValueAndLine) {
  const auto [entries, problems] = read("# a comment\n\n[one]\n a = 1 # what follows is a comment\n[ two ]\nb=x = y\n");
  EXPECT_TRUE(problems.empty());
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].section, "one");
  EXPECT_EQ(entries[0].key, "a");
  EXPECT_EQ(entries[0].value, "1");
  EXPECT_EQ(entries[0].where, "a.ini:4");
  EXPECT_EQ(entries[1].section, "two");
  EXPECT_EQ(entries[1].key, "b");
  EXPECT_EQ(entries[1].value, "x = y");
  EXPECT_EQ(entries[1].where, "a.ini:6");
}

TEST(ReadEntries, TakesByteOrderMarkCarriageReturnsAndAMissingLastLineEnd) {
  const auto [entries, problems] = read("\xEF\xBB\xBF[one]\r\na = 1\r\nb = 2");
  EXPECT_TRUE(problems.empty());
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].section, "one");
  EXPECT_EQ(entries[0].value, "1");
  EXPECT_EQ(entries[1].value, "2");
  EXPECT_EQ(entries[1].where, "a.ini:3");
}

TEST(ReadEntries, KeepsAnEmptyValue) {
  const auto [entries, problems] = read("[one]\na =\n");
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].value, "");
}

TEST(ReadEntries, ReportsAllSyntaxErrorsWithTheirLines) {
  const auto problems = read("early = 1\n[one]\nno equals\n= 3\na = 1\na = 2\n[broken\n[]\n[two]\na = 1\n").problems;
  const std::vector<std::string> expected{"a.ini:1: 'early' stands before the first [section]",
                                          "a.ini:3: 'no equals' is neither a [section] nor key = value",
                                          "a.ini:4: '= 3' has no key before the '='",
                                          "a.ini:6: 'a' was given before, in line 5",
                                          "a.ini:7: '[broken' is no section: write [name]",
                                          "a.ini:8: '[]' is no section: write [name]"};
  EXPECT_EQ(problems, expected);
}

TEST(ReadEntries, ASectionMayBeContinued) {
  const auto [entries, problems] = read("[one]\na = 1\n[two]\nb = 1\n[one]\nc = 1\n");
  EXPECT_TRUE(problems.empty());
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[2].section, "one");
}

TEST(ReadEntries, OverridesReplaceOrAdd) {
  const auto [entries, problems] = read("[one]\na = 1\n", {"one.a = 2", "two.b=linspace(0, 1, 2)"});
  EXPECT_TRUE(problems.empty());
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].value, "2");
  EXPECT_EQ(entries[0].where, "--set");
  EXPECT_EQ(entries[1].section, "two");
  EXPECT_EQ(entries[1].value, "linspace(0, 1, 2)");
}

TEST(ReadEntries, RefusesOverridesOfAnotherForm) {
  const auto problems = read("", {"a=1", "one.a", "one.=1", ".a=1"}).problems;
  ASSERT_EQ(problems.size(), 4u);
  EXPECT_EQ(problems[0], "--set a=1: write --set section.key=value");
  EXPECT_EQ(problems[2], "--set one.=1: write --set section.key=value");
}

}  // namespace
}  // namespace glasscape
