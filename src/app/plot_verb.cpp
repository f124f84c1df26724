#include <fmt/format.h>

#include <cstdio>

#include "glasscape/app/command_line.hpp"
#include "glasscape/app/say.hpp"
#include "glasscape/app/verbs.hpp"
#include "glasscape/report/gnuplot.hpp"
#include "glasscape/report/plot.hpp"

namespace glasscape::app {

namespace options = boost::program_options;

namespace {

using Texts = std::vector<std::string>;

CommandLine command_line() {
  CommandLine line{
      .synopsis =
          "glasscape plot FILE... -o FIGURE.{png,svg,pdf} --x NAME [--y DIMENSION] --value "
          "OBSERVABLE [options]",
      .about =
          "Draws a heat map (--x and --y), curves over a dimension, or one observable against another.\n"
          "Works on a file whose sweep is still running.\n\n"
          "examples:\n"
          "  glasscape plot phases.h5 -o phases.pdf --x delta2 --y deltap --value phase --overlay lines.h5\n"
          "  glasscape plot dynamics.h5 -o overlap.png --x time --value overlap --curves delta2 --at deltap=1\n"
          "  glasscape plot theory.h5 --points simulation.h5 -o loss.png --x step --value training_loss "
          "--curves batch_size\n",
      .options = options::options_description("options"),
      .positional = "file",
      .positional_count = -1};
  line.options.add_options()("output,o", options::value<std::string>()->value_name("FIGURE"),
                             "the figure: .png, .svg or .pdf")("x", options::value<std::string>()->value_name("NAME"),
                                                               "horizontal axis: a dimension, or an observable")(
      "y", options::value<std::string>()->value_name("DIMENSION"), "vertical axis of a heat map")(
      "value", options::value<std::string>()->value_name("OBSERVABLE"), "what is drawn")(
      "curves", options::value<std::string>()->value_name("DIMENSION"), "one curve for each value of this dimension")(
      "dashes", options::value<std::string>()->value_name("DIMENSION"),
      "and for each value of this one, told apart by dashes (points by their marks)")(
      "at", options::value<Texts>()->composing()->value_name("NAME=VALUE,..."), "fix a dimension; repeatable")(
      "log", options::value<Texts>()->composing()->value_name("x,y,value"),
      "logarithmic axes, beside those whose values are logarithmic anyway")(
      "points", options::value<Texts>()->composing()->value_name("FILE"),
      "the same observable of another file, as points with error bars")(
      "overlay", options::value<Texts>()->composing()->value_name("FILE"), "files with thresholds, drawn as lines")(
      "line", options::value<Texts>()->composing()->value_name("X1,Y1,X2,Y2[,LABEL]"),
      "a straight line to compare with (a power law between logarithmic axes); repeatable");
  return line;
}

Texts texts(const options::variables_map& given, const char* option) {
  return given.count(option) > 0 ? given[option].as<Texts>() : Texts();
}

std::string text(const options::variables_map& given, const char* option) {
  return given.count(option) > 0 ? given[option].as<std::string>() : "";
}

std::vector<std::filesystem::path> paths(const Texts& names) { return {names.begin(), names.end()}; }

report::PlotRequest request_of(const options::variables_map& given) {
  required(given, "file", "the result file");
  report::PlotRequest request{.files = paths(texts(given, "file")),
                              .x = required(given, "x", "--x, the horizontal axis,"),
                              .y = text(given, "y"),
                              .value = required(given, "value", "--value, the observable to draw,"),
                              .curves = text(given, "curves"),
                              .dashes = text(given, "dashes"),
                              .fixed = report::parse_at(texts(given, "at")),
                              .points = paths(texts(given, "points")),
                              .overlays = paths(texts(given, "overlay"))};
  for (const std::string& names : texts(given, "log")) request.log.merge(report::parse_log(names));
  for (const std::string& line : texts(given, "line")) request.lines.push_back(report::parse_line(line));
  return request;
}

}  // namespace

ExitCode plot_verb(const Arguments& arguments) {
  const auto given = command_line().parse(arguments);
  if (!given) return ExitCode::complete;
  const std::filesystem::path output = required(*given, "output", "-o, the figure's file,");
  report::check_figure_path(output);
  std::vector<std::string> notes;
  report::draw(report::make_figure(request_of(*given), notes), output);
  for (const std::string& note : notes) say("note: {}", note);
  return ExitCode::complete;
}

}  // namespace glasscape::app
