#include "glasscape/core/number.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

namespace glasscape {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

TEST(ParseNumber, TakesWhatTheWholeTextSpells) {
  EXPECT_EQ(parse_number("0.5"), 0.5);
  EXPECT_EQ(parse_number("+0.5"), 0.5);
  EXPECT_EQ(parse_number("-1e-3"), -0.001);
  EXPECT_EQ(parse_number(".25"), 0.25);
  EXPECT_EQ(parse_number("7"), 7);
  EXPECT_EQ(parse_number("inf"), inf);
  EXPECT_EQ(parse_number("-inf"), -inf);
}

TEST(ParseNumber, RefusesOtherTextAndNan) {
  for (const char* text : {"", " ", "abc", "0.5x", "1 2", "1,5", "0x10", "nan", "-nan", "1e", "--1", "+-1", "1e400"}) {
    EXPECT_EQ(parse_number(text), std::nullopt) << '"' << text << '"';
  }
}

TEST(ParseNumber, KnowsOneZeroOnly) {
  ASSERT_TRUE(parse_number("-0").has_value());
  EXPECT_FALSE(std::signbit(*parse_number("-0")));
  EXPECT_FALSE(std::signbit(*parse_number("-0.0e3")));
}

TEST(FormatNumber, ReadsBackToTheSameBits) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 10'000; ++i) {
    const auto value = std::bit_cast<double>(random());
    if (std::isnan(value)) continue;
    EXPECT_EQ(parse_number(format_number(value)), value);
  }
}

TEST(FormatNumber, IsWhatOneWouldType) {
  EXPECT_EQ(format_number(0.1), "0.1");
  EXPECT_EQ(format_number(3), "3");
  EXPECT_EQ(format_number(inf), "inf");
}

TEST(RoundTo15Digits, GivesWhatOneWouldType) {
  EXPECT_NE(0.1 + 0.2, 0.3);
  EXPECT_EQ(round_to_15_digits(0.1 + 0.2), 0.3);
  EXPECT_EQ(round_to_15_digits(3 * 1.1), 3.3);
  EXPECT_EQ(round_to_15_digits(-1e-7 * 3), -3e-7);
  EXPECT_EQ(round_to_15_digits(inf), inf);
  EXPECT_EQ(round_to_15_digits(0.123456789012345678), 0.123456789012346);
}

TEST(Trimmed, DropsWhiteSpaceAtTheEndsOnly) {
  EXPECT_EQ(trimmed(" \t a b \r\n"), "a b");
  EXPECT_EQ(trimmed(" \r\n"), "");
  EXPECT_EQ(trimmed(""), "");
}

}  // namespace
}  // namespace glasscape
