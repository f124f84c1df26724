#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "glasscape/core/errors.hpp"
#include "glasscape/report/gnuplot.hpp"
#include "glasscape/report/plot.hpp"
#include "glasscape/report/summary.hpp"
#include "glasscape/report/table.hpp"
#include "glasscape/store/create.hpp"
#include "glasscape/store/rows.hpp"

namespace glasscape::report {
namespace {

namespace fs = std::filesystem;

/// Two axes (a linear, b logarithmic), a number with an error, a category, a series over time, and a threshold along a.
Schema test_schema() {
  return {.model = "toy",
          .solver = "toy_solver",
          .inputs = {{.name = "a", .symbol = "α"},
                     {.name = "b"},
                     {.name = "times", .kind = Kind::list, .fallback = std::vector<double>{0, 1, 10, 100}}},
          .dimensions = {Dimension::of_list("time", "times", "1", "time")},
          .outputs = {{.name = "height", .error = ErrorKind::numerical, .nan_meaning = "flat"},
                      {.name = "kind", .categories = {{0, "low", "#102030"}, {1, "very_high", "#405060"}}},
                      {.name = "series", .dims = {"time"}, .error = ErrorKind::statistical},
                      {.name = "a_line", .symbol = "α line", .nan_meaning = "none", .along = "a"}}};
}

const std::vector<double> a_values{0, 0.1, 0.2, 0.30000000000000004};
const std::vector<double> b_values{0.01, 0.1, 1};

class ReportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("glasscape-report-test-" + std::to_string(getpid()));
    fs::create_directories(folder_);
    write_file(folder_ / "grid.h5", {{.input = 0, .values = a_values}, {.input = 1, .values = b_values}});
    write_file(folder_ / "lines.h5", {{.input = 1, .values = b_values}});
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// height = 10 a + b with error 0.5, kind = (a > 0.15), series = height + time, line at a = b / 5. Of the grid, the
  /// point (0.1, 1) failed, (0, 0.01) has no height and (0.3, 1) is pending.
  static void write_file(const fs::path& path, const std::vector<Axis>& axes) {
    const Schema schema = test_schema();
    Parameters fixed(schema);
    fixed.set_scalar(0, 0.2);
    const ParameterSpace space(schema, fixed, axes);
    const Shape shape(schema, fixed);
    store::create_result_file(path, store::Layout(space, shape), {{"format_version", "1"}, {"model", "toy"}});
    const store::ResultFile file(path);
    store::RowWriter writer(file);
    for (std::size_t i = 0; i < space.size(); ++i) {
      if (axes.size() == 2 && i == 11) continue;
      const GridPoint point = space.point(i);
      const double height = 10 * point.values.real("a") + point.values.real("b");
      Solution solution(shape);
      solution.set("height", axes.size() == 2 && i == 0 ? not_a_number : height, 0.5);
      solution.set("kind", point.values.real("a") > 0.15 ? 1 : 0);
      solution.set("series", {height, height + 1, height + 10, height + 100}, {1, 2, 3, 4});
      solution.set("a_line", point.values.real("b") / 5);
      if (axes.size() == 2 && i == 5) {
        solution = Solution(shape);
        solution.outcome = Outcome::failed;
        solution.message = "broke, \"badly\"";
      }
      writer.stage(point, solution, 0.25);
    }
    writer.commit();
  }

  /// A single point whose series is the square of the time, with the time as its error.
  static void write_series(const fs::path& path, const Schema& schema) {
    Parameters fixed(schema);
    const ParameterSpace space(schema, fixed, {});
    const Shape shape(schema, fixed);
    store::create_result_file(path, store::Layout(space, shape), {{"format_version", "1"}, {"model", "toy"}});
    const store::ResultFile file(path);
    store::RowWriter writer(file);
    Solution solution(shape);
    std::vector<double> squares, errors;
    for (const double time : fixed.list(schema.input_position("times"))) {
      squares.push_back(time * time);
      errors.push_back(time);
    }
    solution.set("height", 1, 0.5);
    solution.set("kind", 1);
    solution.set("series", squares, errors);
    solution.set("a_line", 0);
    writer.stage(space.point(0), solution, 0.25);
    writer.commit();
  }

