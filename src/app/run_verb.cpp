#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <new>

#include "glasscape/app/command_line.hpp"
#include "glasscape/app/explain.hpp"
#include "glasscape/app/job.hpp"
#include "glasscape/app/time_left.hpp"
#include "glasscape/app/verbs.hpp"
#include "glasscape/core/duration.hpp"
#include "glasscape/store/underway.hpp"

namespace glasscape::app {

namespace {

namespace options = boost::program_options;

CommandLine command_line() {
  CommandLine line{.synopsis = "glasscape run SWEEP.ini [options]",
                   .about =
                       "Solves the points of a sweep, or what is missing of them, and keeps them in one HDF5 file.\n"
                       "  glasscape run jobs/quickstart.ini\n"
                       "  mpirun -n 9 --bind-to none glasscape run jobs/quickstart.ini     one master, 8 workers\n"
                       "  glasscape run sweep.ini --set parameters.p=4 -o p4.h5\n",
                   .options = options::options_description("options"),
                   .positional = "sweep"};
  line.options.add_options()("output,o", options::value<std::string>()->value_name("FILE"),
                             "the result file; default: [sweep] output, else the sweep file's name with .h5 in the "
                             "current folder")(
      "set", options::value<std::vector<std::string>>()->composing()->value_name("section.key=value"),
      "change or add a line of the sweep file; repeatable")(
      "walltime", options::value<std::string>()->value_name("HH:MM:SS"),
      "stop cleanly after this time, with exit code 75; default in a SLURM job: shortly before its time limit")(
      "retry-failed", "solve failed and unconverged points again")("overwrite",
                                                                   "start anew where the result file exists")(
      "prune", "drop the rows of the result file that the sweep file does not ask for any more");
  return line;
}

std::optional<RunRequest> read_request(const Arguments& arguments, bool quiet) {
  if (quiet && std::ranges::any_of(arguments, [](const auto& a) { return a == "--help" || a == "-h"; })) {
    return std::nullopt;
  }
  const auto given = command_line().parse(arguments);
  if (!given) return std::nullopt;
  RunRequest request;
  request.sweep_file = required(*given, "sweep", "the sweep file");
  if (given->count("output") > 0) request.output = (*given)["output"].as<std::string>();
  if (given->count("output") > 0 && request.output.empty()) throw UserError("-o: the result file has no name");
  if (given->count("set") > 0) request.overrides = (*given)["set"].as<std::vector<std::string>>();
  if (given->count("walltime") > 0) {
    const auto text = (*given)["walltime"].as<std::string>();
    const auto seconds = parse_duration(text);
    if (!seconds) throw UserError(fmt::format("--walltime {}: write HH:MM:SS or seconds", text));
    request.walltime = *seconds;
  }
  request.retry_failed = given->count("retry-failed") > 0;
  request.overwrite = given->count("overwrite") > 0;
  request.prune = given->count("prune") > 0;
  return request;
}

}  // namespace

ExitCode run_verb(const Arguments& arguments, Registry registry) {
  sweep::StopSource::listen(store::Underway::excuse);  // first: a signal during the start stops cleanly, too
  std::signal(SIGPIPE, SIG_IGN);                       // a log that nobody reads any more is no reason to stop
  const wrap::Mpi mpi;
  const wrap::Communicator world;
  sweep::die_with_launcher();
  if (world.rank() != 0) sweep::die_before_the_master();
  const bool quiet = world.rank() != 0;
  try {
    auto request = read_request(arguments, quiet);
    if (!request) return ExitCode::complete;
    if (request->walltime == infinity) request->walltime = slurm_walltime(world);
    return Job(world, std::move(*request), registry).run();
  } catch (const std::bad_alloc& error) {
    // the only error that may have come to one rank alone: the others must not wait for it
    const ExitCode code = explain(error);
    if (world.size() > 1) wrap::abort_job(static_cast<int>(code));
    return code;
  } catch (const std::exception& error) {
    return explain(error, quiet);
  }
}

}  // namespace glasscape::app
