#include "glasscape/store/rows.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cmath>

#include "support/temporary_folder.hpp"
#include "support/toy_file.hpp"

namespace glasscape {
namespace {

using store::ResultFile;
using store::RowFile;
using store::RowWriter;
using testing::create;
using testing::create_full;
using testing::scan;
using testing::toy_solution;
using testing::toy_sweep;

const std::string grid =
    "[grid]\ntemperature = 0, 1, 2\nloss = logistic, square\n[parameters]\ndelta2 = 0.5\ntimes = 1, 2, 5, 10\n";

TEST(RowWriter, WhatIsCommittedIsReadBack) {
  const testing::TemporaryFolder folder;
  const Sweep sweep = toy_sweep(grid);
  create_full(folder / "a.h5", sweep);
  const ResultFile file(folder / "a.h5");
  EXPECT_EQ(file.read("overlap"), (std::vector<double>{10, 11, 12, 13, 14, 15}));
  EXPECT_EQ(file.read("overlap_error").at(5), 0.06);
  const auto correlation = file.read("correlation");
  ASSERT_EQ(correlation.size(), 24u);
  for (std::size_t i = 0; i < 24; ++i)
    EXPECT_EQ(correlation[i], 100.0 * static_cast<double>(i / 4) + static_cast<double>(i % 4));
  EXPECT_EQ(file.read("correlation_error").at(23), 3.5);
  EXPECT_EQ(file.read("phase"), (std::vector<double>{0, 1, 0, 1, 0, 1}));
  EXPECT_TRUE(std::isnan(file.read("line").at(1)));
  EXPECT_EQ(file.read("line").at(2), infinity);
  EXPECT_EQ(file.read("status"), std::vector<double>(6, 1));
  EXPECT_EQ(file.read("seconds"), std::vector<double>(6, 0.25));
  EXPECT_EQ(file.read_messages().at(3), "message 3");
  const auto keys = file.read_keys(file.variable("point_key"));
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(keys[i], sweep.space.point(i).key);
  EXPECT_EQ(scan(folder / "a.h5", sweep), std::vector<Outcome>(6, Outcome::done));
}

TEST(RowWriter, NothingIsInTheFileBeforeTheCommit) {
  const testing::TemporaryFolder folder;
  const Sweep sweep = toy_sweep(grid);
  create(folder / "a.h5", sweep);
  const ResultFile file(folder / "a.h5");
  RowWriter writer(file);
  for (const std::size_t i : {4, 1, 2}) writer.stage(sweep.space.point(i), toy_solution(sweep, i), 1);
  EXPECT_EQ(scan(folder / "a.h5", sweep), std::vector<Outcome>(6, Outcome::pending));
  writer.commit();
  using enum Outcome;
  EXPECT_EQ(scan(folder / "a.h5", sweep), (std::vector<Outcome>{pending, done, done, pending, done, pending}));
  EXPECT_EQ(file.read("overlap").at(4), 14);
  EXPECT_TRUE(std::isnan(file.read("overlap").at(3)));
}

TEST(RowWriter, CountsAttemptsAndKeepsOutcomes) {
  const testing::TemporaryFolder folder;
  const Sweep sweep = toy_sweep(grid);
  create_full(folder / "a.h5", sweep);
  const ResultFile file(folder / "a.h5");
  RowWriter writer(file);
  Solution failed(sweep.shape);
  failed.outcome = Outcome::failed;
  Solution unconverged = toy_solution(sweep, 3);
  unconverged.outcome = Outcome::unconverged;
  writer.stage(sweep.space.point(2), failed, 1);
  writer.stage(sweep.space.point(3), unconverged, 1);
  writer.commit();
  writer.commit();  // nothing is left to commit
  EXPECT_EQ(file.read("attempts"), (std::vector<double>{1, 1, 2, 2, 1, 1}));
  const auto outcomes = scan(folder / "a.h5", sweep);
  EXPECT_EQ(outcomes[2], Outcome::failed);
  EXPECT_EQ(outcomes[3], Outcome::unconverged);
  EXPECT_TRUE(std::isnan(file.read("overlap").at(2)));
  EXPECT_EQ(file.read("phase").at(2), -1);
  EXPECT_EQ(file.read_messages().at(2), "");  // nothing of the longer, older one is left
}

TEST(RowWriter, CutsAMessageAtACharacter) {
  const testing::TemporaryFolder folder;
  const Sweep sweep = toy_sweep(grid);
  create(folder / "a.h5", sweep);
  const ResultFile file(folder / "a.h5");
  const std::string exact(256, 'a');
  const std::string within = std::string(255, 'a') + "\u00e9";              // two bytes, one would fit
  const std::string fits = std::string(254, 'a') + "\u00e9" + "and more";   // ends with the limit
  const std::string four = std::string(253, 'a') + "\U0001D539" + " more";  // four bytes, three would fit
  RowWriter writer(file);
  std::size_t index = 0;
  for (const std::string& message : {exact, exact + "b", within, fits, four}) {
    Solution solution = toy_solution(sweep, index);
    solution.message = message;
    writer.stage(sweep.space.point(index++), solution, 0);
  }
  writer.commit();
  const auto messages = file.read_messages();
  EXPECT_EQ(messages[0], exact);
  EXPECT_EQ(messages[1], exact);
  EXPECT_EQ(messages[2], std::string(255, 'a'));
  EXPECT_EQ(messages[3], std::string(254, 'a') + "\u00e9");
  EXPECT_EQ(messages[4], std::string(253, 'a'));
}

TEST(ScanRows, TakesNoRowOfAnotherPoint) {
  const testing::TemporaryFolder folder;
  create_full(folder / "a.h5", toy_sweep(grid));
  const auto outcomes = scan(folder / "a.h5", toy_sweep(grid, {"grid.temperature=0, 1, 3"}));
  using enum Outcome;
  EXPECT_EQ(outcomes, (std::vector<Outcome>{done, done, done, done, pending, pending}));
}

/// One byte of the file, inverted while this lives.
class FlippedByte {
 public:
  FlippedByte(const std::filesystem::path& path, std::uint64_t offset) : file_(path, O_RDWR), offset_(offset) {
    flip();
  }
  FlippedByte(const FlippedByte&) = delete;
  FlippedByte& operator=(const FlippedByte&) = delete;
  ~FlippedByte() { flip(); }

