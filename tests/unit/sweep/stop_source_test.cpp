#include "glasscape/sweep/stop_source.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "glasscape/core/schema.hpp"
#include "support/child_process.hpp"

namespace glasscape {
namespace {

using sweep::StopSource;
using testing::status_of_child;

/// Whether a process that gets `signal` is asked to stop (and lives).
bool stops_at(int signal) {
  const int status = status_of_child([&] {
    StopSource::listen(nullptr);
    const StopSource stop(infinity);
    const bool before = stop.requested();
    std::raise(signal);
    ::_exit(!before && stop.requested() && StopSource::signalled() ? 3 : 4);
  });
  return WIFEXITED(status) && WEXITSTATUS(status) == 3;
}

TEST(StopSource, SignalsAskToStop) {
  EXPECT_TRUE(stops_at(SIGUSR1));
  EXPECT_TRUE(stops_at(SIGINT));
  EXPECT_TRUE(stops_at(SIGTERM));
}

TEST(StopSource, ASecondInterruptEndsTheProcess) {
  const int status = status_of_child([] {
    StopSource::listen(nullptr);
    std::raise(SIGINT);
    std::raise(SIGINT);
    ::_exit(4);
  });
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGINT);
}

TEST(StopSource, TerminationCallsTheHook) {
  const int status = status_of_child([] {
    StopSource::listen([]() noexcept { ::_exit(3); });
    std::raise(SIGUSR1);
    std::raise(SIGTERM);
    ::_exit(4);
  });
  EXPECT_EQ(WEXITSTATUS(status), 3);
}

TEST(StopSource, TheDeadlineAsksToStop) {
  const StopSource none(infinity);
  const StopSource over(0);
  const StopSource soon(1);
  EXPECT_FALSE(none.requested());
  EXPECT_TRUE(over.requested());
  EXPECT_FALSE(soon.requested());
  std::this_thread::sleep_for(std::chrono::milliseconds(1010));
  EXPECT_TRUE(soon.requested());
}

}  // namespace
}  // namespace glasscape
