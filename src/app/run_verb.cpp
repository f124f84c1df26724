#include <fmt/format.h>
#include <algorithm>
#include <boost/version.hpp>
#include <cstdio>
#include <fstream>
#include <numeric>
#include <sstream>

#include "glasscape/app/command_line.hpp"
#include "glasscape/app/explain.hpp"
#include "glasscape/app/inspect.hpp"
#include "glasscape/app/point_runner.hpp"
#include "glasscape/app/progress.hpp"
#include "glasscape/app/verbs.hpp"
#include "glasscape/app/version.hpp"
#include "glasscape/core/duration.hpp"
#include "glasscape/core/output_path.hpp"
#include "glasscape/core/sweep.hpp"
#include "glasscape/store/create.hpp"
#include "glasscape/store/identity.hpp"
#include "glasscape/store/lock.hpp"
#include "glasscape/sweep/dispatch.hpp"

namespace glasscape::app {

namespace {

namespace options = boost::program_options;

constexpr int deaths_allowed = 2;

struct Request {
  std::string sweep_file;
  std::string output;
  std::vector<std::string> overrides;
  double walltime = infinity;
  bool retry_failed = false;
  bool overwrite = false;
};

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
      "stop cleanly after this time, with exit code 75")("retry-failed", "solve failed and unconverged points again")(
      "overwrite", "start anew where the result file exists");
  return line;
}

std::optional<Request> read_request(const Arguments& arguments, bool quiet) {
  if (quiet && std::ranges::any_of(arguments, [](const auto& a) { return a == "--help" || a == "-h"; })) {
    return std::nullopt;
  }
  const auto given = command_line().parse(arguments);
  if (!given) return std::nullopt;
  Request request;
  request.sweep_file = required(*given, "sweep", "the sweep file");
  if (given->count("output") > 0) request.output = (*given)["output"].as<std::string>();
  if (given->count("set") > 0) request.overrides = (*given)["set"].as<std::vector<std::string>>();
  if (given->count("walltime") > 0) {
    const auto text = (*given)["walltime"].as<std::string>();
    const auto seconds = parse_duration(text);
    if (!seconds) throw UserError(fmt::format("--walltime {}: write HH:MM:SS or seconds", text));
    request.walltime = *seconds;
  }
  request.retry_failed = given->count("retry-failed") > 0;
  request.overwrite = given->count("overwrite") > 0;
  return request;
}

/// Runs `work` on the ranks that `mine` selects; an error on any rank becomes the same error on every rank.
void together(const wrap::Communicator& world, bool mine, const std::function<void()>& work) {
  int code = 0;
  std::vector<std::string> messages;
  try {
    if (mine) work();
  } catch (const UserError& error) {
    code = static_cast<int>(ExitCode::usage);
    messages = error.messages();
  } catch (const std::runtime_error& error) {
    code = static_cast<int>(ExitCode::machine_failed);
    messages = {error.what()};
  }
  const int worst = wrap::agree_on_maximum(world, code);
  if (worst == 0) return;
  const int speaker = wrap::agree_on_maximum(world, code == worst ? world.rank() : -1);
  wrap::broadcast(world, messages, speaker);
  if (worst == static_cast<int>(ExitCode::usage)) throw UserError(messages);
  throw MachineError(messages.at(0));
}

store::Versions versions() {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  H5get_libversion(&major, &minor, &release);
  return {{"glasscape_version", version()},
          {"git_commit", git_commit()},
          {"hdf5_version", fmt::format("{}.{}.{}", major, minor, release)},
          {"mpi_version", wrap::mpi_version()},
          {"boost_version", BOOST_LIB_VERSION}};
}

void check_output(const std::filesystem::path& path, const std::filesystem::path& sweep_file) {
  check_output_path(path);
  if (std::filesystem::exists(path) && std::filesystem::equivalent(path, sweep_file)) {
    throw UserError(fmt::format("{}: is the sweep file itself; choose another output", path.string()));
  }
}

/// The counts of points that hold a result.
struct Counts {
  std::size_t done = 0;
  std::size_t failed = 0;
  std::size_t unconverged = 0;

  void add(Outcome outcome) {
    if (outcome == Outcome::done || outcome == Outcome::inferred) ++done;
    if (outcome == Outcome::failed) ++failed;
    if (outcome == Outcome::unconverged) ++unconverged;
  }
  std::size_t all() const { return done + failed + unconverged; }
};

/// One `glasscape run` on all ranks.
class Job {
 public:
  Job(const wrap::Communicator& world, Request request, Registry registry)
      : world_(world),
        request_(std::move(request)),
        sweep_(read(registry)),
        path_(request_.output.empty() ? sweep_.output : request_.output),
        stop_(request_.walltime, store::Underway::excuse) {}

  ExitCode run() {
    together(world_, is_master(), [this] { prepare(); });
    together(world_, !is_master(), [this] { lock_ = store::FileLock::share(path_); });
    work_through();
    int code = 0;
    together(world_, is_master(), [&] { code = static_cast<int>(conclude()); });
    wrap::broadcast(world_, code, 0);
    return static_cast<ExitCode>(code);
  }

 private:
  bool is_master() const { return world_.rank() == 0; }

  Sweep read(Registry registry) {
    std::string text;
    together(world_, is_master(), [&] { text = read_text(request_.sweep_file); });
    wrap::broadcast(world_, text, 0);
    return read_sweep(text, request_.sweep_file, request_.overrides, registry);
  }

