#include "glasscape/app/job.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <boost/version.hpp>

#include "glasscape/app/cost_file.hpp"
#include "glasscape/app/inspect.hpp"
#include "glasscape/app/lookout.hpp"
#include "glasscape/app/point_runner.hpp"
#include "glasscape/app/progress.hpp"
#include "glasscape/app/say.hpp"
#include "glasscape/app/together.hpp"
#include "glasscape/app/version.hpp"
#include "glasscape/core/duration.hpp"
#include "glasscape/core/output_path.hpp"
#include "glasscape/solvers/replicas.hpp"
#include "glasscape/store/create.hpp"
#include "glasscape/store/extend.hpp"
#include "glasscape/store/identity.hpp"
#include "glasscape/store/state_file.hpp"

namespace glasscape::app {

namespace {

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

/// Where a symbolic link leads: two names of one file must share its lock.
std::filesystem::path behind_links(std::filesystem::path path) {
  for (int links = 0; std::filesystem::is_symlink(path); ++links) {
    if (links == 40) throw UserError(fmt::format("{}: too many symbolic links", path.string()));
    path = path.parent_path() / std::filesystem::read_symlink(path);  // an absolute target replaces all before it
  }
  return path;
}

int checked_team_size(const wrap::Communicator& world, const Sweep& sweep) {
  const int size = sweep.run.ranks_per_point;
  if (sweep::Teams::fit(world.size(), size) > 0) return size;
  throw UserError(fmt::format("{}: [run] ranks_per_point = {} needs at least {} ranks, one of them to hand out points",
                              sweep.file, size, size + 1));
}

/// How many teams the machine of this rank has. The first rank of several only hands out points.
std::size_t points_on_this_machine(const wrap::Communicator& world, int ranks_per_point) {
  const int solving = wrap::ranks_on_this_machine(world) - (world.size() > 1 ? 1 : 0);
  return static_cast<std::size_t>(std::max(1, solving / ranks_per_point));
}

constexpr std::chrono::seconds costs_are_kept_every{30};

}  // namespace

Job::Job(const wrap::Communicator& world, RunRequest request, Registry registry)
    : world_(world),
      request_(std::move(request)),
      sweep_(read(registry)),
      path_(behind_links(request_.output.empty() ? sweep_.output : request_.output)),
      teams_(world, checked_team_size(world, sweep_)),
      points_at_once_(points_on_this_machine(world, sweep_.run.ranks_per_point)),
      stop_(request_.walltime) {}

Sweep Job::read(Registry registry) const {
  std::string text;
  together(world_, is_master(), [&] { text = read_text(request_.sweep_file); });
  wrap::broadcast(world_, text, 0);
  return read_sweep(text, request_.sweep_file, request_.overrides, registry);
}

ExitCode Job::run() {
  together(world_, is_master(), [this] { prepare(); });
  together(world_, !is_master(), [this] { lock_ = store::FileLock::share(path_); });
  work_through();
  int code = 0;
  together(world_, is_master(), [&] { code = static_cast<int>(conclude()); });
  wrap::broadcast(world_, code, 0);
  return static_cast<ExitCode>(code);
}

void Job::prepare() {
  check_memory(sweep_, points_at_once_);
  check_output(path_, sweep_.file);
  lock_ = store::FileLock::acquire(path_);
  store::remove_unfinished(path_);
  open_file();
  const store::ResultFile file(path_);
  deaths_ = store::Underway::last_deaths(path_);
  auto outcomes = store::scan_rows(store::RowFile(file, store::RowFile::Access::read), sweep_.space);
  if (sweep_.refine) std::ranges::replace(outcomes, Outcome::inferred, Outcome::pending);  // until all is known
  todo_ = make_todo(sweep_, outcomes, deaths_, request_.retry_failed);
  if (sweep_.refine) refining_.emplace(sweep_, file, outcomes, todo_);
  store::Underway::start_job(path_, deaths_, world_.size());
  lock_->write_holder(todo_.before.all());
}

void Job::open_file() {
  if (request_.overwrite || !std::filesystem::exists(path_)) {
    store::create_result_file(path_, store::Layout(sweep_.space, sweep_.shape),
                              store::root_attributes(sweep_, versions()));
    store::Underway::end_job(path_, {});  // what an older file's points did to their ranks
    if (!sweep_.keeps_states()) store::remove_states(path_);
    return;
  }
  const store::ResultFile file(path_);
  store::check_same_sweep(file, sweep_);
  const Extension extension(store::space_of(file, sweep_.solver->schema), sweep_.space);
  if (extension.is_needed() || file.attribute("refine") != sweep_.refine_lines()) extend(extension);
}

void Job::extend(const Extension& extension) {
  if (!extension.lost().empty() && !request_.prune) {
    throw UserError(fmt::format(
        "{} holds what {} does not ask for any more: {}; put it back, choose another output (-o), or drop it with "
        "--prune (or everything with --overwrite)",
        path_.string(), sweep_.file, fmt::join(extension.lost(), "; ")));
  }
  const auto rows = store::extend_result_file(path_, sweep_, extension, store::root_attributes(sweep_, versions()),
                                              [&](const GridPoint& point) { return goes_on(point, extension); });
  const std::string dropped = rows.dropped > 0 ? fmt::format("; {} rows dropped", rows.dropped) : "";
  say("{} extended: of {} points {} reused, {} to continue from kept states, {} to solve anew{}", path_.string(),
      sweep_.space.size(), rows.reused, rows.continued, sweep_.space.size() - rows.reused - rows.continued, dropped);
}

/// Averages can tell from the state itself, which need not hold the ends of runs; other states go on over all that is
/// declared so.
bool Job::goes_on(const GridPoint& point, const Extension& extension) const {
  if (sweep_.solver->schema.find_input(replicas_name) == nullptr) return extension.continues_states();
  const auto state = store::StateFile(path_, sweep_, point).latest();
  return state && average_goes_on(*state, point.values);
}

void Job::work_through() {
  std::optional<PointRunner> runner;
  together(world_, true, [&] { runner.emplace(sweep_, path_, teams_, stop_); });
  together(world_, is_master(), [&] { give_up_condemned(*runner); });
  Progress progress(sweep_.space.size(), todo_.before.all());
  std::optional<Lookout> lookout;
  sweep::Steering steering;
  if (is_master()) {
    costs_.emplace(*sweep_.solver, sweep_.space, find_costs(path_, sweep_.solver->schema));
    lookout.emplace(sweep_, path_);
    steering = this->steering(progress, *lookout, runner->underway());
    runner->on_sign_of_life = [&](const sweep::TeamState& state) { lookout->look([&] { return std::vector{state}; }); };
    announce();
  }
  const sweep::Work work{.solve = [&](std::size_t index) { return runner->solve(index); },
                         .commit = [&] { runner->commit(); }};
  tally_ = sweep::dispatch(teams_, todo_.queue, work, stop_, steering);
  progress.finish();
  seconds_ = progress.seconds();
  if (is_master()) keep_costs(path_, sweep_.solver->schema, costs_->samples());
}

sweep::Steering Job::steering(Progress& progress, Lookout& lookout, const store::Underway& underway) {
  sweep::Steering steering;
  steering.on_progress = [this, &progress, &lookout, &underway, kept = std::chrono::steady_clock::now()](
                             const sweep::Tally& tally, const sweep::TeamStates& states) mutable {
    progress.show(tally);
    if (sweep::StopSource::signalled()) name_casualties(underway);
    if (world_.size() > 1) lookout.look(states);
    if (std::chrono::steady_clock::now() - kept < costs_are_kept_every) return;
    keep_costs(path_, sweep_.solver->schema, costs_->samples());
    kept = std::chrono::steady_clock::now();
  };
  steering.order = [this](std::span<std::size_t> points) { costs_->order(points); };
  steering.expected_seconds = [this](std::size_t index) { return costs_->seconds(index); };
  steering.observe = [this](std::size_t index, double seconds) {
    costs_->observe(index, seconds);
    slowest_.add(index, seconds);
  };
  steering.last = todo_.suspects.size();
  if (refining_) {
    progress.set_total(todo_.before.all() + refining_->asked_for());
    steering.more = [&](std::size_t index, const sweep::Solved& solved) {
      auto added = refining_->more(index, solved);
      progress.set_total(todo_.before.all() + refining_->asked_for());
      return added;
    };
  }
  return steering;
}

void Job::give_up_condemned(PointRunner& runner) {
  for (const std::size_t index : todo_.condemned) {
    runner.give_up(index, "killed its rank twice (crash, or memory): see --retry-failed");
    say("{} killed its rank twice (crash, or memory) and is marked failed; --retry-failed tries it again",
        sweep_.space.place(index));
    todo_.before.add(Outcome::failed);
  }
}

/// When a rank dies, the launcher tells the others to end and gives them a second.
void Job::name_casualties(const store::Underway& underway) {
  const auto now = std::chrono::steady_clock::now();
  if (now - looked_for_casualties_ < std::chrono::milliseconds(100)) return;
  looked_for_casualties_ = now;
  for (const store::Casualty& gone : underway.casualties()) {
    if (!named_casualties_.insert(gone.rank).second) continue;
    say("rank {} {} {}; run again to continue", gone.rank,
        gone.crashed ? "crashed" : "was killed (from outside, or because memory ran out)",
        gone.point ? "at " + sweep_.space.place(*gone.point) : "between two points");
  }
}

void Job::announce() const {
  for (const std::size_t index : todo_.suspects) {
    say("{} was under way when a rank died; it is tried again, last", sweep_.space.place(index));
  }
  if (todo_.queue.empty()) return;
  const Schema& schema = sweep_.solver->schema;
  say("{} / {}: {} of {} points to solve{} on {} rank{} -> {}", schema.model, schema.solver, todo_.queue.size(),
      sweep_.space.size(), refining_ ? " first, then as the refinement asks," : "", world_.size(),
      world_.size() == 1 ? "" : "s", path_.string());
  const int left_over = world_.size() - 1 - static_cast<int>(teams_.count()) * teams_.size();
  if (left_over > 0)
    say("{} rank{} left over by teams of {}", left_over, left_over == 1 ? " is" : "s are", teams_.size());
}

ExitCode Job::conclude() {
  forget_solved_suspects();
  store::Underway::end_job(path_, tally_.stopped ? deaths_ : store::Deaths{});
  const int solving = world_.size() == 1 ? 1 : static_cast<int>(teams_.count()) * teams_.size();
  write_to_stderr(job_summary(sweep_, store::ResultFile(path_), tally_, slowest_, solving, seconds_));
  OutcomeCounts now = todo_.before;
  now.add(tally_.points);
  if (tally_.stopped) {
    say("stopped early: {} of {} points are in {}; run again to continue", now.all(), sweep_.space.size(),
        path_.string());
    return ExitCode::stopped;
  }
  const std::size_t inferred = refining_ ? refining_->write_inferred(path_) : 0;
  now.done += inferred;
  if (!sweep_.keeps_states()) store::remove_states(path_);
  const std::size_t solved = tally_.points.all();
  const std::string work =
      todo_.queue.empty() ? "nothing was left to solve"
                          : fmt::format("{} point{} in {}", solved, solved == 1 ? "" : "s", format_duration(seconds_));
  const std::string of_them = inferred > 0 ? fmt::format(" ({} of them inferred)", inferred) : "";
  say("finished: {}; {} holds {} points: {} done{}, {} failed, {} unconverged", work, path_.string(), now.all(),
      now.done, of_them, now.failed, now.unconverged);
  return now.failed + now.unconverged > 0 ? ExitCode::some_failed : ExitCode::complete;
}

void Job::forget_solved_suspects() {
  if (!tally_.stopped || deaths_.empty()) return;
  const store::ResultFile file(path_);
  const auto outcomes = store::scan_rows(store::RowFile(file, store::RowFile::Access::read), sweep_.space);
  for (std::size_t index = 0; index < outcomes.size(); ++index) {
    if (outcomes[index] != Outcome::pending) deaths_.erase(sweep_.space.point(index).key);
  }
}

}  // namespace glasscape::app
