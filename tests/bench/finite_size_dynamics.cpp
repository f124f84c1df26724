// The force of the spiked matrix-tensor model at finite size, beside what bounds it: with R points on one sample, each
// number of the tensor is read once (8 bytes) and takes part in 4R floating-point operations, so that memory bounds a
// few points and dgemm many. Counters: bytes/s of the sample, flop/s of the products.
#include <benchmark/benchmark.h>
#include <cblas.h>

#include <cmath>
#include <memory>
#include <vector>

#include "glasscape/core/random.hpp"
#include "glasscape/models/spiked_matrix_tensor/landscape.hpp"

namespace {

using namespace glasscape;
using spiked_matrix_tensor::Covariance;
using spiked_matrix_tensor::Landscape;

benchmark::Counter rate(double amount) {
  return benchmark::Counter(amount, benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::kIs1000);
}

/// One sample at a time is kept: the largest takes 1.3 GB.
const Landscape& landscape(int p, std::size_t size) {
  static std::unique_ptr<Landscape> kept;
  if (!kept || kept->size() != size || kept->covariance().p() != p) {
    kept.reset();
    kept = std::make_unique<Landscape>(Covariance(p, 0.5, 1), size, RandomStream(1, 2, Purpose::disorder));
  }
  return *kept;
}

/// p, N, R.
void gradient(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(1)), points = static_cast<std::size_t>(state.range(2));
  const Landscape& sample = landscape(static_cast<int>(state.range(0)), size);
  std::vector<double> x(size * points), forces(size * points);
  RandomStream random(1, 2, Purpose::initial_state);
  fill_normal(random, x);
  for (auto _ : state) benchmark::DoNotOptimize(sample.evaluate(x, forces));
  const double bytes = Landscape::bytes(sample.covariance(), size);
  state.counters["bytes"] = rate(bytes);
  state.counters["flops"] = rate(bytes / 8 * 4 * static_cast<double>(points));
}
BENCHMARK(gradient)
    ->Args({3, 1000, 1})
    ->Args({3, 1000, 4})
    ->Args({3, 1000, 16})
    ->Args({3, 1000, 64})
    ->Args({3, 300, 1})
    ->Args({3, 300, 16})
    ->Args({3, 100, 1})
    ->Args({4, 100, 1})
    ->Args({4, 100, 16})
    ->Args({2, 3000, 1})
    ->Unit(benchmark::kMillisecond);

void hessian(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const Landscape& sample = landscape(3, size);
  const std::vector<double> x(size, 1.0);
  for (auto _ : state) benchmark::DoNotOptimize(sample.hessian(x));
  state.counters["bytes"] = rate(Landscape::bytes(sample.covariance(), size));
}
BENCHMARK(hessian)->Arg(300)->Arg(1000)->Unit(benchmark::kMillisecond);

void draw_sample(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) Landscape(Covariance(3, 0.5, 1), size, RandomStream(1, 2, Purpose::disorder));
  state.counters["numbers"] = rate(Landscape::bytes(Covariance(3, 0.5, 1), size) / 8);
}
BENCHMARK(draw_sample)->Arg(100)->Arg(300)->Unit(benchmark::kMillisecond);

/// What this machine reads from memory: the sum of the magnitudes of 1.3 GB.
void memory_bandwidth(benchmark::State& state) {
  const std::vector<double> numbers(std::size_t{167000000}, 1.0);
  for (auto _ : state) {
    benchmark::DoNotOptimize(cblas_dasum(static_cast<int>(numbers.size()), numbers.data(), 1));
  }
  state.counters["bytes"] = rate(8 * static_cast<double>(numbers.size()));
}
BENCHMARK(memory_bandwidth)->Unit(benchmark::kMillisecond);

/// What it multiplies: square matrices.
void dgemm(benchmark::State& state) {
  constexpr int n = 1200;
  const std::vector<double> a(n * n, 1.0), b(n * n, 1.0);
  std::vector<double> c(n * n);
  for (auto _ : state) {
    cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, a.data(), n, b.data(), n, 0, c.data(), n);
    benchmark::ClobberMemory();
  }
  state.counters["flops"] = rate(2.0 * n * n * n);
}
BENCHMARK(dgemm)->Unit(benchmark::kMillisecond);

}  // namespace