  PlotRequest request(const std::string& x, const std::string& value) const {
    return {.files = {folder_ / "grid.h5"}, .x = x, .value = value};
  }
  Figure figure(const PlotRequest& wanted) {
    notes_.clear();
    return make_figure(wanted, notes_);
  }
  /// The sentence that a request is refused with.
  std::string refusal(const PlotRequest& wanted) {
    try {
      figure(wanted);
    } catch (const UserError& error) {
      return error.what();
    }
    return "";
  }
  std::string table(const std::vector<std::string>& names) {
    const store::ResultFile file(folder_ / "grid.h5");
    std::ostringstream out;
    write_csv(out, file, choose_content(file, names, notes_));
    return out.str();
  }

  fs::path folder_;
  std::vector<std::string> notes_;
};

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string content(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(Scale, FindsLogarithmicGrids) {
  EXPECT_TRUE(is_logarithmic({0.01, 0.1, 1, 10}));
  EXPECT_TRUE(is_logarithmic({10, 1, 0.1}));
  EXPECT_TRUE(is_logarithmic({0, 1, 2, 4, 8, 16, 20}));  // from zero, and cut at a largest time
  EXPECT_FALSE(is_logarithmic({0, 1, 2, 4, 8, 16, 40}));
  EXPECT_FALSE(is_logarithmic({0.1, 0.2, 0.3, 0.4}));
  EXPECT_FALSE(is_logarithmic({-1, -10, -100}));
  EXPECT_FALSE(is_logarithmic({1, 10}));
  EXPECT_TRUE(is_logarithmic({1, 10, 100, infinity}));
}

TEST(Scale, CellsReachHalfwayToTheirNeighbours) {
  EXPECT_EQ(cell_edges({1, 2, 4}), (std::vector<double>{0.5, 1.5, 3, 5}));
  EXPECT_EQ(cell_edges({3}), (std::vector<double>{2.5, 3.5}));
  EXPECT_EQ(cells_of_pixels({0, 1, 4}, 8), (std::vector<std::size_t>{0, 0, 1, 1, 1, 1, 1, 1}));
}

TEST(Scale, HasNoPlaceForWhatCannotBeDrawn) {
  EXPECT_TRUE(std::isnan(Scale{true}.position(0)));
  EXPECT_TRUE(std::isnan(Scale{true}.position(-1)));
  EXPECT_TRUE(std::isnan(Scale{false}.position(infinity)));
  EXPECT_DOUBLE_EQ(Scale{true}.position(100), 2);
}

TEST(Scale, PrintsNumbersAsInABook) {
  EXPECT_EQ(printed_number(0.1 + 0.2), "0.3");
  EXPECT_EQ(printed_number(-2.5e-7), "−2.5×10⁻⁷");
  EXPECT_EQ(printed_number(1e6), "10⁶");
  EXPECT_EQ(printed_number(infinity), "∞");
}

TEST(Selection, ReadsAt) {
  EXPECT_EQ(parse_at({"a=1, b = 2", "c=inf"}), (Fixed{{"a", "1"}, {"b", "2"}, {"c", "inf"}}));
  EXPECT_THROW(parse_at({"a"}), UserError);
  EXPECT_THROW(parse_at({"a=1", "a=2"}), UserError);
}

TEST(Lines, ReadsEndsAndLabel) {
  EXPECT_EQ(parse_line("1, 2,1e3,4"), (GuideLine{.x = {1, 1e3}, .y = {2, 4}}));
  EXPECT_EQ(parse_line("1,2,3,4,t^{-2/3}, T = 0").label, "t^{-2/3}, T = 0");
  EXPECT_THROW(parse_line("1,2,3"), UserError);
  EXPECT_THROW(parse_line("1,2,3,inf"), UserError);
  EXPECT_THROW(parse_line("1,2,x,4,label"), UserError);
}

TEST(Selection, FindsInfinityOnlyAtInfinity) {
  store::Variable coordinate;
  coordinate.name = "b";
  EXPECT_EQ(store::position_of(coordinate, {0.1, 1, infinity}, "inf"), 2u);
  EXPECT_THROW(store::position_of(coordinate, {0.1, 1}, "inf"), UserError);
}

TEST_F(ReportTest, SlicesInTheOrderAskedFor) {
  const store::ResultFile file(folder_ / "grid.h5");
  const auto& series = file.variable("series");
  EXPECT_EQ(read_slice(file, series, {"time"}, {{"a", "0.2"}, {"b", "1"}}), (std::vector<double>{3, 4, 13, 103}));
  const auto both = read_slice(file, series, {"time", "b"}, {{"a", "0.2"}});
  EXPECT_EQ((std::vector<double>{both[2], both[3], both[5]}), (std::vector<double>{3, 2 + 0.01 + 1, 4}));
  // the grid's status repeats along time
  EXPECT_EQ(read_slice(file, file.variable("status"), {"b", "time"}, {{"a", "0.1"}}),
            (std::vector<double>{1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2}));
}

TEST_F(ReportTest, RefusesOpenDimensionsByName) {
  EXPECT_TRUE(contains(refusal(request("a", "height")), "height depends on b too (0.01, 0.1, 1)"));
  PlotRequest off = request("a", "height");
  off.fixed = {{"b", "0.5"}};
  EXPECT_TRUE(contains(refusal(off), "its neighbours are 0.1 and 1"));
  off.fixed = {{"bb", "1"}};
  EXPECT_TRUE(contains(refusal(off), "did you mean 'b'"));
  EXPECT_TRUE(contains(refusal(request("tiem", "height")), "did you mean 'time'"));
  EXPECT_TRUE(contains(refusal(request("a", "heigth")), "did you mean 'height'"));
  PlotRequest map = request("a", "height");
  map.y = "kind";
  EXPECT_TRUE(contains(refusal(map), "--y kind: takes a dimension"));
  map.y = "time";
  EXPECT_TRUE(contains(refusal(map), "height does not depend on time"));
  map.y = "b";
  map.value = "kind";
  map.log = {"value"};
  EXPECT_TRUE(contains(refusal(map), "kind is categorical"));
}

TEST_F(ReportTest, MapsCategoriesAndMissingCells) {
  PlotRequest map = request("a", "kind");
  map.y = "b";
  const Figure drawn = figure(map);
  EXPECT_FALSE(drawn.x.scale.logarithmic);
  EXPECT_TRUE(drawn.y.scale.logarithmic);
  EXPECT_NEAR(drawn.x.lower, -0.05, 1e-12);
  EXPECT_NEAR(drawn.y.upper, std::sqrt(10), 1e-9);
  std::vector<std::string> labels;
  for (const LegendEntry& entry : drawn.legend) labels.push_back(entry.label);
  EXPECT_EQ(labels, (std::vector<std::string>{"low", "very high", "failed", "not computed"}));
  const Raster& raster = *drawn.raster;
  const auto at = [&](double x, double y) {
    return raster.pixels[static_cast<std::size_t>(y * static_cast<double>(raster.height)) * raster.width +
                         static_cast<std::size_t>(x * static_cast<double>(raster.width))];
  };
  EXPECT_EQ(at(0.01, 0.01), Color::from_hex("#102030"));
  EXPECT_EQ(at(0.99, 0.01), Color::from_hex("#405060"));
  EXPECT_EQ(at(0.26, 0.99), missing::failed);  // a = 0.1, b = 1
  EXPECT_EQ(at(0.24, 0.99), Color::from_hex("#102030"));
  EXPECT_EQ(at(0.99, 0.99), missing::pending);
}

TEST_F(ReportTest, MapsNumbersWithAColorBar) {
  PlotRequest map = request("b", "height");
  map.y = "a";
  const Figure drawn = figure(map);
  ASSERT_TRUE(drawn.color_bar);
  EXPECT_DOUBLE_EQ(drawn.color_bar->lower, 0.1);  // of (0, 0.1): (0, 0.01) has none
  EXPECT_DOUBLE_EQ(drawn.color_bar->upper, 3.1);
  EXPECT_EQ(drawn.raster->pixels.front(), missing::undefined);
  ASSERT_FALSE(drawn.legend.empty());
  EXPECT_EQ(drawn.legend.front().label, "flat");
}

TEST_F(ReportTest, LaysThresholdsOverTheMap) {
  PlotRequest map = request("a", "kind");
  map.y = "b";
  map.overlays = {folder_ / "lines.h5"};
  const Figure drawn = figure(map);
  ASSERT_EQ(drawn.curves.size(), 1u);
  EXPECT_EQ(drawn.curves[0].label, "α line");
  EXPECT_EQ(drawn.curves[0].y, b_values);
  EXPECT_DOUBLE_EQ(drawn.curves[0].x[1], 0.02);
  map.y = "a";
  map.x = "b";
  EXPECT_EQ(figure(map).curves[0].x, b_values);
}

TEST_F(ReportTest, DrawsFamiliesWithErrors) {
  PlotRequest curves = request("time", "series");
  curves.curves = "b";
  curves.fixed = {{"a", "0.2"}};
  const Figure drawn = figure(curves);
  ASSERT_EQ(drawn.curves.size(), 3u);
  EXPECT_EQ(drawn.legend[2].label, "b = 1");
  EXPECT_EQ(drawn.curves[2].y, (std::vector<double>{3, 4, 13, 103}));
  EXPECT_EQ(drawn.curves[2].y_error, (std::vector<double>{1, 2, 3, 4}));
  EXPECT_TRUE(drawn.x.scale.logarithmic);
  EXPECT_EQ(drawn.title, "α = 0.2");
}

TEST_F(ReportTest, DrawsAFamilyWithinAFamily) {
  PlotRequest curves = request("time", "series");
  curves.curves = "b";
  curves.dashes = "a";
  curves.points = {folder_ / "lines.h5"};  // a = 0.2 only
  const Figure drawn = figure(curves);
  ASSERT_EQ(drawn.curves.size(), 12u + 3u);
  const Curve& line = drawn.curves[2 * 3 + 1];  // a = 0.2, b = 0.1
  EXPECT_EQ(line.y, (std::vector<double>{2.1, 3.1, 12.1, 102.1}));
  EXPECT_EQ(line.dash, 3);
  EXPECT_EQ(line.style, Curve::Style::line);  // marks are for the points
  const Curve& points = drawn.curves[12 + 1];
  EXPECT_EQ(points.style, Curve::Style::points);
  EXPECT_EQ(points.y_error, (std::vector<double>{1, 2, 3, 4}));
  EXPECT_EQ(points.color, line.color);
  EXPECT_NE(line.color, drawn.curves[2 * 3].color);
  std::vector<std::string> labels;
  for (const LegendEntry& entry : drawn.legend) labels.push_back(entry.label);
  EXPECT_EQ(labels, (std::vector<std::string>{"b = 0.01", "b = 0.1", "b = 1", "α = 0", "α = 0.1", "α = 0.2", "α = 0.3",
                                              "grid", "lines"}));

  curves.curves = "";
  EXPECT_TRUE(contains(refusal(curves), "give both"));
  curves.curves = "a";
  EXPECT_TRUE(contains(refusal(curves), "--dashes and --curves are the same dimension"));
  curves.curves = "b";
  curves.files.push_back(folder_ / "lines.h5");
  EXPECT_TRUE(contains(refusal(curves), "--dashes takes one file"));
}

TEST_F(ReportTest, PointsHaveTheColorsOfTheirFiles) {
  PlotRequest pairs = request("time", "series");
  pairs.fixed = {{"a", "0.2"}, {"b", "1"}};
  pairs.points = {folder_ / "lines.h5"};
  EXPECT_EQ(figure(pairs).curves[1].color, black);
  pairs.files.push_back(folder_ / "lines.h5");
  pairs.points.push_back(folder_ / "grid.h5");
  const Figure drawn = figure(pairs);
  ASSERT_EQ(drawn.curves.size(), 4u);
  EXPECT_EQ(drawn.curves[2].color, drawn.curves[0].color);
  EXPECT_EQ(drawn.curves[3].color, drawn.curves[1].color);
  EXPECT_NE(drawn.curves[3].color, drawn.curves[2].color);
  EXPECT_EQ(drawn.curves[3].label, "grid");
}

/// Steps 0 ... 99 of a file of one point; as points they are too many to be told apart.
TEST_F(ReportTest, ThinsOutPointsAlongTheAxis) {
  const auto steps = [](std::size_t count) {
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<double>(i);
    return values;
  };
  Schema schema = test_schema();
  schema.inputs[2].fallback = steps(100);
  write_series(folder_ / "steps.h5", schema);
  PlotRequest points = request("time", "series");
  points.files = {folder_ / "steps.h5"};
  EXPECT_EQ(figure(points).curves[0].x.size(), 100u);
  EXPECT_TRUE(notes_.empty());
  points.points = points.files;
  const Figure linear = figure(points);
  EXPECT_EQ(linear.curves[0].x.size(), 100u);
  EXPECT_EQ(linear.curves[1].x.size(), 25u);  // each fourth: 99/30 apart at least
  EXPECT_EQ(linear.curves[1].x[1], 4);
  EXPECT_EQ(linear.curves[1].y[1], 16);
  EXPECT_EQ(linear.curves[1].y_error[1], 4);
  ASSERT_EQ(notes_.size(), 1u);
  EXPECT_TRUE(contains(notes_[0], "of the points along time those are drawn that can be told apart"));
  points.log = {"x"};
  const Curve logarithmic = figure(points).curves[1];
  EXPECT_EQ(std::vector(logarithmic.x.begin(), logarithmic.x.begin() + 4), (std::vector<double>{1, 2, 3, 4}));
  EXPECT_LE(logarithmic.x.size(), 31u);
  points.points.clear();
  points.log = {"x", "value"};
  EXPECT_GT(figure(points).y.lower, 0.5);  // t = 0 is not drawn
}

TEST_F(ReportTest, LinesLeaveTheAxesAlone) {
  PlotRequest curves = request("time", "series");
  curves.fixed = {{"a", "0.2"}, {"b", "1"}};
  const Figure without = figure(curves);
  curves.lines = {parse_line("1,1,1e9,1e-9,a guide")};
  const Figure drawn = figure(curves);
  ASSERT_EQ(drawn.curves.size(), 2u);
  EXPECT_EQ(drawn.curves[1].label, "a guide");
  EXPECT_EQ(drawn.curves[1].x, (std::vector<double>{1, 1e9}));
  EXPECT_NE(drawn.curves[1].dash, drawn.curves[0].dash);
  EXPECT_EQ(drawn.x.upper, without.x.upper);
  EXPECT_EQ(drawn.y.lower, without.y.lower);
}

TEST_F(ReportTest, DrawsAnObservableAgainstAnother) {
  PlotRequest against = request("height", "a_line");
  EXPECT_TRUE(contains(refusal(against), "fix all but one of a (0, 0.1, 0.2, 0.30000000000000004), b (0.01, 0.1, 1)"));
  against.fixed = {{"a", "0.2"}};
  const Figure drawn = figure(against);
  EXPECT_DOUBLE_EQ(drawn.curves[0].x[2], 3);
  EXPECT_DOUBLE_EQ(drawn.curves[0].y[2], 0.2);
  EXPECT_EQ(drawn.curves[0].x_error, (std::vector<double>{0.5, 0.5, 0.5}));
}

TEST_F(ReportTest, WritesFiguresOfEachKind) {
  PlotRequest map = request("a", "kind");
  map.y = "b";
  map.overlays = {folder_ / "lines.h5"};
  const Figure drawn = figure(map);
  for (const auto& [name, magic] :
       {std::pair("f.png", "\x89PNG"), std::pair("f.svg", "<?xml"), std::pair("f.pdf", "%PDF")}) {
    draw(drawn, folder_ / name);
    EXPECT_TRUE(content(folder_ / name).starts_with(magic)) << name;
  }
  const std::string svg = content(folder_ / "f.svg");
  for (const char* label : {"low", "very high", "failed", "not computed", "α line", "0.01"}) {
    EXPECT_TRUE(contains(svg, label)) << label;
  }
  EXPECT_THROW(draw(drawn, folder_ / "f.jpg"), UserError);
  EXPECT_THROW(draw(drawn, folder_ / "nowhere" / "f.png"), UserError);
  for (const auto& entry : fs::directory_iterator(folder_)) {
    EXPECT_FALSE(entry.path().filename().string().starts_with(".")) << "a temporary file stayed behind";
  }
}

TEST(Csv, QuotesAsRfc4180) {
  EXPECT_EQ(csv_field("plain"), "plain");
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("say \"no\""), "\"say \"\"no\"\"\"");
}

TEST_F(ReportTest, ExportsOneRowAPoint) {
  const std::string text = table({});
  EXPECT_TRUE(text.starts_with("a,b,height,height_error,kind,a_line,status,message\r\n"));
  EXPECT_TRUE(contains(text, "\r\n0,0.01,nan,0.5,low,0.002,done,\r\n"));
  EXPECT_TRUE(contains(text, "\r\n0.1,1,nan,nan,,nan,failed,\"broke, \"\"badly\"\"\"\r\n"));
  EXPECT_TRUE(contains(text, "\r\n0.30000000000000004,1,nan,nan,,nan,pending,\r\n"));
  EXPECT_EQ(std::ranges::count(text, '\n'), 13);
  ASSERT_EQ(notes_.size(), 1u);
  EXPECT_TRUE(contains(notes_[0], "series (over time)"));
}

TEST_F(ReportTest, ExportsOwnDimensionsWithScalarsRepeated) {
  const std::string text = table({"series", "height"});
  EXPECT_TRUE(text.starts_with("a,b,time,series,series_error,height,height_error,status,message\r\n"));
  EXPECT_TRUE(contains(text, "\r\n0.2,1,10,13,3,3,0.5,done,\r\n"));
  EXPECT_EQ(std::ranges::count(text, '\n'), 49);
  EXPECT_THROW(table({"heigt"}), UserError);
}

TEST_F(ReportTest, ShowsFileAndPoint) {
  const store::ResultFile file(folder_ / "grid.h5");
  std::ostringstream summary;
  write_summary(summary, file);
  EXPECT_TRUE(contains(summary.str(), "12 points: 1 pending, 10 done, 1 failed"));
  std::ostringstream point;
  write_point(point, file, {{"a", "0.1"}, {"b", "1"}});
  EXPECT_TRUE(contains(point.str(), "status: failed (broke, \"badly\")"));
  std::ostringstream ignored;
  EXPECT_THROW(write_point(ignored, file, {{"a", "0.1"}}), UserError);
}

}  // namespace
}  // namespace glasscape::report
