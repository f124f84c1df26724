#include "glasscape/app/time_left.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>

#include "glasscape/core/schema.hpp"

#include "support/temporary_folder.hpp"

namespace glasscape::app {
namespace {

TEST(StopAhead, IsAMinuteBeforeTheEndOrAQuarterOfAShortTime) {
  EXPECT_EQ(stop_ahead("1-02:03:04\n"), 93784 - 60);
  EXPECT_EQ(stop_ahead("59:30"), 3570 - 60);
  EXPECT_EQ(stop_ahead("0:40"), 30);
  EXPECT_EQ(stop_ahead("0:00"), 0);
}

TEST(StopAhead, KnowsOfNoEndWhereSlurmNamesNone) {
  for (const char* left : {"UNLIMITED", "NOT_SET", "INVALID", ""}) EXPECT_EQ(stop_ahead(left), infinity) << left;
}

/// With an environment of a SLURM job and a squeue that prints `answer` where it is asked about `job` alone.
class SlurmWalltime : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"SLURM_JOB_ID", "SLURM_ARRAY_JOB_ID", "SLURM_ARRAY_TASK_ID"}) ::unsetenv(name);
  }
  void TearDown() override {
    SetUp();
    ::setenv("PATH", path_.c_str(), 1);
  }

  void squeue_answers(const std::string& job, const std::string& answer) {
    const auto program = folder_ / "squeue";
    std::ofstream(program) << "#!/bin/sh\n[ \"$*\" = '-h -j " << job << " -o %L' ] && echo " << answer << "\n";
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    ::setenv("PATH", ((folder_ / ":").string() + path_).c_str(), 1);
  }

  const wrap::Communicator world;

 private:
  testing::TemporaryFolder folder_;
  std::string path_ = ::getenv("PATH");
};

TEST_F(SlurmWalltime, IsUnlimitedOutsideSlurm) {
  squeue_answers("", "10:00");
  EXPECT_EQ(slurm_walltime(world), infinity);
}

TEST_F(SlurmWalltime, IsWhatIsLeftOfTheJob) {
  squeue_answers("17", "10:00");
  ::setenv("SLURM_JOB_ID", "17", 1);
  EXPECT_EQ(slurm_walltime(world), 540);
}

TEST_F(SlurmWalltime, IsWhatIsLeftOfTheElementOfAnArray) {
  squeue_answers("17_3", "10:00");
  ::setenv("SLURM_JOB_ID", "17", 1);
  ::setenv("SLURM_ARRAY_JOB_ID", "17", 1);
  ::setenv("SLURM_ARRAY_TASK_ID", "3", 1);
  EXPECT_EQ(slurm_walltime(world), 540);
}

TEST_F(SlurmWalltime, TrustsNoOddJobNumber) {
  ::setenv("SLURM_JOB_ID", "1; touch stolen", 1);
  EXPECT_EQ(slurm_walltime(world), infinity);
  EXPECT_FALSE(std::filesystem::exists("stolen"));
}

}  // namespace
}  // namespace glasscape::app
