#include "glasscape/app/point_runner.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>

#include "glasscape/app/say.hpp"
#include "glasscape/app/team_checkpoint.hpp"
#include "glasscape/core/errors.hpp"

namespace glasscape::app {

namespace {

/// A solver that asks in time stops itself; the watchdog leaves it this much longer.
double patience(double timeout) { return timeout + std::max(1.0, 0.5 * timeout); }

}  // namespace

PointRunner::PointRunner(const Sweep& sweep, const std::filesystem::path& file, const sweep::Teams& teams,
                         const sweep::StopSource& stop)
    : sweep_(sweep),
      file_(file),
      rows_(file_),
      underway_(file, teams.world().rank()),
      teams_(teams),
      stop_order_(teams.world()),
      environment_{.team = teams.team(),
                   .seed = sweep.seed,
                   .timeout = sweep.run.point_timeout,
                   .checkpoint_interval = sweep.run.checkpoint_interval,
                   .keep_state = sweep.run.keep_state,
                   .stop_requested = [this, &stop] { return stop.requested() || stop_order_.has_come(); }},
      watchdog_(patience(sweep.run.point_timeout), [this](std::size_t index) { abandon(index); }) {
  if (teams.is_leader()) environment_.sign_of_life = [this](std::string_view report) { give_sign_of_life(report); };
}

sweep::Solved PointRunner::solve(std::size_t index) {
  const GridPoint point = sweep_.space.point(index);
  store::StateFile state(file_.path(), sweep_, point);
  TeamCheckpoint checkpoint(teams_.team(), state);
  PointContext context(environment_, point, sweep_.shape, checkpoint);
  under_way_ = index;
  began_ = PointContext::Clock::now();
  underway_.begin(point);
  if (teams_.is_leader()) watchdog_.begin(index);
  const Solution solution = attempt(*sweep_.solver, point.values, context);
  watchdog_.end();
  if (!teams_.is_leader()) underway_.idle();
  if (!teams_.is_leader() || solution.outcome == Outcome::pending) return solution.outcome;
  rows_.stage(point, solution, context.seconds());
  if (!sweep_.keeps_states(solution.outcome) && state.exists()) spent_.push_back(std::move(state));
  if (!sweep_.refine) return solution.outcome;
  return {solution.outcome, solution.values(sweep_.refine->output).front()};
}

void PointRunner::give_sign_of_life(std::string_view report) const {
  if (teams_.world().size() > 1) {
    sweep::send_sign_of_life(teams_.world(), report);
  } else if (on_sign_of_life) {
    const std::chrono::duration<double> seconds = PointContext::Clock::now() - began_;
    on_sign_of_life({.point = under_way_, .seconds = seconds.count(), .report = std::string(report)});
  }
}

void PointRunner::commit() {
  underway_.idle();
  rows_.commit();
  for (const store::StateFile& state : spent_) state.remove();
  spent_.clear();
}

Solution PointRunner::failure(const std::string& why) const {
  Solution solution(sweep_.shape);
  solution.outcome = Outcome::failed;
  solution.message = why;
  return solution;
}

void PointRunner::give_up(std::size_t index, const std::string& why) {
  const GridPoint point = sweep_.space.point(index);
  rows_.stage(point, failure(why), 0);
  rows_.commit();
  store::StateFile(file_.path(), sweep_, point).remove();
}

/// The solver neither ends nor asks: its row becomes `failed` and the job ends, for its rank cannot be freed. What the
/// rank had solved but not committed is solved again.
void PointRunner::abandon(std::size_t index) {
  const std::string why =
      fmt::format("exceeded point_timeout = {} s without ever asking whether to stop", sweep_.run.point_timeout);
  const std::string place = sweep_.space.place(index);
  try {
    const GridPoint point = sweep_.space.point(index);
    store::RowWriter rows(file_);
    rows.stage(point, failure(why), patience(sweep_.run.point_timeout));
    rows.commit();
    store::StateFile(file_.path(), sweep_, point).remove();
    underway_.idle();
    say("{}: {}; it is marked failed: run again to continue with the others", place, why);
    ::_exit(static_cast<int>(ExitCode::stopped));
  } catch (const std::exception& error) {
    say("{}: {}: {}", place, why, error.what());
    ::_exit(static_cast<int>(ExitCode::machine_failed));
  }
}

}  // namespace glasscape::app
