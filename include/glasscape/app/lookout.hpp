#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "glasscape/core/sweep.hpp"
#include "glasscape/sweep/work.hpp"

namespace glasscape::app {

/// The master's eye on the teams: writes about once a second (every ten where writing is slow) what they are doing to
/// the side file that `status` shows, and names a team that gives no sign of life for `[run] hang_warning` together
/// with its point, once.
class Lookout {
 public:
  Lookout(const Sweep& sweep, std::filesystem::path file);
  ~Lookout();  ///< removes the side file
  Lookout(const Lookout&) = delete;
  Lookout& operator=(const Lookout&) = delete;

  /// To be called often.
  void look(const sweep::TeamStates& states);

 private:
  using Clock = std::chrono::steady_clock;

  void write(std::vector<sweep::TeamState>& states) const;
  void warn(const sweep::TeamState& state);

  const Sweep& sweep_;
  std::filesystem::path file_;
  std::chrono::duration<double> interval_{1};
  std::chrono::duration<double> cost_{0};  ///< of the last look
  Clock::time_point last_ = Clock::now();
  Clock::time_point called_ = last_;
  Clock::time_point back_ = last_;     ///< after it had not been called for long
  std::map<int, std::size_t> warned_;  ///< leader → point
};

}  // namespace glasscape::app
