#include <fmt/format.h>

#include <cstdio>
#include <iostream>

#include "glasscape/app/command_line.hpp"
#include "glasscape/app/say.hpp"
#include "glasscape/app/verbs.hpp"
#include "glasscape/core/output_path.hpp"
#include "glasscape/report/atomic_file.hpp"
#include "glasscape/report/table.hpp"

namespace glasscape::app {

namespace options = boost::program_options;

namespace {

CommandLine command_line() {
  CommandLine line{.synopsis = "glasscape export FILE -o TABLE.csv [--observable NAME]...",
                   .about =
                       "Writes a table, one row per grid point (and entry of an observable's own dimensions).\n\n"
                       "example:\n"
                       "  glasscape export phases.h5 -o phases.csv --observable overlap_bayes --observable phase\n",
                   .options = options::options_description("options"),
                   .positional = "file"};
  line.options.add_options()("output,o", options::value<std::string>()->value_name("TABLE"),
                             "the table (.csv); - is standard output")(
      "observable", options::value<std::vector<std::string>>()->composing()->value_name("NAME"),
      "an observable to export; repeatable (default: all with one number a point)");
  return line;
}

/// The table as text to `output`, which may be "-".
void write_table(const std::string& output, const store::ResultFile& file, const report::TableContent& content) {
  if (output == "-") return report::write_csv(std::cout, file, content);
  report::write_text_file(output, [&](std::ostream& out) { report::write_csv(out, file, content); });
}

}  // namespace

ExitCode export_verb(const Arguments& arguments) {
  const auto given = command_line().parse(arguments);
  if (!given) return ExitCode::complete;
  const std::string input = required(*given, "file", "the result file");
  const std::string output = required(*given, "output", "-o, the table's file,");
  if (output != "-" && std::filesystem::path(output).extension() != ".csv") {
    throw UserError(fmt::format("{}: a table's name ends in .csv (or is -, standard output)", output));
  }
  if (output != "-") check_output_path(output);
  const store::ResultFile file(input);
  std::vector<std::string> names;
  if (given->count("observable") > 0) names = (*given)["observable"].as<std::vector<std::string>>();
  std::vector<std::string> notes;
  write_table(output, file, report::choose_content(file, names, notes));
  for (const std::string& note : notes) say("note: {}", note);
  return ExitCode::complete;
}

}  // namespace glasscape::app