 private:
  void flip() const {
    std::byte byte{};
    file_.read(offset_, {&byte, 1});
    byte ^= std::byte{0x80};
    file_.write(offset_, {&byte, 1});
  }

  wrap::Descriptor file_;
  std::uint64_t offset_;
};

TEST(DamagedRows, EveryFlippedByteIsFoundAndItsRowPending) {
  const testing::TemporaryFolder folder;
  const Sweep sweep = toy_sweep(grid);
  create_full(folder / "a.h5", sweep);
  const ResultFile file(folder / "a.h5");
  const RowFile rows(file, RowFile::Access::read);
  std::size_t bytes = 0;
  for (const RowFile::Column& column : rows.columns()) {
    const bool covered = column.name != "seconds" && column.name != "attempts";
    for (std::size_t byte = 0; byte < column.bytes; ++byte) {
      const std::size_t row = byte % sweep.space.size();
      const FlippedByte flipped(folder / "a.h5", column.file_offset + row * column.bytes + byte);
      std::vector<Outcome> expected(6, Outcome::done);
      if (covered) expected[row] = Outcome::pending;
      ASSERT_EQ(damaged_rows(rows), covered ? std::vector<std::size_t>{row} : std::vector<std::size_t>{})
          << column.name << " byte " << byte;
      ASSERT_EQ(scan_rows(rows, sweep.space), expected) << column.name << " byte " << byte;
      ++bytes;
    }
  }
  EXPECT_EQ(bytes, rows.image_bytes());
  EXPECT_TRUE(damaged_rows(rows).empty());
}

TEST(DamagedRows, APendingRowIsNone) {
  const testing::TemporaryFolder folder;
  create(folder / "a.h5", toy_sweep(grid));
  const ResultFile file(folder / "a.h5");
  EXPECT_TRUE(damaged_rows(RowFile(file, RowFile::Access::read)).empty());
}

/// Rows are visited in blocks of a megabyte: more of them than one block holds.
TEST(DamagedRows, FindsARowInALargeFile) {
  const testing::TemporaryFolder folder;
  const Sweep sweep = toy_sweep("[grid]\ntemperature = linspace(0, 1, 10000)\n[parameters]\ndelta2 = 1\n");
  create_full(folder / "a.h5", sweep);
  const ResultFile file(folder / "a.h5");
  const RowFile rows(file, RowFile::Access::read);
  const auto& overlap = rows.column("overlap");
  const FlippedByte flipped(folder / "a.h5", overlap.file_offset + 9876 * overlap.bytes);
  EXPECT_EQ(damaged_rows(rows), std::vector<std::size_t>{9876});
}

}  // namespace
}  // namespace glasscape
