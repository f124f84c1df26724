#include "glasscape/app/time_left.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "glasscape/app/say.hpp"
#include "glasscape/core/duration.hpp"
#include "glasscape/core/schema.hpp"

namespace glasscape::app {

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// As squeue takes it; empty outside SLURM. The last element of an array has the array's own job number, which names
/// all of them: hence both numbers.
std::string slurm_job() {
  const std::string array = variable("SLURM_ARRAY_JOB_ID");
  const std::string job = array.empty() ? variable("SLURM_JOB_ID") : array + "_" + variable("SLURM_ARRAY_TASK_ID");
  return job.find_first_not_of("0123456789_") == std::string::npos ? job : "";
}

std::string ask_squeue(const std::string& job) {
  const std::string command = "timeout 30 squeue -h -j " + job + " -o %L 2>/dev/null";  // may wait for its server
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  std::array<char, 64> line = {};
  if (pipe == nullptr || std::fgets(line.data(), line.size(), pipe.get()) == nullptr) return "";
  return line.data();
}

}  // namespace

double stop_ahead(const std::string& left) {
  const auto seconds = parse_duration(left);
  return seconds ? *seconds - std::min(60.0, *seconds / 4) : infinity;
}

double slurm_walltime(const wrap::Communicator& world) {
  const std::string job = slurm_job();
  std::string left;
  if (world.rank() == 0 && !job.empty()) left = ask_squeue(job);
  wrap::broadcast(world, left, 0);
  const double seconds = stop_ahead(left);
  if (world.rank() == 0 && seconds < infinity) {
    say("SLURM's time limit: stops by itself in {}", format_duration(seconds));
  }
  return seconds;
}

}  // namespace glasscape::app
