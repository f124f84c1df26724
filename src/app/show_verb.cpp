#include <iostream>

#include "glasscape/app/command_line.hpp"
#include "glasscape/app/verbs.hpp"
#include "glasscape/report/summary.hpp"

namespace glasscape::app {

namespace options = boost::program_options;

ExitCode show_verb(const Arguments& arguments) {
  CommandLine line{.synopsis = "glasscape show FILE [--at NAME=VALUE,...]",
                   .about =
                       "Says what is in a result file; with --at, all of one point.\n\n"
                       "example:\n"
                       "  glasscape show phases.h5 --at delta2=0.5,deltap=1\n",
                   .options = options::options_description("options"),
                   .positional = "file"};
  line.options.add_options()("at",
                             options::value<std::vector<std::string>>()->composing()->value_name("NAME=VALUE,..."),
                             "the point's place on each axis; repeatable");
  const auto given = line.parse(arguments);
  if (!given) return ExitCode::complete;
  const store::ResultFile file(required(*given, "file", "the result file"));
  if (given->count("at") > 0) {
    report::write_point(std::cout, file, report::parse_at((*given)["at"].as<std::vector<std::string>>()));
  } else {
    report::write_summary(std::cout, file);
  }
  return ExitCode::complete;
}

}  // namespace glasscape::app
