#include "glasscape/report/threshold.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "glasscape/core/errors.hpp"
#include "glasscape/report/plot.hpp"
#include "glasscape/store/create.hpp"
#include "glasscape/store/rows.hpp"
#include "support/temporary_folder.hpp"

namespace glasscape::report {
namespace {

/// Over a and b: a time that diverges at a = 0.5 + b/10, the square of a, and a phase that changes at a = 0.42.
Schema test_schema() {
  return {.model = "toy",
          .solver = "toy_solver",
          .inputs = {{.name = "a", .symbol = "α"},
                     {.name = "b"},
                     {.name = "loss", .kind = Kind::choice, .choices = {"square", "logistic"}, .fallback = {{0.0}}}},
          .outputs = {{.name = "time", .unit = "s", .error = ErrorKind::statistical, .nan_meaning = "none"},
                      {.name = "square", .nan_meaning = "none"},
                      {.name = "phase", .categories = {{0, "low"}, {1, "high"}}}}};
}

std::vector<double> a_values() {
  std::vector<double> values{infinity};  // an axis in any order, with an infinite end
  for (int i = 0; i < 20; ++i) values.push_back(0.05 * (20 - i));
  return values;
}

double transition(double b) { return 0.5 + b / 10; }

class ThresholdTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const Schema schema = test_schema();
    const ParameterSpace space(schema, Parameters(schema),
                               {{.input = 0, .values = a_values()}, {.input = 1, .values = {0, 1, 9}}});
    const Shape shape(schema, space.fixed());
    store::create_result_file(grid(), store::Layout(space, shape), {{"format_version", "1"}, {"model", "toy"}});
    store::RowWriter writer{store::ResultFile(grid())};
    for (std::size_t i = 0; i < space.size(); ++i) {
      const GridPoint point = space.point(i);
      writer.stage(point, solution(shape, point.values.real("a"), point.values.real("b")), 0);
    }
    writer.commit();
  }

  /// One failed point lies amid the finite times of b = 0.
  static Solution solution(const Shape& shape, double a, double b) {
    Solution row(shape);
    const double distance = transition(b) - a;
    const double time = distance > 1e-9 ? 2 * std::pow(distance, -1.5) : not_a_number;
    row.set("time", time, 0.01 * time);
    row.set("square", std::isfinite(a) ? a * a : not_a_number);
    row.set("phase", a > 0.42 ? 1 : 0);
    if (b == 0 && std::abs(a - 0.2) < 1e-9) {
      row = Solution(shape);
      row.outcome = Outcome::failed;
    }
    return row;
  }

  std::filesystem::path grid() const { return folder_ / "grid.h5"; }
  std::filesystem::path table() const { return folder_ / "table.h5"; }

  store::ResultFile thresholds(ThresholdRequest request) {
    request.file = grid();
    notes_.clear();
    write_thresholds(request, table(), notes_);
    return store::ResultFile(table());
  }

