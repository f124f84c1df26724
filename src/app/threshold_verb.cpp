#include <fmt/format.h>

#include "glasscape/app/command_line.hpp"
#include "glasscape/app/say.hpp"
#include "glasscape/app/verbs.hpp"
#include "glasscape/core/number.hpp"
#include "glasscape/core/output_path.hpp"
#include "glasscape/report/divergence.hpp"
#include "glasscape/report/threshold.hpp"

namespace glasscape::app {

namespace options = boost::program_options;

namespace {

CommandLine command_line() {
  CommandLine line{
      .synopsis =
          "glasscape threshold FILE --along DIMENSION (--observable NAME [--level X] | --diverging NAME) "
          "-o TABLE.{csv,h5} [options]",
      .about =
          "Finds, for each value of the other dimensions, where along one an observable crosses a level, with an "
          "error\n"
          "bar; where its category changes (the middle of the cell, the error is half the cell); or where a time\n"
          "diverges as A |x - x_c|^-nu, with the exponent (a least-squares fit, the errors are one standard error).\n"
          "An .h5 table is what `plot --overlay` takes; `show`, `export` and `plot` read it too.\n\n"
          "examples:\n"
          "  glasscape threshold flow.h5 --along delta2 --observable overlap --level 0.5 --at time=100 -o line.h5\n"
          "  glasscape threshold phases.h5 --along delta2 --observable phase --level easy -o easy.csv\n"
          "  glasscape threshold langevin.h5 --along delta2 --diverging recovery_time --nearest 8 -o transition.h5\n",
      .options = options::options_description("options"),
      .positional = "file"};
  line.options.add_options()("output,o", options::value<std::string>()->value_name("TABLE"), "the table: .csv or .h5")(
      "along", options::value<std::string>()->value_name("DIMENSION"), "the dimension on which the threshold lies")(
      "observable", options::value<std::string>()->value_name("NAME"), "what crosses the level")(
      "level", options::value<std::string>()->value_name("X"),
      "the level; of a categorical observable a category (default: any change)")(
      "diverging", options::value<std::string>()->value_name("NAME"),
      "a time to fit; where it is NaN the divergence is passed")(
      "nearest", options::value<std::string>()->value_name("N"),
      "fit only the N times next to the divergence (default: all)")(
      "at", options::value<std::vector<std::string>>()->composing()->value_name("NAME=VALUE,..."),
      "fix a dimension; repeatable");
  return line;
}

std::string text(const options::variables_map& given, const char* option) {
  return given.count(option) > 0 ? given[option].as<std::string>() : "";
}

std::size_t parse_nearest(const std::string& argument) {
  const auto number = parse_number(argument);
  if (number && *number >= report::fewest_for_divergence &&
      *number == static_cast<double>(static_cast<long>(*number))) {
    return static_cast<std::size_t>(*number);
  }
  throw UserError(
      fmt::format("--nearest {}: wants a whole number, at least {}", argument, report::fewest_for_divergence));
}

report::ThresholdRequest request_of(const options::variables_map& given) {
  report::ThresholdRequest request{.file = required(given, "file", "the result file"),
                                   .along = required(given, "along", "--along, the dimension of the threshold,"),
                                   .observable = text(given, "observable"),
                                   .level = text(given, "level"),
                                   .diverging = given.count("diverging") > 0};
  if (request.diverging == (given.count("observable") > 0)) {
    throw UserError("say either --observable or --diverging; see --help");
  }
  if (request.diverging && given.count("level") > 0) throw UserError("--level: belongs to --observable");
  if (!request.diverging && given.count("nearest") > 0) throw UserError("--nearest: belongs to --diverging");
  if (request.diverging) request.observable = text(given, "diverging");
  if (given.count("nearest") > 0) request.nearest = parse_nearest(text(given, "nearest"));
  if (given.count("at") > 0) request.fixed = report::parse_at(given["at"].as<std::vector<std::string>>());
  return request;
}

}  // namespace

ExitCode threshold_verb(const Arguments& arguments) {
  const auto given = command_line().parse(arguments);
  if (!given) return ExitCode::complete;
  const std::filesystem::path output = required(*given, "output", "-o, the table's file,");
  if (output.extension() != ".csv" && output.extension() != ".h5") {
    throw UserError(fmt::format("{}: a table's name ends in .csv or .h5", output.string()));
  }
  const report::ThresholdRequest request = request_of(*given);
  check_output_path(output);
  std::error_code ignored;
  if (std::filesystem::equivalent(output, request.file, ignored)) {
    throw UserError(fmt::format("{}: is the result file itself; choose another output", output.string()));
  }
  std::vector<std::string> notes;
  report::write_thresholds(request, output, notes);
  for (const std::string& note : notes) say("note: {}", note);
  return ExitCode::complete;
}

}  // namespace glasscape::app
