#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace glasscape {

/// What the program's exit code says; scripts rely on the numbers.
enum class ExitCode : int {
  complete = 0,         ///< everything done
  some_failed = 1,      ///< finished, but some points failed or are unconverged, or a check found damage
  usage = 2,            ///< bad usage, bad sweep file, foreign file, file in use
  machine_failed = 74,  ///< disk full, I/O error: nothing acknowledged is lost
  stopped = 75,         ///< stopped early: run again to continue
};

/// A user's mistake: one clear sentence each, all of them at once. Ends the program with ExitCode::usage.
class UserError : public std::runtime_error {
 public:
  explicit UserError(std::string message);
  explicit UserError(std::vector<std::string> messages);

  const std::vector<std::string>& messages() const { return messages_; }

 private:
  std::vector<std::string> messages_;
};

/// The machine failed (disk full, I/O error). Ends the program with ExitCode::machine_failed.
class MachineError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace glasscape