  void expect_complaint(ThresholdRequest request, const std::string& words) {
    request.file = grid();
    try {
      write_thresholds(request, table(), notes_);
      FAIL() << "no complaint: " << words;
    } catch (const UserError& error) {
      EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
    EXPECT_FALSE(std::filesystem::exists(table()));
  }

  testing::TemporaryFolder folder_;
  std::vector<std::string> notes_;
};

TEST_F(ThresholdTest, CrossingIsFoundForEachValueOfTheOtherAxis) {
  const auto file = thresholds({.along = "a", .observable = "square", .level = "0.3"});
  EXPECT_EQ(file.axes(), std::vector<std::string>{"b"});
  EXPECT_EQ(file.read("b"), (std::vector<double>{0, 1, 9}));
  for (const double threshold : file.read("threshold")) EXPECT_NEAR(threshold, std::sqrt(0.3), 1e-12);
  for (const double error : file.read("threshold_error")) EXPECT_LT(error, 1e-3);
  EXPECT_EQ(file.read("crossings"), (std::vector<double>{1, 1, 1}));
  EXPECT_EQ(file.variable("threshold").long_name, "square = 0.3");
  EXPECT_TRUE(notes_.empty());
}

TEST_F(ThresholdTest, CategoryChangesInTheMiddleOfItsCell) {
  for (const char* level : {"", "low", "high"}) {
    const auto file = thresholds({.along = "a", .observable = "phase", .level = level, .fixed = {{"b", "9"}}});
    EXPECT_TRUE(file.axes().empty());
    EXPECT_NEAR(file.read("threshold").at(0), 0.425, 1e-12);
    EXPECT_NEAR(file.read("threshold_error").at(0), 0.025, 1e-12);
  }
}

TEST_F(ThresholdTest, LevelThatIsNotReachedLeavesAGapWithAReason) {
  const auto file = thresholds({.along = "a", .observable = "square", .level = "2"});
  EXPECT_TRUE(std::isnan(file.read("threshold").at(0)));
  EXPECT_EQ(file.read_messages().at(0), "no crossing");
  EXPECT_EQ(notes_, (std::vector<std::string>{"3 of 3 lines without a threshold: `message` says why"}));
}

TEST_F(ThresholdTest, DivergenceOfATimeIsFitted) {
  const auto file = thresholds({.along = "a", .observable = "time", .diverging = true});
  for (const std::size_t line : {0U, 1U}) {
    EXPECT_NEAR(file.read("threshold").at(line), transition(static_cast<double>(line)), 1e-6);
    EXPECT_NEAR(file.read("exponent").at(line), 1.5, 1e-5);
    EXPECT_NEAR(file.read("amplitude").at(line), 2, 1e-4);
    EXPECT_GT(file.read("threshold_error").at(line), 1e-5) << "the times have errors of a hundredth";
    EXPECT_EQ(file.read("side").at(line), 0);
  }
  EXPECT_EQ(file.read("points"), (std::vector<double>{8, 11, 20})) << "a failed point is left out, no end";
  EXPECT_NEAR(file.read("threshold").at(2), 1.4, 1e-5) << "beyond the last value of the axis, before infinity";
}

TEST_F(ThresholdTest, DivergenceMayUseThePointsNextToItOnly) {
  const auto file = thresholds({.along = "a", .observable = "time", .diverging = true, .nearest = 5});
  EXPECT_EQ(file.read("points"), (std::vector<double>{5, 5, 5}));
  EXPECT_NEAR(file.read("threshold").at(1), 0.6, 1e-6);
}

TEST_F(ThresholdTest, TableIsAnOverlay) {
  thresholds({.along = "a", .observable = "time", .diverging = true});
  std::vector<std::string> notes;
  const Figure figure =
      make_figure({.files = {grid()}, .x = "b", .y = "a", .value = "square", .overlays = {table()}}, notes);
  ASSERT_EQ(figure.curves.size(), 1u);
  EXPECT_EQ(figure.curves[0].x, (std::vector<double>{0, 1, 9}));
  EXPECT_NEAR(figure.curves[0].y.at(1), 0.6, 1e-6);
  EXPECT_EQ(figure.curves[0].label, "divergence of time");
}

TEST_F(ThresholdTest, CsvHoldsTheSameAsTheFile) {
  thresholds({.along = "a", .observable = "square", .level = "0.3"});
  const auto file = folder_ / "table.csv";
  write_thresholds({.file = grid(), .along = "a", .observable = "phase"}, file, notes_);
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  EXPECT_TRUE(text.str().starts_with("b,threshold,threshold_error,crossings,status,message\r\n0,0.425")) << text.str();
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_ / "")) ++files;
  EXPECT_EQ(files, 3u) << "no temporary file stays";
}

TEST_F(ThresholdTest, MistakesAreExplained) {
  expect_complaint({.along = "temperature", .observable = "square", .level = "1"}, "allowed: a, b");
  expect_complaint({.along = "a", .observable = "squares", .level = "1"}, "did you mean 'square'?");
  expect_complaint({.along = "a", .observable = "square"}, "--level is missing");
  expect_complaint({.along = "a", .observable = "square", .level = "low"}, "--level low: is no number");
  expect_complaint({.along = "a", .observable = "phase", .level = "hihg"}, "did you mean 'high'?");
  expect_complaint({.along = "a", .observable = "phase", .diverging = true}, "phase is a category");
  expect_complaint({.along = "a", .observable = "square", .level = "1", .fixed = {{"a", "1"}}}, "axis of --along");
  expect_complaint({.along = "a", .observable = "square", .level = "1", .fixed = {{"b", "7"}}},
                   "neighbours are 1 and 9");
}

}  // namespace
}  // namespace glasscape::report
