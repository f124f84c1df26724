#include "glasscape/store/lock.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <ctime>
#include <fstream>
#include <optional>

#include "glasscape/core/errors.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

namespace glasscape {
namespace {

using store::FileLock;

TEST(FileLock, ShutsOutASecondSweepAndNamesTheHolder) {
  const testing::TemporaryFolder folder;
  const FileLock lock = FileLock::acquire(folder / "a.h5");
  lock.write_holder(12);
  try {
    FileLock::acquire(folder / "a.h5");
    FAIL() << "two sweeps hold the same file";
  } catch (const UserError& error) {
    const std::string what = error.what();
    EXPECT_NE(what.find("a.h5: in use by a running sweep (process " + std::to_string(::getpid())), std::string::npos)
        << what;
  }
}

TEST(FileLock, IsSharedByTheRanksOfOneSweep) {
  const testing::TemporaryFolder folder;
  const FileLock master = FileLock::acquire(folder / "a.h5");
  const FileLock worker = FileLock::share(folder / "a.h5");
  EXPECT_NO_THROW(FileLock::share(folder / "a.h5"));
}

/// The workers of a killed sweep may live a moment longer than its master.
TEST(FileLock, AWorkerOfAKilledMasterStillHoldsIt) {
  const testing::TemporaryFolder folder;
  std::ofstream(folder / "a.h5.lock");  // as a master that had no time to tidy up leaves it
  std::optional<FileLock> worker = FileLock::share(folder / "a.h5");
  EXPECT_THROW(FileLock::acquire(folder / "a.h5"), UserError);
  worker.reset();
  EXPECT_NO_THROW(FileLock::acquire(folder / "a.h5"));
}

TEST(FileLock, IsFreedWhenItsHolderDies) {
  const testing::TemporaryFolder folder;
  testing::status_of_child([&] {
    const FileLock lock = FileLock::acquire(folder / "a.h5");
    lock.write_holder(0);
    ::_exit(0);
  });
  EXPECT_TRUE(std::filesystem::exists(folder / "a.h5.lock"));
  EXPECT_EQ(store::holder_of(folder / "a.h5"), std::nullopt);
  EXPECT_NO_THROW(FileLock::acquire(folder / "a.h5"));
}

TEST(FileLock, TheMasterRemovesItsFileInTheEnd) {
  const testing::TemporaryFolder folder;
  {
    const FileLock master = FileLock::acquire(folder / "a.h5");
    { const FileLock worker = FileLock::share(folder / "a.h5"); }
    EXPECT_TRUE(std::filesystem::exists(folder / "a.h5.lock"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "a.h5.lock"));
  EXPECT_NO_THROW(FileLock::acquire(folder / "a.h5"));
}

TEST(HolderOf, TellsWhoRunsTheSweep) {
  const testing::TemporaryFolder folder;
  EXPECT_EQ(store::holder_of(folder / "a.h5"), std::nullopt);
  const FileLock lock = FileLock::acquire(folder / "a.h5");
  lock.write_holder(12);
  const auto holder = store::holder_of(folder / "a.h5");
  ASSERT_TRUE(holder.has_value());
  EXPECT_EQ(holder->pid, ::getpid());
  EXPECT_EQ(holder->host, wrap::host_name());
  EXPECT_EQ(holder->done_at_start, 12u);
  EXPECT_NEAR(static_cast<double>(holder->started), static_cast<double>(std::time(nullptr)), 60);
}

}  // namespace
}  // namespace glasscape
