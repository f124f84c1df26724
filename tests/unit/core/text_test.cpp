// Durations and the suggestions of error messages.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "glasscape/core/duration.hpp"
#include "glasscape/core/suggest.hpp"

namespace glasscape {
namespace {

TEST(ParseDuration, TakesTheFormsOfSlurm) {
  EXPECT_EQ(parse_duration("90"), 90);
  EXPECT_EQ(parse_duration("0.5"), 0.5);
  EXPECT_EQ(parse_duration("2:30"), 150);
  EXPECT_EQ(parse_duration("01:02:03"), 3723);
  EXPECT_EQ(parse_duration("2-03:04:05"), 2 * 86400 + 3 * 3600 + 4 * 60 + 5);
  EXPECT_EQ(parse_duration(" 10 "), 10);
}

TEST(ParseDuration, RefusesOtherText) {
  for (const char* text : {"", "-1", "ten", "1:2:3:4", "1::2", ":5", "5:", "inf", "nan", "1h", "1-2-3:00"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << '"' << text << '"';
  }
}

TEST(FormatDuration, PicksTheUnit) {
  EXPECT_EQ(format_duration(2.5e-6), "2.5 us");
  EXPECT_EQ(format_duration(0.25), "250 ms");
  EXPECT_EQ(format_duration(3.21), "3.2 s");
  EXPECT_EQ(format_duration(245), "4:05 min");
  EXPECT_EQ(format_duration(2 * 3600 + 600), "2:10:00 h");
  EXPECT_EQ(format_duration(3 * 86400 + 4 * 3600), "3 d 4 h");
  EXPECT_EQ(format_duration(std::numeric_limits<double>::infinity()), "unknown");
}

TEST(FormatBytes, CountsInPowersOfTen) {
  EXPECT_EQ(format_bytes(999), "999 B");
  EXPECT_EQ(format_bytes(1.5e6), "1.5 MB");
  EXPECT_EQ(format_bytes(2e12), "2 TB");
}

TEST(Nearest, FindsTheMisspeltName) {
  const std::vector<std::string> names{"delta2", "deltap", "temperature"};
  EXPECT_EQ(nearest("delta_2", names), "delta2");
  EXPECT_EQ(nearest("dleta2", names), "delta2");
  EXPECT_EQ(nearest("temprature", names), "temperature");
  EXPECT_EQ(nearest("alpha", names), "");
  EXPECT_EQ(nearest("anything", {}), "");
}

TEST(Suggestion, NamesTheNearestElseAllThatIsAllowed) {
  EXPECT_EQ(suggestion("sed", {"seed", "model"}), "; did you mean 'seed'?");
  EXPECT_EQ(suggestion("colour", {"seed", "model"}), "; allowed: seed, model");
  EXPECT_EQ(suggestion("colour", {}), "");
}

}  // namespace
}  // namespace glasscape
