#include "glasscape/sweep/stop_source.hpp"

#include <sys/prctl.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <fstream>

namespace glasscape::sweep {

namespace {

constexpr int launcher_died = SIGUSR2;

std::atomic<bool> stop_signalled = false;
std::atomic<void (*)() noexcept> terminate_hook = nullptr;

void call_terminate_hook() noexcept {
  if (const auto hook = terminate_hook.load()) hook();
}

extern "C" void on_stop_signal(int signal) {
  if (signal == SIGINT && stop_signalled) {
    call_terminate_hook();
    std::signal(SIGINT, SIG_DFL);
    std::raise(SIGINT);
  }
  if (signal == SIGTERM) call_terminate_hook();
  stop_signalled = true;
}

extern "C" void on_launcher_death(int) {
  call_terminate_hook();
  ::_exit(128 + SIGKILL);
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

StopSource::StopSource(double seconds) : deadline_(Clock::time_point::max()) {
  if (seconds < 1e9) {
    deadline_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  }
}

void StopSource::listen(void (*on_terminate)() noexcept) {
  terminate_hook = on_terminate;
  for (const int signal : {SIGUSR1, SIGINT, SIGTERM}) handle(signal, on_stop_signal);
}

bool StopSource::signalled() noexcept { return stop_signalled; }

bool StopSource::requested() const {
  return stop_signalled || (deadline_ != Clock::time_point::max() && Clock::now() >= deadline_);
}

void die_with_launcher() {
  // Open MPI's launcher starts its ranks itself; srun's ranks belong to a step that SLURM ends
  if (std::getenv("OMPI_COMM_WORLD_RANK") == nullptr || std::getenv("SLURM_STEP_ID") != nullptr) return;
  handle(launcher_died, on_launcher_death);
  const pid_t launcher = ::getppid();
  ::prctl(PR_SET_PDEATHSIG, launcher_died);
  if (::getppid() != launcher) std::raise(launcher_died);  // it died in between
}

void die_before_the_master() { std::ofstream("/proc/self/oom_score_adj") << 500; }

}  // namespace glasscape::sweep
