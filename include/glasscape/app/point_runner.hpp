#pragma once

#include <filesystem>

#include "glasscape/app/watchdog.hpp"
#include "glasscape/core/sweep.hpp"
#include "glasscape/store/result_file.hpp"
#include "glasscape/store/rows.hpp"
#include "glasscape/store/state_file.hpp"
#include "glasscape/store/underway.hpp"
#include "glasscape/sweep/dispatch.hpp"
#include "glasscape/sweep/stop_source.hpp"
#include "glasscape/wrap/mpi.hpp"

namespace glasscape::app {

/// Solves the points of one rank and keeps their rows: where the engine, the solver and the store meet.
class PointRunner {
 public:
  PointRunner(const Sweep& sweep, const std::filesystem::path& file, const wrap::Communicator& world,
              const sweep::StopSource& stop);

  sweep::Solved solve(std::size_t index);
  void commit();

  /// Writes the row of a point that killed its rank too often.
  void give_up(std::size_t index, const std::string& why);

 private:
  Solution failure(const std::string& why) const;
  [[noreturn]] void abandon(std::size_t index);

  const Sweep& sweep_;
  store::ResultFile file_;
  store::RowWriter rows_;
  std::vector<store::StateFile> spent_;  ///< states of no more use once the staged rows are safe
  store::Underway underway_;
  wrap::Communicator team_;
  PointContext::Environment environment_;
  Watchdog watchdog_;
};

}  // namespace glasscape::app
