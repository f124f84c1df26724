#include "glasscape/store/underway.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

namespace glasscape {
namespace {

using store::Deaths;
using store::Underway;
using testing::status_of_child;

class UnderwayTest : public ::testing::Test {
 protected:
  static GridPoint point(std::uint64_t key) {
    static const Schema schema{.model = "toy", .solver = "toy", .inputs = {{.name = "x"}}};
    return {.index = 10 * key, .key = key, .sample_key = 0, .values = Parameters(schema)};
  }

  /// A rank that was solving `key` when it died of something it could not notice.
  void vanish(int rank, std::uint64_t key) const { Underway(file(), rank).begin(point(key)); }

  /// A rank that was solving `key` and dies of `signal`.
  void crash(int rank, std::uint64_t key, int signal) const {
    const int status = status_of_child([&] {
      const Underway note(file(), rank);
      note.begin(point(key));
      std::raise(signal);
    });
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == signal);
  }

  Deaths start(int ranks = 3) const {
    const Deaths deaths = Underway::last_deaths(file());
    Underway::start_job(file(), deaths, ranks);
    return deaths;
  }
  std::filesystem::path file() const { return folder_ / "a.h5"; }
  std::filesystem::path side_file() const { return folder_ / "a.h5.underway"; }

 private:
  testing::TemporaryFolder folder_;
};

TEST_F(UnderwayTest, NobodyIsBlamedForWhatEnded) {
  EXPECT_EQ(start(), Deaths{});
  {
    const Underway note(file(), 1);
    note.begin(point(7));
    note.idle();
  }
  EXPECT_EQ(start(), Deaths{});
}

TEST_F(UnderwayTest, EveryPointUnderWayIsBlamedWhereNobodyKnowsBetter) {
  start();
  vanish(1, 7);
  vanish(2, 8);
  EXPECT_EQ(start(), (Deaths{{7, 1}, {8, 1}}));
}

TEST_F(UnderwayTest, OnlyTheCrashedRanksPointIsBlamed) {
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE}) {
    Underway::end_job(file(), {});
    start();
    vanish(1, 7);
    crash(2, 8, signal);
    EXPECT_EQ(start(), (Deaths{{8, 1}})) << signal;
  }
}

TEST_F(UnderwayTest, APointThatWasExcusedIsNotBlamed) {
  start();
  {
    const Underway note(file(), 1);
    note.begin(point(7));
    Underway::excuse();
  }
  vanish(2, 8);
  EXPECT_EQ(start(), (Deaths{{8, 1}}));
}

TEST_F(UnderwayTest, DeathsOfJobsAddUp) {
  start();
  vanish(1, 7);
  start();
  vanish(2, 7);  // another rank, the same point
  EXPECT_EQ(start(5), (Deaths{{7, 2}}));
  EXPECT_EQ(start(1), (Deaths{{7, 2}}));
}

TEST_F(UnderwayTest, TheEndOfAJobForgetsOrKeeps) {
  start();
  vanish(1, 7);
  Underway::end_job(file(), {{8, 1}});
  EXPECT_EQ(start(), (Deaths{{8, 1}}));
  Underway::end_job(file(), {});
  EXPECT_FALSE(std::filesystem::exists(side_file()));
  EXPECT_EQ(start(), Deaths{});
}

TEST_F(UnderwayTest, RanksThatAreGoneAreNamedWithTheirPoints) {
  start(5);
  const Underway own(file(), 0);
  own.begin(point(6));
  crash(1, 7, SIGABRT);
  crash(2, 8, SIGKILL);
  status_of_child([&] { Underway(file(), 3).idle(); });
  const auto gone = own.casualties();
  ASSERT_EQ(gone.size(), 3u);  // neither the living rank nor the one that has noted nothing
  EXPECT_EQ(gone[0].rank, 1);
  EXPECT_EQ(gone[0].point, 70u);
  EXPECT_TRUE(gone[0].crashed);
  EXPECT_EQ(gone[1].point, 80u);
  EXPECT_FALSE(gone[1].crashed);
  EXPECT_EQ(gone[2].point, std::nullopt);
}

/// The launcher may be slow to reap one rank while it deals with the death of another.
TEST_F(UnderwayTest, ARankThatNobodyHasReapedIsGoneToo) {
  start();
  const Underway own(file(), 0);
  own.begin(point(6));
  const pid_t child = ::fork();
  if (child == 0) {
    vanish(1, 7);
    ::_exit(0);
  }
  siginfo_t ended = {};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT), 0);
  const auto gone = own.casualties();
  ::waitpid(child, nullptr, 0);
  ASSERT_EQ(gone.size(), 1u);
  EXPECT_EQ(gone[0].point, 70u);
}

TEST_F(UnderwayTest, ADamagedNoteBlamesNobody) {
  std::ofstream(side_file()) << "short";
  EXPECT_EQ(start(), Deaths{});
  std::ofstream(side_file()) << std::string(100'000, 'x');
  EXPECT_EQ(start(), Deaths{});
  vanish(1, 7);
  std::filesystem::resize_file(side_file(), 5000);
  EXPECT_EQ(start(), Deaths{});
}

TEST_F(UnderwayTest, ExcusingWithoutANoteDoesNothing) {
  Underway::excuse();
  EXPECT_FALSE(std::filesystem::exists(side_file()));
}

}  // namespace
}  // namespace glasscape