  /// Master: the lock, the file, what is left to do.
  void prepare() {
    check_memory(sweep_);
    check_output(path_, sweep_.file);
    lock_ = store::FileLock::acquire(path_);
    store::remove_unfinished(path_);
    if (request_.overwrite || !std::filesystem::exists(path_)) {
      store::create_result_file(path_, store::Layout(sweep_.space, sweep_.shape),
                                store::root_attributes(sweep_, versions()));
      store::Underway::end_job(path_, {});  // what an older file's points did to their ranks
    }
    const store::ResultFile file(path_);
    store::check_same_sweep(file, sweep_);
    deaths_ = store::Underway::start_job(path_, world_.size());
    if (request_.retry_failed) deaths_.clear();
    fill_queue(store::scan_rows(store::RowFile(file, store::RowFile::Access::read), sweep_.space));
    lock_->write_holder(before_.all());
  }

  /// In the grid's order; points that were under way when a job died come last, so that all others are safe first.
  void fill_queue(const std::vector<Outcome>& outcomes) {
    std::vector<std::size_t> suspects;
    for (std::size_t index = 0; index < outcomes.size(); ++index) {
      const Outcome outcome = outcomes[index];
      const bool again = request_.retry_failed && (outcome == Outcome::failed || outcome == Outcome::unconverged);
      if (outcome != Outcome::pending && !again) {
        before_.add(outcome);
        continue;
      }
      const int deaths = deaths_.empty() ? 0 : deaths_of(index);
      if (deaths >= deaths_allowed) {
        condemned_.push_back(index);
      } else {
        (deaths == 0 ? queue_ : suspects).push_back(index);
      }
    }
    for (const std::size_t index : suspects) {
      fmt::print(stderr, "glasscape: {} was under way when a rank died; it is tried again, last\n",
                 sweep_.space.place(index));
    }
    queue_.insert(queue_.end(), suspects.begin(), suspects.end());
  }

  int deaths_of(std::size_t index) const {
    const auto found = deaths_.find(sweep_.space.point(index).key);
    return found == deaths_.end() ? 0 : found->second;
  }

  void work_through() {
    std::optional<PointRunner> runner;
    together(world_, true, [&] { runner.emplace(sweep_, path_, world_, stop_); });
    together(world_, is_master(), [&] { give_up_condemned(*runner); });
    Progress progress(sweep_.space.size(), before_.all());
    if (is_master()) announce();
    const sweep::Work work{.solve = [&](std::size_t index) { return runner->solve(index); },
                           .commit = [&] { runner->commit(); }};
    tally_ = sweep::dispatch(world_, queue_, work, stop_, [&](const sweep::Tally& tally) { progress.show(tally); });
    progress.finish();
    seconds_ = progress.seconds();
  }

  void give_up_condemned(PointRunner& runner) {
    for (const std::size_t index : condemned_) {
      runner.give_up(index, "killed its rank twice (crash, or memory): see --retry-failed");
      before_.add(Outcome::failed);
    }
  }

  void announce() const {
    if (queue_.empty()) return;
    fmt::print(stderr, "glasscape: {} / {}: {} of {} points to solve on {} rank{} -> {}\n", sweep_.solver->schema.model,
               sweep_.solver->schema.solver, queue_.size(), sweep_.space.size(), world_.size(),
               world_.size() == 1 ? "" : "s", path_.string());
  }

  /// Master: what stands in the file now, and the exit code that follows.
  ExitCode conclude() {
    const bool stopped = tally_.stopped;
    forget_solved_suspects();
    store::Underway::end_job(path_, stopped ? deaths_ : store::Deaths{});
    const std::size_t failed = before_.failed + tally_.failed;
    const std::size_t unconverged = before_.unconverged + tally_.unconverged;
    const std::size_t finished = before_.all() + tally_.finished();
    if (stopped) {
      fmt::print(stderr, "glasscape: stopped early: {} of {} points are in {}; run again to continue\n", finished,
                 sweep_.space.size(), path_.string());
      return ExitCode::stopped;
    }
    const std::string solved = queue_.empty()
                                   ? "nothing was left to solve"
                                   : fmt::format("{} points in {}", tally_.finished(), format_duration(seconds_));
    fmt::print(stderr, "glasscape: finished: {}; {} holds {} points: {} done, {} failed, {} unconverged\n", solved,
               path_.string(), finished, before_.done + tally_.done, failed, unconverged);
    return failed + unconverged > 0 ? ExitCode::some_failed : ExitCode::complete;
  }

  void forget_solved_suspects() {
    if (!tally_.stopped || deaths_.empty()) return;
    const store::ResultFile file(path_);
    const auto outcomes = store::scan_rows(store::RowFile(file, store::RowFile::Access::read), sweep_.space);
    for (std::size_t index = 0; index < outcomes.size(); ++index) {
      if (outcomes[index] != Outcome::pending) deaths_.erase(sweep_.space.point(index).key);
    }
  }

  const wrap::Communicator& world_;
  Request request_;
  Sweep sweep_;
  std::filesystem::path path_;
  sweep::StopSource stop_;

  std::optional<store::FileLock> lock_;

  // the master's
  store::Deaths deaths_;
  Counts before_;
  std::vector<std::size_t> queue_;
  std::vector<std::size_t> condemned_;
  sweep::Tally tally_;
  double seconds_ = 0;
};

}  // namespace

ExitCode run_verb(const Arguments& arguments, Registry registry) {
  const wrap::Mpi mpi;
  const wrap::Communicator world;
  sweep::die_with_launcher();
  const bool quiet = world.rank() != 0;
  try {
    auto request = read_request(arguments, quiet);
    if (!request) return ExitCode::complete;
    return Job(world, std::move(*request), registry).run();
  } catch (const std::exception& error) {
    return explain(error, quiet);
  }
}

}  // namespace glasscape::app
