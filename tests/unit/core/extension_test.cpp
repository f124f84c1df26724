#include "glasscape/core/extension.hpp"

#include <gtest/gtest.h>

#include "support/toy_registry.hpp"

namespace glasscape {
namespace {

using testing::toy_sweep;
using Places = std::vector<std::optional<std::size_t>>;
using Phrases = std::vector<std::string>;

constexpr auto nowhere = std::nullopt;

Extension between(const std::string& before, const std::string& now) {
  return Extension(toy_sweep(before).space, toy_sweep(now).space);
}

Places places(const std::string& before, const std::string& now) {
  const Extension extension = between(before, now);
  Places former;
  for (std::size_t i = 0; i < toy_sweep(now).space.size(); ++i) former.push_back(extension.former(i));
  return former;
}

const std::string square = "[grid]\ndelta2 = 1, 2\ntemperature = 0, 1\n";

TEST(Extension, IsNoneOfTheSameSweep) {
  const Extension extension = between(square, square + "[parameters]\np = 3\n");
  EXPECT_FALSE(extension.is_needed());
  EXPECT_TRUE(extension.lost().empty());
}

TEST(Extension, FindsPointsAmongNewValuesInAnyOrder) {
  const std::string grown = "[grid]\ndelta2 = 1, 1.5, 2\ntemperature = 1, 0, 3\n";
  EXPECT_EQ(places(square, grown), (Places{1, 0, nowhere, nowhere, nowhere, nowhere, 3, 2, nowhere}));
  EXPECT_TRUE(between(square, grown).is_needed());
  EXPECT_FALSE(between(square, grown).extends_points());
  EXPECT_TRUE(between(square, grown).continues_states());
  EXPECT_TRUE(between(square, grown).lost().empty());
}

TEST(Extension, FindsPointsAlongANewAxis) {
  EXPECT_EQ(places("[grid]\ndelta2 = 1, 2\n[parameters]\np = 4\n", "[grid]\np = 3, 4\ndelta2 = 1, 2\n"),
            (Places{nowhere, nowhere, 0, 1}));
  EXPECT_EQ(places("[parameters]\ndelta2 = 1\n", "[grid]\nloss = logistic, square\n[parameters]\ndelta2 = 1\n"),
            (Places{nowhere, 0}));
}

TEST(Extension, FindsPointsInAnotherOrderOfTheAxes) {
  EXPECT_EQ(places(square, "[grid]\ntemperature = 0, 1\ndelta2 = 1, 2\n"), (Places{0, 2, 1, 3}));
}

TEST(Extension, FindsWhatIsLeftOfAnAxisThatIsNoneAnyMore) {
  const std::string line = "[grid]\ndelta2 = 1, 2\n[parameters]\ntemperature = ";
  EXPECT_EQ(places(square, line + "1\n"), (Places{1, 3}));
  EXPECT_EQ(places(square, line + "3\n"), (Places{nowhere, nowhere}));
}

TEST(Extension, NamesWhatIsLost) {
  EXPECT_EQ(between(square, "[grid]\ndelta2 = 2, 3\ntemperature = 0, 1\n").lost(), (Phrases{"delta2 = 1"}));
  EXPECT_EQ(between(square, "[grid]\ndelta2 = 1, 2\n[parameters]\ntemperature = 1\n").lost(),
            (Phrases{"temperature = 0"}));
  EXPECT_EQ(between("[parameters]\ndelta2 = 1\n", "[grid]\nloss = logistic\n[parameters]\ndelta2 = 1\n").lost(),
            (Phrases{"loss = square"}));
  EXPECT_EQ(between("[grid]\ndelta2 = linspace(1, 40, 40)\n", "[parameters]\ndelta2 = 3\n").lost(),
            (Phrases{"delta2 = 1, 2, 4, 5, 6, 7 ... (39 values)"}));
}

TEST(Extension, LargerExtendableParametersContinueEveryPoint) {
  const std::string line = "[grid]\ndelta2 = 1, 2\n[parameters]\ntimes = 1, 2\n";
  for (const std::string more : {"t_max = 20\n", "times = 1, 2, 3\n"}) {
    const std::string name(more, 0, more.find(' '));
    const Extension extension(toy_sweep(line).space,
                              toy_sweep(line, {"parameters." + more.substr(0, more.size() - 1)}).space);
    EXPECT_TRUE(extension.is_needed()) << more;
    EXPECT_TRUE(extension.extends_points()) << more;
    EXPECT_TRUE(extension.continues_states()) << more;
    EXPECT_TRUE(extension.lost().empty()) << more;
    EXPECT_EQ(extension.former(1), 1u) << more;
  }
}

TEST(Extension, SmallerExtendableParametersAreALoss) {
  const std::string line = "[parameters]\ndelta2 = 1\ntimes = 1, 2\n";
  EXPECT_EQ(Extension(toy_sweep(line).space, toy_sweep(line, {"parameters.t_max=5"}).space).lost(),
            (Phrases{"t_max = 10"}));
  EXPECT_EQ(Extension(toy_sweep(line).space, toy_sweep(line, {"parameters.times=2, 3"}).space).lost(),
            (Phrases{"times = 1"}));
}

TEST(Extension, ContinuesStatesWhereAllThatGrewIsContinued) {
  Schema schema = testing::toy_schema();
  schema.inputs[schema.input_position("times")].continued = false;
  const auto continues = [&](const std::string& now) {
    const std::string before = "[sweep]\nmodel = toy\nsolver = plain\n[parameters]\ndelta2 = 1\ntimes = 1, 2\n";
    const SolverEntry entry{.schema = schema, .solve = {}, .cost = {}};
    const Registry registry(&entry, 1);
    const Sweep former = read_sweep(before, "a.ini", {}, registry);
    return Extension(former.space, read_sweep(before, "a.ini", {"parameters.t_max=" + now}, registry).space)
        .continues_states();
  };
  EXPECT_TRUE(continues("20"));
  EXPECT_FALSE(continues("5"));
}

/// The default times end at t_max, which is none of those up to a later end: nobody asked for it.
TEST(Extension, AListThatNobodyGaveMayChange) {
  Schema schema = testing::toy_schema();
  schema.inputs[schema.input_position("times")].bound = ListBound{.parameter = "t_max",
                                                                  .when_empty =
                                                                      [](double end) {
                                                                        return std::vector<double>{1, end};
                                                                      },
                                                                  .when_empty_doc = ""};
  const SolverEntry entry{.schema = schema, .solve = {}, .cost = {}};
  const auto space = [&](const std::string& parameters) {
    return read_sweep("[sweep]\nmodel = toy\nsolver = plain\n[parameters]\ndelta2 = 1\n" + parameters, "a.ini", {},
                      Registry(&entry, 1))
        .space;
  };
  const Extension chosen_by_nobody(space("t_max = 5\n"), space("t_max = 7\n"));
  EXPECT_TRUE(chosen_by_nobody.extends_points());
  EXPECT_TRUE(chosen_by_nobody.lost().empty());
  EXPECT_EQ(Extension(space("t_max = 5\ntimes = 1, 4\n"), space("t_max = 7\n")).lost(), (Phrases{"times = 4"}));
}

}  // namespace
}  // namespace glasscape
