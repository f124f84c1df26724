#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "glasscape/app/job_summary.hpp"
#include "glasscape/app/refining.hpp"
#include "glasscape/app/todo.hpp"
#include "glasscape/core/cost_model.hpp"
#include "glasscape/core/errors.hpp"
#include "glasscape/core/extension.hpp"
#include "glasscape/core/sweep.hpp"
#include "glasscape/store/lock.hpp"
#include "glasscape/sweep/dispatch.hpp"

namespace glasscape::app {

class Lookout;
class PointRunner;
class Progress;

/// What `glasscape run` was asked to do.
struct RunRequest {
  std::string sweep_file;
  std::string output;  ///< empty: what the sweep file says
  std::vector<std::string> overrides;
  double walltime = infinity;  ///< seconds
  bool retry_failed = false;
  bool overwrite = false;
  bool prune = false;  ///< drop rows that the sweep does not ask for any more
};

/// One `glasscape run` on all ranks: reads the sweep, opens or makes its file, has its points solved, says how it went.
/// All members are collective; errors are the same on every rank.
class Job {
 public:
  Job(const wrap::Communicator& world, RunRequest request, Registry registry);

  ExitCode run();

 private:
  bool is_master() const { return world_.rank() == 0; }
  Sweep read(Registry registry) const;

  void prepare();  // master: the lock, the file, what is left to do
  void open_file();
  void extend(const Extension& extension);
  bool goes_on(const GridPoint& point, const Extension& extension) const;
  void work_through();
  ExitCode conclude();  // master: what stands in the file now

  sweep::Steering steering(Progress& progress, Lookout& lookout, const store::Underway& underway);
  void give_up_condemned(PointRunner& runner);
  void announce() const;
  void name_casualties(const store::Underway& underway);
  void forget_solved_suspects();

  const wrap::Communicator& world_;
  RunRequest request_;
  Sweep sweep_;
  std::filesystem::path path_;
  sweep::Teams teams_;
  std::size_t points_at_once_;  ///< on this machine
  sweep::StopSource stop_;
  std::optional<store::FileLock> lock_;

  // the master's
  store::Deaths deaths_;
  Todo todo_;
  std::optional<Refining> refining_;
  std::optional<CostModel> costs_;
  SlowestPoints slowest_;
  std::set<int> named_casualties_;
  std::chrono::steady_clock::time_point looked_for_casualties_;
  sweep::Tally tally_;
  double seconds_ = 0;
};

}  // namespace glasscape::app
