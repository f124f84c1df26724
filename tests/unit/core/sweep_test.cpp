#include "glasscape/core/sweep.hpp"

#include <gtest/gtest.h>

#include "glasscape/core/errors.hpp"
#include "support/toy_registry.hpp"

namespace glasscape {
namespace {

using testing::toy_registry;
using testing::toy_sweep;
using Messages = std::vector<std::string>;

/// What is wrong with a sweep file of which `text` is all.
Messages complaints_about_file(const std::string& text, const Messages& overrides = {}) {
  try {
    read_sweep(text, "toy.ini", overrides, toy_registry());
  } catch (const UserError& error) {
    return error.messages();
  }
  return {};
}

/// What is wrong with a sweep of toy / plain: `sections` start at line 4.
Messages complaints(const std::string& sections, const Messages& overrides = {}) {
  return complaints_about_file("[sweep]\nmodel = toy\nsolver = plain\n" + sections, overrides);
}

TEST(ReadSweep, GivesAxesInTheFilesOrderAndDefaults) {
  const Sweep sweep = toy_sweep("seed = 7\noutput = x.h5\n[grid]\ntemperature = 0, 1, 2\ndelta2 = 0.5, inf\n");
  ASSERT_EQ(sweep.space.axes().size(), 2u);
  EXPECT_EQ(sweep.space.input(sweep.space.axes()[0]).name, "temperature");
  EXPECT_EQ(sweep.space.input(sweep.space.axes()[1]).name, "delta2");
  EXPECT_EQ(sweep.space.size(), 6u);
  EXPECT_EQ(sweep.seed, 7u);
  EXPECT_EQ(sweep.output, "x.h5");
  const Parameters at = sweep.space.values(3);  // the last axis runs fastest
  EXPECT_EQ(at.real("temperature"), 1);
  EXPECT_EQ(at.real("delta2"), infinity);
  EXPECT_EQ(at.integer("p"), 3);
  EXPECT_EQ(at.choice("loss"), "square");
}

TEST(ReadSweep, OutputIsTheSweepFilesNameWhereNotGiven) {
  const Sweep sweep = read_sweep("[sweep]\nmodel = toy\nsolver = plain\n[parameters]\ndelta2 = 1\n", "some/study.ini",
                                 {}, toy_registry());
  EXPECT_EQ(sweep.output, "study.h5");
  EXPECT_EQ(sweep.space.size(), 1u);
  EXPECT_EQ(sweep.seed, 1u);
}

TEST(ReadSweep, NamedParameterAsAxis) {
  const Sweep sweep = toy_sweep("[grid]\nloss = logistic, square\n[parameters]\ndelta2 = 1\n");
  EXPECT_EQ(sweep.space.values(0).choice("loss"), "logistic");
  EXPECT_EQ(sweep.space.values(1).choice("loss"), "square");
}

TEST(ReadSweep, PointTimeoutIsADuration) {
  EXPECT_EQ(toy_sweep("[parameters]\ndelta2 = 1\n[run]\npoint_timeout = 1:30\n").run.point_timeout, 90);
  EXPECT_EQ(toy_sweep("[parameters]\ndelta2 = 1\n").run.point_timeout, infinity);
}

TEST(ReadSweep, StatesOfPoints) {
  const RunOptions run =
      toy_sweep("[parameters]\ndelta2 = 1\n[run]\ncheckpoint_interval = 5:00\nkeep_state = true\n").run;
  EXPECT_EQ(run.checkpoint_interval, 300);
  EXPECT_TRUE(run.keep_state);
  const RunOptions by_default = toy_sweep("[parameters]\ndelta2 = 1\n").run;
  EXPECT_EQ(by_default.checkpoint_interval, 600);
  EXPECT_FALSE(by_default.keep_state);
}

TEST(ReadSweep, OverridesCountAsIfWritten) {
  const Sweep sweep = toy_sweep("[parameters]\ndelta2 = 1\n", {"parameters.delta2=2", "grid.p=2,3"});
  EXPECT_EQ(sweep.space.values(0).real("delta2"), 2);
  EXPECT_EQ(sweep.space.size(), 2u);
}

const std::string square_grid = "[grid]\ndelta2 = linspace(1, 2, 17)\ntemperature = linspace(0, 1, 9)\n";

TEST(ReadSweep, Refinement) {
  EXPECT_FALSE(toy_sweep(square_grid).refine);
  const Sweep sweep = toy_sweep(square_grid + "[refine]\nobservable = phase\nlevels = 3\n");
  EXPECT_EQ(sweep.refine_lines(), "observable = phase\nlevels = 3\naxes = delta2, temperature\n");
  EXPECT_EQ(sweep.refine->axes, (std::vector<std::size_t>{0, 1}));
  const Sweep number =
      toy_sweep(square_grid + "[refine]\nobservable = overlap\ncontour = 0.5\nlevels = 2\naxes = temperature\n");
  EXPECT_EQ(number.refine_lines(), "observable = overlap\ncontour = 0.5\nlevels = 2\naxes = temperature\n");
  EXPECT_EQ(number.refine->axes, (std::vector<std::size_t>{1}));
}

TEST(ReadSweep, RefinementLeavesNamedParametersAlone) {
  const Sweep sweep =
      toy_sweep("[grid]\nloss = logistic, square\ndelta2 = 1, 2, 3\n[refine]\nobservable = phase\nlevels = 1\n");
  EXPECT_EQ(sweep.refine->axes, (std::vector<std::size_t>{1}));
}

TEST(ReadSweep, ComplaintsAboutRefinement) {
  const auto about = [](const std::string& refine) { return complaints(square_grid + "[refine]\n" + refine); };
  EXPECT_EQ(about("observable = phase\nlevels = 4\n"),
            (Messages{"toy.ini:6: [grid] temperature = linspace(0, 1, 9): [refine] levels = 4 needs a multiple of 16 "
                      "plus 1 values, not 9: 17 would do"}));
  EXPECT_EQ(about("observable = phase\nlevels = 3\naxes = temperatur\n"),
            (Messages{"toy.ini:10: [refine] axes = temperatur: 'temperatur' is no axis of [grid]; did you mean "
                      "'temperature'?"}));
  EXPECT_EQ(about(""), (Messages{"toy.ini:7: [refine] observable is missing: one of overlap, phase, line",
                                 "toy.ini:7: [refine] levels is missing: a whole number from 1 to 30"}));
  EXPECT_EQ(about("observable = correlation\nlevels = 0\n"),
            (Messages{"toy.ini:8: [refine] observable = correlation: no observable with one number a point; allowed: "
                      "overlap, phase, line",
                      "toy.ini:9: [refine] levels = 0: allowed: a whole number from 1 to 30"}));
  EXPECT_EQ(about("observable = overlap\nlevels = 3\n"),
            (Messages{"toy.ini:8: [refine] observable = overlap: is a number: give contour = the value at which it "
                      "changes sides, too"}));
  EXPECT_EQ(about("observable = phase\ncontour = 1\nlevels = 3\n"),
            (Messages{"toy.ini:9: [refine] contour = 1: phase is a category and has no contour"}));
  EXPECT_EQ(complaints("[grid]\ndelta2 = linspace(1, 2, 40)\np = 2, 4, 3\n[refine]\nobservable = phase\nlevels = 1\n"),
            (Messages{"toy.ini:5: [grid] delta2 = linspace(1, 2, 40): [refine] levels = 1 needs a multiple of 2 plus 1 "
                      "values, not 40: 39 or 41 would do",
                      "toy.ini:6: [grid] p = 2, 4, 3: [refine] needs values in order"}));
  EXPECT_EQ(complaints("[parameters]\ndelta2 = 1\n[refine]\nobservable = phase\nlevels = 1\n"),
            (Messages{"toy.ini:6: [refine] needs an axis of numbers in [grid]"}));
}

struct Mistake {
  const char* name;
  std::string sections;  // line 4 of the file is the first of these
  std::string complaint;
};

class Mistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, GetOneSentence) { EXPECT_EQ(complaints(GetParam().sections), Messages{GetParam().complaint}); }

const std::string given = "[parameters]\ndelta2 = 1\n";

INSTANTIATE_TEST_SUITE_P(
    ReadSweep, Mistakes,
    ::testing::Values(
        Mistake{"UnknownSection", given + "[gird]\np = 2, 3\n",
                "toy.ini:6: unknown section [gird]; did you mean 'grid'?"},
        Mistake{"UnknownSectionThatIsEmpty", given + "[paramters]\n",
                "toy.ini:6: unknown section [paramters]; did you mean 'parameters'?"},
        Mistake{"SectionWithADot", given + "[run.]\npoint_timeout = 3\n",
                "toy.ini:6: unknown section [run.]; did you mean 'run'?"},
        Mistake{"UnknownKeyOfSweep", "sed = 3\n" + given,
                "toy.ini:4: [sweep] sed = 3: unknown key 'sed'; did you mean 'seed'?"},
        Mistake{"UnknownKeyOfRun", given + "[run]\ntimeout = 3\n",
                "toy.ini:7: [run] timeout = 3: unknown key 'timeout'; allowed: point_timeout, checkpoint_interval, "
                "keep_state, ranks_per_point, hang_warning"},
        Mistake{"UnknownParameter", given + "temprature = 1\n",
                "toy.ini:6: [parameters] temprature = 1: unknown parameter 'temprature'; did you mean 'temperature'?"},
        Mistake{"UnknownAxis", "[grid]\ndelta_2 = 1, 2\n" + given,
                "toy.ini:5: [grid] delta_2 = 1, 2: unknown parameter 'delta_2'; did you mean 'delta2'?"},
        Mistake{"TextForANumber", given + "temperature = warm\n",
                "toy.ini:6: [parameters] temperature = warm: 'warm' is no number; allowed: a number in [0, inf)"},
        Mistake{"Nan", given + "temperature = nan\n",
                "toy.ini:6: [parameters] temperature = nan: 'nan' is no number; allowed: a number in [0, inf)"},
        Mistake{"OutOfDomain", "[parameters]\ndelta2 = -1\n",
                "toy.ini:5: [parameters] delta2 = -1: -1 is not allowed; allowed: a number in (0, inf]"},
        Mistake{"OutOfDomainOnAnAxis", "[grid]\ndelta2 = 1, 0\n",
                "toy.ini:5: [grid] delta2 = 1, 0: 0 is not allowed; allowed: a number in (0, inf]"},
        Mistake{"InfinityWhereItIsNotAllowed", given + "temperature = inf\n",
                "toy.ini:6: [parameters] temperature = inf: inf is not allowed; allowed: a number in [0, inf)"},
        Mistake{"FractionForAWholeNumber", given + "p = 2.5\n",
                "toy.ini:6: [parameters] p = 2.5: 2.5 is not a whole number; allowed: a whole number in [2, inf)"},
        Mistake{"WholeNumberOutOfDomain", given + "p = 1\n",
                "toy.ini:6: [parameters] p = 1: 1 is not allowed; allowed: a whole number in [2, inf)"},
        Mistake{"UnknownChoice", given + "loss = cubic\n",
                "toy.ini:6: [parameters] loss = cubic: 'cubic' is none of square, logistic"},
        Mistake{"AxisWithoutValues", given + "[grid]\np =\n",
                "toy.ini:7: [grid] p = : an axis needs at least one value"},
        Mistake{"AxisOfLengthZero", given + "[grid]\np = linspace(2, 3, 0)\n",
                "toy.ini:7: [grid] p = linspace(2, 3, 0): an axis needs at least one value"},
        Mistake{"AxisWithAValueTwice", given + "[grid]\np = 2, 3, 2\n",
                "toy.ini:7: [grid] p = 2, 3, 2: the value 2 stands twice"},
        Mistake{"AxisWithAChoiceTwice", given + "[grid]\nloss = square, square\n",
                "toy.ini:7: [grid] loss = square, square: the value square stands twice"},
        Mistake{"AxisAndParameter", given + "[grid]\ndelta2 = 1, 2\n",
                "toy.ini:7: [grid] delta2 = 1, 2: 'delta2' is both an axis and a parameter: keep one of the two"},
        Mistake{"ListAsAnAxis", given + "[grid]\ntimes = 1, 2\n",
                "toy.ini:7: [grid] times = 1, 2: 'times' is a list and belongs into [parameters]"},
        Mistake{"SeveralValuesOfAParameter", given + "p = 2, 3\n",
                "toy.ini:6: [parameters] p = 2, 3: one value is needed; several make an axis: write it in [grid]"},
        Mistake{"NoValueOfAParameter", given + "p =\n", "toy.ini:6: [parameters] p = : one value is needed"},
        Mistake{"MissingParameter", "",
                "toy.ini: 'delta2' (noise of the matrix) is missing: give it in [grid] or [parameters]; allowed: a "
                "number in (0, inf]"},
        Mistake{"BadSeed", "seed = 1.5\n" + given,
                "toy.ini:4: [sweep] seed = 1.5: the seed is a whole number from 0 to 2^53"},
        Mistake{"BadTimeout", given + "[run]\npoint_timeout = 0\n",
                "toy.ini:7: [run] point_timeout = 0: not a time: write seconds or HH:MM:SS, more than 0"},
        Mistake{"BadKeepState", given + "[run]\nkeep_state = yes\n",
                "toy.ini:7: [run] keep_state = yes: allowed: true | false"},
        Mistake{
            "TooManyPoints",
            "[grid]\ndelta2 = linspace(1, 2, 2e4)\ntemperature = linspace(0, 1, 2e4)\nt_max = linspace(1, 2, 2e4)\n",
            "toy.ini: [grid] has more than 2^40 points"}),
    [](const auto& test) { return test.param.name; });

TEST(ReadSweep, ReportsAllMistakesAtOnce) {
  const Messages found = complaints("sed = 1\nno equals\n[grid]\np = 1, 2\n[parameters]\ntemperature = -1\n");
  const Messages expected{
      "toy.ini:5: 'no equals' is neither a [section] nor key = value",
      "toy.ini:4: [sweep] sed = 1: unknown key 'sed'; did you mean 'seed'?",
      "toy.ini:7: [grid] p = 1, 2: 1 is not allowed; allowed: a whole number in [2, inf)",
      "toy.ini:9: [parameters] temperature = -1: -1 is not allowed; allowed: a number in [0, inf)",
      "toy.ini: 'delta2' (noise of the matrix) is missing: give it in [grid] or [parameters]; allowed: a number in (0, "
      "inf]"};
  EXPECT_EQ(found, expected);
}

TEST(ReadSweep, ModelAndSolverMustExist) {
  EXPECT_EQ(complaints_about_file(""),
            (Messages{"toy.ini: [sweep] model is missing", "toy.ini: [sweep] solver is missing"}));
  EXPECT_EQ(complaints_about_file("[sweep]\nmodel = tyo\nsolver = plain\n"),
            Messages{"toy.ini:2: [sweep] model = tyo: unknown model; did you mean 'toy'?"});
  EXPECT_EQ(complaints_about_file("[sweep]\nmodel = toy\nsolver = plane\n"),
            Messages{"toy.ini:3: [sweep] solver = plane: model toy has no such solver; did you mean 'plain'?"});
}

TEST(ReadSweep, SaysWhichSolverTreatsWhatThisOneCannot) {
  const std::string cold = "[sweep]\nmodel = toy\nsolver = cold\n[parameters]\n";
  EXPECT_EQ(complaints_about_file(cold), Messages{});
  EXPECT_EQ(
      complaints_about_file(cold + "temperature = 1\n"),
      Messages{"toy.ini:5: [parameters] temperature = 1: 1 is not allowed; only 0 is allowed; solver plain treats "
               "other values"});
  EXPECT_EQ(complaints_about_file(cold + "delta2 = 1\n"),
            Messages{"toy.ini:5: [parameters] delta2 = 1: solver cold computes delta2: do not give it"});
}

TEST(ReadSweep, MistakesInOverridesNameTheOverride) {
  EXPECT_EQ(complaints(given, {"parameters.p=1"}),
            Messages{"--set: [parameters] p = 1: 1 is not allowed; allowed: a whole number in [2, inf)"});
  EXPECT_EQ(complaints(given, {"grdi.p=2"}), Messages{"--set: unknown section [grdi]; did you mean 'grid'?"});
}

TEST(ParameterLines, ListWhatIsNoAxis) {
  const Sweep sweep = toy_sweep("[grid]\ndelta2 = 1, 2\n[parameters]\nloss = logistic\ntimes = 1, 2.5\n");
  EXPECT_EQ(sweep.parameter_lines(), "p = 3\ntemperature = 1\nloss = logistic\nt_max = 10\ntimes = 1, 2.5\n");
}

}  // namespace
}  // namespace glasscape
