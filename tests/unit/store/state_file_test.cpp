#include "glasscape/store/state_file.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "glasscape/core/errors.hpp"
#include "support/temporary_folder.hpp"
#include "support/toy_registry.hpp"

namespace glasscape {
namespace {

using store::StateFile;
using testing::TemporaryFolder;
using testing::toy_sweep;
using Bytes = std::vector<std::byte>;

Bytes bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

const Sweep& sweep() {
  static const Sweep made = toy_sweep("[grid]\ndelta2 = 1, 2, 3\n");
  return made;
}

StateFile state_of(const TemporaryFolder& folder, std::size_t index = 0, const Sweep& of = sweep()) {
  return StateFile(folder / "a.h5", of, of.space.point(index));
}

/// The only file of FILE.state.
std::filesystem::path only_file(const TemporaryFolder& folder) {
  const std::filesystem::directory_iterator files(folder / "a.h5.state");
  return files->path();
}

TEST(StateFile, GivesBackTheLatestState) {
  const TemporaryFolder folder;
  EXPECT_EQ(state_of(folder).latest(), std::nullopt);
  state_of(folder).commit(bytes_of("first"));
  EXPECT_EQ(state_of(folder).latest(), bytes_of("first"));
  state_of(folder).commit(bytes_of("a second, longer one"));
  EXPECT_EQ(state_of(folder).latest(), bytes_of("a second, longer one"));
  state_of(folder).commit({});
  EXPECT_EQ(state_of(folder).latest(), Bytes());
}

TEST(StateFile, EveryPointHasItsOwn) {
  const TemporaryFolder folder;
  state_of(folder, 0).commit(bytes_of("zero"));
  state_of(folder, 1).commit(bytes_of("one"));
  EXPECT_EQ(state_of(folder, 0).latest(), bytes_of("zero"));
  EXPECT_EQ(state_of(folder, 1).latest(), bytes_of("one"));
  EXPECT_EQ(state_of(folder, 2).latest(), std::nullopt);
}

TEST(StateFile, OfAnotherPointSeedOrVersionDoesNotCount) {
  const TemporaryFolder folder;
  state_of(folder, 0).commit(bytes_of("zero"));
  const auto path = only_file(folder);
  state_of(folder, 1).commit(bytes_of("one"));
  for (const auto& file : std::filesystem::directory_iterator(folder / "a.h5.state")) {
    if (file.path() != path) {
      std::filesystem::copy_file(path, file.path(), std::filesystem::copy_options::overwrite_existing);
    }
  }
  EXPECT_EQ(state_of(folder, 1).latest(), std::nullopt);
  EXPECT_EQ(state_of(folder, 0, toy_sweep("seed = 2\n[grid]\ndelta2 = 1, 2, 3\n")).latest(), std::nullopt);
  SolverEntry newer = *sweep().solver;
  newer.schema.version = 2;
  Sweep later = sweep();
  later.solver = &newer;
  EXPECT_EQ(state_of(folder, 0, later).latest(), std::nullopt);  // the same point: only the version differs
  EXPECT_EQ(state_of(folder, 0).latest(), bytes_of("zero"));
}

TEST(StateFile, DamagedDoesNotCount) {
  const TemporaryFolder folder;
  state_of(folder).commit(bytes_of("state"));
  const auto path = only_file(folder);
  const auto size = std::filesystem::file_size(path);
  std::string whole(size, '\0');
  std::ifstream(path, std::ios::binary).read(whole.data(), static_cast<std::streamsize>(size));
  for (std::size_t i = 0; i < size; ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    std::ofstream(path, std::ios::binary) << damaged;
    EXPECT_EQ(state_of(folder).latest(), std::nullopt) << "byte " << i;
  }
  for (std::size_t length = 0; length < size; ++length) {
    std::ofstream(path, std::ios::binary) << whole.substr(0, length);
    EXPECT_EQ(state_of(folder).latest(), std::nullopt) << "cut after " << length;
  }
  std::ofstream(path, std::ios::binary) << whole + "x";
  EXPECT_EQ(state_of(folder).latest(), std::nullopt);
}

TEST(StateFile, IsRemovedWithItsFolder) {
  const TemporaryFolder folder;
  state_of(folder, 0).commit(bytes_of("zero"));
  state_of(folder, 1).commit(bytes_of("one"));
  state_of(folder, 0).remove();
  EXPECT_EQ(state_of(folder, 0).latest(), std::nullopt);
  EXPECT_EQ(state_of(folder, 1).latest(), bytes_of("one"));
  state_of(folder, 1).remove();
  EXPECT_FALSE(std::filesystem::exists(folder / "a.h5.state"));
}

TEST(StateFile, KnowsWhetherThereIsOne) {
  const TemporaryFolder folder;
  StateFile state = state_of(folder);
  state.latest();
  EXPECT_FALSE(state.exists());
  state.commit(bytes_of("x"));
  EXPECT_TRUE(state.exists());
  StateFile again = state_of(folder);
  again.latest();
  EXPECT_TRUE(again.exists());
}

TEST(RemoveStates, RemovesAllOfThem) {
  const TemporaryFolder folder;
  store::remove_states(folder / "a.h5");
  state_of(folder, 0).commit(bytes_of("zero"));
  state_of(folder, 1).commit(bytes_of("one"));
  store::remove_states(folder / "a.h5");
  EXPECT_FALSE(std::filesystem::exists(folder / "a.h5.state"));
}

TEST(StateFile, SaysWhereTheDiskFails) {
  const TemporaryFolder folder;
  std::ofstream(folder / "a.h5.state") << "no folder";
  EXPECT_THROW(state_of(folder).commit(bytes_of("x")), MachineError);
}

}  // namespace
}  // namespace glasscape
