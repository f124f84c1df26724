// What one point costs, piece by piece: identity, solving, keeping its row, random numbers.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <boost/mpi/environment.hpp>
#include <filesystem>
#include <string>

#include "glasscape/core/sweep.hpp"
#include "glasscape/models/registry.hpp"
#include "glasscape/store/create.hpp"
#include "glasscape/store/identity.hpp"
#include "glasscape/store/rows.hpp"
#include "glasscape/wrap/petsc.hpp"
#include "support/solve_point.hpp"

namespace {

using namespace glasscape;

constexpr const char* sweep_text =
    "[sweep]\nmodel = spiked_matrix_tensor\nsolver = state_evolution\n"
    "[grid]\ndeltap = logspace(0.05, 10, 100)\ndelta2 = linspace(0.1, 2, 100)\n";

const Sweep& sweep() {
  static const Sweep read = read_sweep(sweep_text, "bench.ini", {}, registry());
  return read;
}

void grid_point(benchmark::State& state) {
  std::size_t index = 0;
  for (auto _ : state) benchmark::DoNotOptimize(sweep().space.point(index++ % sweep().space.size()).key);
}
BENCHMARK(grid_point);

/// Points all over the phase diagram, so that the time is the grid's mean.
void solve_state_evolution(benchmark::State& state) {
  const SolverEntry& solver = testing::solver("spiked_matrix_tensor", "state_evolution");
  const wrap::Communicator self(MPI_COMM_SELF, boost::mpi::comm_attach);
  const PointContext::Environment environment{.team = self};
  NoCheckpoint checkpoint;
  std::size_t index = 0;
  for (auto _ : state) {
    const GridPoint point = sweep().space.point(index);
    PointContext context(environment, point, sweep().shape, checkpoint);
    if (attempt(solver, point.values, context).outcome != Outcome::done) state.SkipWithError("not solved");
    index = (index + 7919) % sweep().space.size();
  }
}
BENCHMARK(solve_state_evolution)->Unit(benchmark::kMicrosecond);

void solve_thresholds(benchmark::State& state) {
  const SolverEntry& solver = testing::solver("spiked_matrix_tensor", "thresholds");
  for (auto _ : state) {
    const auto solved = testing::solve(solver, {{"p", static_cast<double>(state.range(0))}, {"deltap", 1.5}});
    if (solved.solution.outcome != Outcome::done) state.SkipWithError("not solved");
  }
}
BENCHMARK(solve_thresholds)->Arg(3)->Arg(4)->Unit(benchmark::kMicrosecond);

/// A result file that is gone afterwards.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::filesystem::path& folder)
      : path_(folder / fmt::format("glasscape_bench_{}.h5", ::getpid())) {
    store::create_result_file(path_, store::Layout(sweep().space, sweep().shape), store::root_attributes(sweep(), {}));
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void stage(store::RowWriter& rows, std::size_t first, std::size_t count) {
  const Solution solution(sweep().shape);
  for (std::size_t i = 0; i < count; ++i) {
    rows.stage(sweep().space.point((first + i) % sweep().space.size()), solution, 0.0);
  }
}

/// Staging and committing a batch of neighbouring rows: data, sync, status, sync.
void commit_rows(benchmark::State& state, const std::filesystem::path& folder) {
  const TemporaryFile file(folder);
  const store::ResultFile result(file.path());
  store::RowWriter rows(result);
  const auto batch = static_cast<std::size_t>(state.range(0));
  std::size_t first = 0;
  for (auto _ : state) {
    stage(rows, first, batch);
    rows.commit();
    first += batch;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * state.range(0));
}
BENCHMARK_CAPTURE(commit_rows, memory, "/dev/shm")->Arg(1)->Arg(32)->Arg(1000)->UseRealTime();
BENCHMARK_CAPTURE(commit_rows, disk, ".")->Arg(1)->Arg(32)->Arg(1000)->UseRealTime();

void random_uniform(benchmark::State& state) {
  RandomStream random(1, 2, Purpose::dynamics);
  for (auto _ : state) benchmark::DoNotOptimize(random.uniform());
}
BENCHMARK(random_uniform);

void random_normal(benchmark::State& state) {
  RandomStream random(1, 2, Purpose::dynamics);
  for (auto _ : state) benchmark::DoNotOptimize(random.normal());
}
BENCHMARK(random_normal);

void random_stream(benchmark::State& state) {
  std::uint32_t replica = 0;
  for (auto _ : state) benchmark::DoNotOptimize(RandomStream(1, 2, Purpose::dynamics, replica++)());
}
BENCHMARK(random_stream);

}  // namespace

int main(int argc, char** argv) {
  const boost::mpi::environment mpi(argc, argv);
  wrap::petsc::start(boost::mpi::communicator());  // BLAS on one thread
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
