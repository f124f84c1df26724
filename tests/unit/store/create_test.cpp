#include "glasscape/store/create.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "glasscape/core/errors.hpp"
#include "support/temporary_folder.hpp"
#include "support/toy_file.hpp"

namespace glasscape {
namespace {

using store::ResultFile;
using store::Variable;
using testing::create;
using testing::toy_sweep;
using Names = std::vector<std::string>;

const std::string grid = "[grid]\ntemperature = 0, 1, 2\nloss = logistic, square\n";
const std::string parameters = "[parameters]\ndelta2 = 0.5\ntimes = 1, 2, 5, 10\n";

TEST(CreateResultFile, LabelsEveryDataset) {
  const testing::TemporaryFolder folder;
  create(folder / "a.h5", toy_sweep(grid + parameters));
  const ResultFile file(folder / "a.h5");
  EXPECT_EQ(file.axes(), (Names{"temperature", "loss"}));
  EXPECT_EQ(file.rows(), 6u);
  Names names;
  for (const Variable& variable : file.variables()) {
    names.push_back(variable.name);
    EXPECT_FALSE(variable.long_name.empty() && variable.name != "temperature" && variable.name != "loss")
        << variable.name;
    EXPECT_FALSE(variable.units.empty()) << variable.name;
  }
  const Names expected{"temperature", "loss",          "time",        "message_length",
                       "overlap",     "overlap_error", "correlation", "correlation_error",
                       "phase",       "line",          "status",      "message",
                       "point_key",   "checksum",      "attempts",    "seconds"};
  EXPECT_EQ(names, expected);
  EXPECT_EQ(file.variable("time").units, "s");
  EXPECT_EQ(file.variable("temperature").symbol, "T");
  EXPECT_EQ(file.variable("overlap").symbol, "m");
  EXPECT_EQ(file.variable("line").along, "delta2");
  EXPECT_EQ(file.variable("line").nan_meaning, "none");
  EXPECT_EQ(file.variable("overlap").nan_meaning, "");
  EXPECT_EQ(file.variable("overlap_error").long_name, "numerical error (absolute) of overlap");
  EXPECT_EQ(file.variable("correlation_error").long_name, "one standard error of correlation");
}

TEST(CreateResultFile, DimensionsAreTheAxesThenTheOwnOnes) {
  const testing::TemporaryFolder folder;
  create(folder / "a.h5", toy_sweep(grid + parameters));
  const ResultFile file(folder / "a.h5");
  EXPECT_EQ(file.variable("overlap").dims, (Names{"temperature", "loss"}));
  EXPECT_EQ(file.variable("correlation").dims, (Names{"temperature", "loss", "time"}));
  EXPECT_EQ(file.variable("correlation").shape, (std::vector<std::size_t>{3, 2, 4}));
  EXPECT_EQ(file.variable("message").dims, (Names{"temperature", "loss", "message_length"}));
  EXPECT_EQ(file.read("time"), (std::vector<double>{1, 2, 5, 10}));
  EXPECT_EQ(file.read("loss"), (std::vector<double>{1, 0}));
  EXPECT_EQ(file.variable("loss").type, store::Type::int8);
  ASSERT_EQ(file.variable("loss").categories.size(), 2u);
  EXPECT_EQ(file.variable("loss").categories[1].meaning, "logistic");
}

TEST(CreateResultFile, PendingRowsHoldFillValues) {
  const testing::TemporaryFolder folder;
  create(folder / "a.h5", toy_sweep(grid + parameters));
  const ResultFile file(folder / "a.h5");
  for (const char* name : {"overlap", "overlap_error", "correlation", "correlation_error", "line"}) {
    for (const double value : file.read(name)) EXPECT_TRUE(std::isnan(value)) << name;
  }
  EXPECT_EQ(file.read("phase"), std::vector<double>(6, -1));
  EXPECT_EQ(file.variable("phase").categories.at(1).color, "#445566");
  for (const char* name : {"status", "attempts", "seconds", "point_key", "checksum"}) {
    EXPECT_EQ(file.read(name), std::vector<double>(6, 0)) << name;
  }
  EXPECT_EQ(file.read_messages(), Names(6));
}

TEST(CreateResultFile, LeavesOutAnObservableOverAnEmptyDimension) {
  const testing::TemporaryFolder folder;
  create(folder / "a.h5", toy_sweep(grid + "[parameters]\ndelta2 = 1\n"));
  const ResultFile file(folder / "a.h5");
  EXPECT_EQ(file.find("correlation"), nullptr);
  EXPECT_EQ(file.find("correlation_error"), nullptr);
  EXPECT_EQ(file.find("time"), nullptr);
}

TEST(CreateResultFile, WithoutAxesDatasetsAreScalars) {
  const testing::TemporaryFolder folder;
  create(folder / "a.h5", toy_sweep(parameters));
  const ResultFile file(folder / "a.h5");
  EXPECT_EQ(file.rows(), 1u);
  EXPECT_TRUE(file.variable("overlap").dims.empty());
  EXPECT_EQ(file.variable("correlation").dims, Names{"time"});
}

TEST(CreateResultFile, SaysWhereItComesFrom) {
  const testing::TemporaryFolder folder;
  const Sweep sweep = toy_sweep("seed = 5\n" + grid + parameters, {"parameters.p=4", "parameters.t_max=20"});
  create(folder / "a.h5", sweep);
  const ResultFile file(folder / "a.h5");
  EXPECT_EQ(file.attribute("model"), "toy");
  EXPECT_EQ(file.attribute("solver"), "plain");
  EXPECT_EQ(file.attribute("seed"), "5");
  EXPECT_EQ(file.attribute("sweep_file"), sweep.text);
  EXPECT_EQ(file.attribute("overrides"), "parameters.p=4\nparameters.t_max=20");
  EXPECT_EQ(file.attribute("no such attribute"), "");
}

TEST(CreateResultFile, ReplacesAnOldFileAndLeavesNoTemporaryOne) {
  const testing::TemporaryFolder folder;
  std::ofstream(folder / "a.h5.creating") << "of a creation that was killed";
  std::ofstream(folder / "a.h5") << "old";
  create(folder / "a.h5", toy_sweep(grid + parameters));
  EXPECT_EQ(ResultFile(folder / "a.h5").rows(), 6u);
  EXPECT_FALSE(std::filesystem::exists(folder / "a.h5.creating"));
}

TEST(CreateResultFile, RefusesAGridLargerThanTheDiskBeforeAnythingIsMade) {
  const testing::TemporaryFolder folder;
  const Sweep sweep = toy_sweep("[grid]\ntemperature = linspace(0, 1, 1e6)\ndelta2 = linspace(1, 2, 1e6)\n");
  EXPECT_THROW(create(folder / "a.h5", sweep), MachineError);
  EXPECT_FALSE(std::filesystem::exists(folder / "a.h5"));
  EXPECT_FALSE(std::filesystem::exists(folder / "a.h5.creating"));
}

/// The program takes the estimate for what must fit on the disk.
TEST(Layout, FileBytesIsAnUpperEstimate) {
  const testing::TemporaryFolder folder;
  for (const std::string& axes : {std::string(), grid, std::string("[grid]\ntemperature = linspace(0, 1, 5000)\n")}) {
    const Sweep sweep = toy_sweep(axes + parameters);
    create(folder / "a.h5", sweep);
    const auto size = std::filesystem::file_size(folder / "a.h5");
    const std::size_t estimate = store::Layout(sweep.space, sweep.shape).file_bytes();
    EXPECT_GE(estimate, size);
    EXPECT_LE(estimate, size + 150'000);
  }
}

std::string difference(const std::filesystem::path& path, const Sweep& sweep) {
  try {
    store::check_same_sweep(ResultFile(path), sweep);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(CheckSameSweep, NamesTheFirstDifference) {
  const testing::TemporaryFolder folder;
  create(folder / "a.h5", toy_sweep(grid + parameters));
  EXPECT_EQ(difference(folder / "a.h5", toy_sweep(grid + parameters)), "");
  const std::vector<std::pair<Sweep, std::string>> others{
      {toy_sweep("seed = 2\n" + grid + parameters), "its seed is '1', that of toy.ini is '2'"},
      {toy_sweep(grid + parameters, {"parameters.p=4"}), "its parameter p is '3', that of toy.ini is '4'"},
      {toy_sweep("[grid]\nt_max = 5, 10\n" + parameters),
       "its kind of t_max is 'parameter', that of toy.ini is 'axis'"},
      {toy_sweep(grid + parameters, {"sweep.model=other"}), "its model is 'toy', that of toy.ini is 'other'"}};
  for (const std::string axis : {"grid.temperature=0, 1, 3", "grid.temperature=0, 1", "grid.p=3, 4"}) {
    EXPECT_EQ(difference(folder / "a.h5", toy_sweep(grid + parameters, {axis})), "") << axis << ": see Extension";
  }
  for (const auto& [sweep, expected] : others) {
    EXPECT_NE(difference(folder / "a.h5", sweep).find(expected), std::string::npos)
        << difference(folder / "a.h5", sweep);
  }
}

TEST(ResultFile, SaysWhatIsWrongWithAFileThatIsNone) {
  const testing::TemporaryFolder folder;
  const auto complaint = [&](const std::string& name) {
    try {
      const ResultFile file(folder / name);
    } catch (const UserError& error) {
      return std::string(error.what()).substr((folder / name).string().size());
    }
    return std::string();
  };
  EXPECT_EQ(complaint("missing.h5"), ": no such file");
  EXPECT_EQ(complaint(""), ": is a folder, not a file");
  std::ofstream(folder / "text.h5") << "not HDF5";
  EXPECT_TRUE(complaint("text.h5").starts_with(": cannot be read as HDF5"));
  create(folder / "cut.h5", toy_sweep(grid + parameters));
  std::filesystem::resize_file(folder / "cut.h5", std::filesystem::file_size(folder / "cut.h5") / 2);
  EXPECT_TRUE(complaint("cut.h5").starts_with(": cannot be read as HDF5"));
  wrap::hdf5::create_file(folder / "foreign.h5").close();
  EXPECT_EQ(complaint("foreign.h5"), ": is HDF5, but no result of glasscape");
}

TEST(PositionOf, TakesTheNearestValueAndElseNamesTheNeighbours) {
  const testing::TemporaryFolder folder;
  create(folder / "a.h5", toy_sweep(grid + parameters));
  const ResultFile file(folder / "a.h5");
  const Variable& time = file.variable("time");
  const auto values = file.read(time);
  EXPECT_EQ(position_of(time, values, "5"), 2u);
  EXPECT_EQ(position_of(time, values, "5.000000001"), 2u);
  EXPECT_EQ(position_of(file.variable("loss"), file.read("loss"), "square"), 1u);
  try {
    position_of(time, values, "4");
    FAIL() << "4 is no time of this file";
  } catch (const UserError& error) {
    EXPECT_STREQ(error.what(), "time = 4: not on the axis; its neighbours are 2 and 5");
  }
  EXPECT_THROW(position_of(time, values, "soon"), UserError);
}

}  // namespace
}  // namespace glasscape
