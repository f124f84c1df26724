// How many values of the complexity a core gives in a second.
#include <benchmark/benchmark.h>

#include <vector>

#include "glasscape/models/spiked_matrix_tensor/complexity.hpp"
#include "support/solve_point.hpp"

namespace {

using namespace glasscape;

/// The formula alone, through the whole range of overlaps.
void complexity_value(benchmark::State& state) {
  const spiked_matrix_tensor::Complexity complexity({static_cast<int>(state.range(0)), 0.45, 1});
  double m = -0.99;
  for (auto _ : state) {
    benchmark::DoNotOptimize(complexity.at(m));
    if ((m += 0.00123) > 0.99) m -= 1.98;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(complexity_value)->Arg(3)->Arg(4)->Arg(30);

/// Points of the solver: a curve of so many overlaps, and the band of spurious minima.
void kac_rice_points(benchmark::State& state) {
  const SolverEntry& solver = testing::solver("spiked_matrix_tensor", "kac_rice");
  const std::int64_t count = state.range(0);
  std::vector<double> overlaps;
  for (std::int64_t i = 0; i < count; ++i)
    overlaps.push_back((static_cast<double>(i) + 0.5) / static_cast<double>(count));
  for (auto _ : state) {
    const auto solved = testing::solve(solver, {{"delta2", 0.45}, {"deltap", 1}}, {{"overlaps", overlaps}});
    if (solved.solution.outcome != Outcome::done) state.SkipWithError("not solved");
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * count);
}
BENCHMARK(kac_rice_points)->Arg(1)->Arg(100)->Arg(10000)->Unit(benchmark::kMicrosecond);

}  // namespace
