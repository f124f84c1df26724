#pragma once

#include <filesystem>
#include <functional>

#include "glasscape/app/watchdog.hpp"
#include "glasscape/core/sweep.hpp"
#include "glasscape/store/result_file.hpp"
#include "glasscape/store/rows.hpp"
#include "glasscape/store/state_file.hpp"
#include "glasscape/store/underway.hpp"
#include "glasscape/sweep/dispatch.hpp"
#include "glasscape/sweep/stop_source.hpp"
#include "glasscape/sweep/teams.hpp"
#include "glasscape/sweep/work.hpp"

namespace glasscape::app {

/// Solves the points of one rank with its team; the team's leader keeps their rows. Where the engine, the solver and
/// the store meet.
class PointRunner {
 public:
  PointRunner(const Sweep& sweep, const std::filesystem::path& file, const sweep::Teams& teams,
              const sweep::StopSource& stop);

  /// What the solver says of the point under way, about once a second, in a world of one rank.
  std::function<void(const sweep::TeamState&)> on_sign_of_life = {};

  sweep::Solved solve(std::size_t index);
  void commit();

  /// What the ranks' notes say of those that are gone.
  const store::Underway& underway() const { return underway_; }

  /// Writes the row of a point that killed its rank too often.
  void give_up(std::size_t index, const std::string& why);

 private:
  Solution failure(const std::string& why) const;
  void give_sign_of_life(std::string_view report) const;
  [[noreturn]] void abandon(std::size_t index);

  const Sweep& sweep_;
  store::ResultFile file_;
  store::RowWriter rows_;
  std::vector<store::StateFile> spent_;  ///< states of no more use once the staged rows are safe
  store::Underway underway_;
  const sweep::Teams& teams_;
  sweep::StopOrder stop_order_;
  std::size_t under_way_ = 0;
  PointContext::Clock::time_point began_ = {};
  PointContext::Environment environment_;
  Watchdog watchdog_;
};

}  // namespace glasscape::app
