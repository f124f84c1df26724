#include "glasscape/store/extend.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <fstream>

#include "glasscape/store/state_file.hpp"
#include "support/temporary_folder.hpp"
#include "support/toy_file.hpp"

namespace glasscape {
namespace {

using store::ResultFile;
using testing::create_full;
using testing::scan;
using testing::TemporaryFolder;
using testing::toy_sweep;
using enum Outcome;

const std::string small = "[grid]\ntemperature = 0, 1, 2\nloss = logistic, square\n";
const std::string large = "[grid]\nloss = square, logistic\ntemperature = 0, 0.5, 1, 2\n";
const std::string parameters = "[parameters]\ndelta2 = 0.5\ntimes = 1, 2\n";

store::ExtendedRows extend(const std::filesystem::path& path, const Sweep& sweep) {
  const Extension extension(store::space_of(ResultFile(path), sweep.solver->schema), sweep.space);
  return store::extend_result_file(path, sweep, extension, store::root_attributes(sweep, {}),
                                   [&](const GridPoint&) { return extension.continues_states(); });
}

/// Images of all rows that hold a result, by point key.
std::map<std::uint64_t, std::vector<std::byte>> rows_of(const std::filesystem::path& path) {
  const ResultFile file(path);
  const store::RowFile rows(file, store::RowFile::Access::read);
  std::map<std::uint64_t, std::vector<std::byte>> images;
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const auto image = rows.read_images(i, 1);
    if (rows.stored_outcome(image) != pending) images[rows.stored_key(image)] = image;
  }
  return images;
}

TEST(ExtendResultFile, CopiesEveryRowToItsNewPlace) {
  const TemporaryFolder folder;
  create_full(folder / "a.h5", toy_sweep(small + parameters));
  const auto before = rows_of(folder / "a.h5");
  const Sweep sweep = toy_sweep(large + parameters);
  const auto rows = extend(folder / "a.h5", sweep);
  EXPECT_EQ(rows.reused, 6u);
  EXPECT_EQ(rows.dropped, 0u);
  EXPECT_EQ(rows_of(folder / "a.h5"), before);
  EXPECT_EQ(scan(folder / "a.h5", sweep),
            (std::vector<Outcome>{done, pending, done, done, done, pending, done, done}));  // keys belong to the places
  const ResultFile file(folder / "a.h5");
  EXPECT_EQ(file.axes(), (std::vector<std::string>{"loss", "temperature"}));
  EXPECT_EQ(file.attribute("sweep_file"), sweep.text);
  EXPECT_FALSE(std::filesystem::exists(folder / "a.h5.creating"));
}

TEST(ExtendResultFile, LeavesOutDamagedAndInferredRows) {
  const TemporaryFolder folder;
  const Sweep former = toy_sweep(small + parameters);
  create_full(folder / "a.h5", former);
  {
    const ResultFile file(folder / "a.h5");
    store::RowWriter writer(file);
    Solution solution = testing::toy_solution(former, 2);
    solution.outcome = inferred;
    writer.stage(former.space.point(2), solution, 0);
    solution.outcome = failed;
    writer.stage(former.space.point(3), solution, 0);
    writer.commit();
    const wrap::Descriptor raw(folder / "a.h5", O_RDWR);
    raw.write(file.variable("overlap").offset, std::vector<std::byte>(8));
  }
  const Sweep sweep = toy_sweep("[grid]\ntemperature = 0, 1, 2, 3\nloss = logistic, square\n" + parameters);
  EXPECT_EQ(extend(folder / "a.h5", sweep).reused, 4u);
  EXPECT_EQ(scan(folder / "a.h5", sweep),
            (std::vector<Outcome>{pending, done, pending, failed, done, done, pending, pending}));
}

TEST(ExtendResultFile, KeepsNoRowOfASmallerEndButSaysWhichGoOn) {
  const TemporaryFolder folder;
  const Sweep former = toy_sweep(small + parameters);
  create_full(folder / "a.h5", former);
  store::StateFile(folder / "a.h5", former, former.space.point(1)).commit({});
  const Sweep sweep = toy_sweep(small + parameters, {"parameters.t_max=20", "parameters.times=1, 2, 15"});
  const auto rows = extend(folder / "a.h5", sweep);
  EXPECT_EQ(rows.reused, 0u);
  EXPECT_EQ(rows.continued, 1u);
  EXPECT_EQ(rows.dropped, 0u);
  EXPECT_EQ(scan(folder / "a.h5", sweep), std::vector<Outcome>(6, pending));
  EXPECT_EQ(ResultFile(folder / "a.h5").read("time"), (std::vector<double>{1, 2, 15}));
  EXPECT_EQ(store::kept_states(folder / "a.h5").size(), 1u);
}

TEST(ExtendResultFile, CountsNoStateThatASmallerEndCannotGoOnFrom) {
  const TemporaryFolder folder;
  const Sweep former = toy_sweep(small + parameters);
  create_full(folder / "a.h5", former);
  store::StateFile(folder / "a.h5", former, former.space.point(1)).commit({});
  EXPECT_EQ(extend(folder / "a.h5", toy_sweep(small + parameters, {"parameters.t_max=5"})).continued, 0u);
}

TEST(ExtendResultFile, CountsTheRowsItDropsAndRemovesTheirStates) {
  const TemporaryFolder folder;
  const Sweep former = toy_sweep(small + parameters);
  create_full(folder / "a.h5", former);
  for (const std::size_t i : {1, 4}) {
    store::StateFile(folder / "a.h5", former, former.space.point(i)).commit({});
  }
  const Sweep sweep = toy_sweep("[grid]\ntemperature = 2, 3\nloss = logistic, square\n" + parameters);
  const auto rows = extend(folder / "a.h5", sweep);
  EXPECT_EQ(rows.reused, 2u);
  EXPECT_EQ(rows.dropped, 4u);
  EXPECT_EQ(store::kept_states(folder / "a.h5"), (std::unordered_set{sweep.space.point(0).key}));
}

TEST(SpaceOf, IsTheSpaceThatTheFileWasMadeFor) {
  const TemporaryFolder folder;
  const Sweep sweep = toy_sweep(
      "[grid]\nloss = logistic, square\ntemperature = 0.1, 1e-7\n[parameters]\n"
      "delta2 = inf\ntimes = 1, 2, 5\nt_max = 7\n");
  testing::create(folder / "a.h5", sweep);
  const ParameterSpace space = store::space_of(ResultFile(folder / "a.h5"), sweep.solver->schema);
  ASSERT_EQ(space.size(), sweep.space.size());
  for (std::size_t i = 0; i < space.size(); ++i) EXPECT_EQ(space.point(i).key, sweep.space.point(i).key);
  EXPECT_FALSE(Extension(space, sweep.space).is_needed());
}

}  // namespace
}  // namespace glasscape
