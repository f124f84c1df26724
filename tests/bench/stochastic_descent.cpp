// Stochastic gradient descent: the passes of its dynamical mean-field theory and the steps of its simulation, beside
// the matrix products that bound them. Counters: bytes/s of the matrices that have to be read, flop/s of the products.
#include <benchmark/benchmark.h>
#include <cblas.h>

#include <vector>

#include "glasscape/models/gaussian_mixture/mixture.hpp"
#include "glasscape/models/gaussian_mixture/square_loss.hpp"
#include "glasscape/solvers/effective_process/forward_pass.hpp"
#include "glasscape/solvers/finite_size/descent.hpp"
#include "support/sgd_records.hpp"

namespace {

using namespace glasscape;

Parameters parameters(const std::string& solver, double steps, double batch_size) {
  const SolverEntry& entry = testing::solver("gaussian_mixture", solver);
  return testing::parameters_from(entry.schema, {{"alpha", 2}, {"steps", steps}, {"batch_size", batch_size}});
}

benchmark::Counter rate(double amount) {
  return benchmark::Counter(amount, benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::kIs1000);
}

/// Steps, paths, batch size in percent. Of every step before, each step reads h, probe, noise, f and sources: 5 T²N/2
/// numbers in all, which is the bound where they do not fit into the cache.
void forward_pass(benchmark::State& state) {
  const auto steps = static_cast<double>(state.range(0)), paths = static_cast<double>(state.range(1));
  const Parameters given = parameters("sgd_dmft", steps, static_cast<double>(state.range(2)) / 100);
  const auto loss = gaussian_mixture::make_loss(given);
  const auto problem = gaussian_mixture::problem_of(given, *loss);
  std::uint32_t replica = 0;
  for (auto _ : state) {
    const auto run =
        effective_process::forward_pass(problem, static_cast<std::size_t>(paths), {1, 2, Purpose::paths, replica++});
    benchmark::DoNotOptimize(run->loss.back());
  }
  state.counters["bytes"] = rate(8 * 2.5 * steps * steps * paths);
  state.counters["memory"] =
      effective_process::forward_pass_bytes(static_cast<std::size_t>(paths), static_cast<std::size_t>(steps));
}
BENCHMARK(forward_pass)
    ->Args({50, 4096, 30})
    ->Args({60, 2048, 30})
    ->Args({100, 4096, 30})
    ->Args({100, 4096, 100})
    ->Args({200, 2048, 30})
    ->Args({200, 2048, 100})
    ->Unit(benchmark::kMillisecond);

void square_loss(benchmark::State& state) {
  const Parameters given = parameters("sgd_exact", static_cast<double>(state.range(0)), 0.3);
  const auto loss = gaussian_mixture::make_loss(given);
  const auto problem = gaussian_mixture::problem_of(given, *loss);
  for (auto _ : state) {
    benchmark::DoNotOptimize(gaussian_mixture::square_loss_dynamics(problem, 0.3)->loss.back());
  }
}
BENCHMARK(square_loss)->Arg(60)->Arg(200)->Arg(800)->Unit(benchmark::kMillisecond);

finite_size::Sample sample(std::size_t samples, std::size_t dimension) {
  finite_size::Sample made{Matrix(samples, dimension), std::vector<double>(samples, 1.0)};
  RandomStream random(1, 2, Purpose::disorder);
  fill_normal(random, {made.inputs.data(), samples * dimension});
  for (std::size_t i = 0; i < samples * dimension; ++i) made.inputs.data()[i] *= 0.02;
  return made;
}

/// One step of that many runs on 2000 samples in 1000 dimensions.
void descent_step(benchmark::State& state) {
  const auto runs = static_cast<std::size_t>(state.range(0));
  const finite_size::Sample data = sample(2000, 1000);
  const auto loss = gaussian_mixture::make_loss(parameters("sgd", 1, 0.3));
  const finite_size::Algorithm algorithm{.learning_rate = 0.2, .minibatches = Minibatches(0.3, 0, 0.2)};
  finite_size::Descent descent(data, *loss, algorithm,
                               std::vector<RandomStream>(runs, RandomStream(1, 2, Purpose::dynamics)));
  for (auto _ : state) benchmark::DoNotOptimize(descent.step());
  state.counters["bytes"] = rate(8 * 2e6);
  state.counters["flops"] = rate(8e6 * static_cast<double>(runs));
  state.counters["runs"] = rate(static_cast<double>(runs));
}
BENCHMARK(descent_step)->Arg(1)->Arg(8)->Unit(benchmark::kMillisecond);

/// The same products alone, Xw and Xᵀf, each reading the whole of X.
void descent_products(benchmark::State& state) {
  const auto runs = static_cast<int>(state.range(0));
  const finite_size::Sample data = sample(2000, 1000);
  Matrix weights(static_cast<std::size_t>(runs), 1000), fields(static_cast<std::size_t>(runs), 2000);
  for (auto _ : state) {
    if (runs == 1) {
      cblas_dgemv(CblasRowMajor, CblasNoTrans, 2000, 1000, 1, data.inputs.data(), 1000, weights.data(), 1, 0,
                  fields.data(), 1);
      cblas_dgemv(CblasRowMajor, CblasTrans, 2000, 1000, 1, data.inputs.data(), 1000, fields.data(), 1, 0,
                  weights.data(), 1);
    } else {
      cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, runs, 2000, 1000, 1, weights.data(), 1000,
                  data.inputs.data(), 1000, 0, fields.data(), 2000);
      cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, runs, 1000, 2000, 1, fields.data(), 2000,
                  data.inputs.data(), 1000, 0, weights.data(), 1000);
    }
    benchmark::ClobberMemory();
  }
  state.counters["flops"] = rate(8e6 * static_cast<double>(runs));
  state.counters["runs"] = rate(static_cast<double>(runs));
}
BENCHMARK(descent_products)->Arg(1)->Arg(8)->Unit(benchmark::kMillisecond);

/// A matrix of so many rows of 4096 times a vector: what the passes consist of.
void matrix_vector(benchmark::State& state) {
  const auto rows = static_cast<std::size_t>(state.range(0));
  Matrix matrix(rows, 4096);
  std::vector<double> x(4096, 1.0), y(rows);
  for (auto _ : state) {
    multiply(1, matrix, x, y);
    benchmark::ClobberMemory();
  }
  state.counters["bytes"] = rate(8 * 4096.0 * static_cast<double>(rows));
}
BENCHMARK(matrix_vector)->Arg(50)->Arg(500)->Unit(benchmark::kMicrosecond);

void normal_numbers(benchmark::State& state) {
  RandomStream random(1, 2, Purpose::paths);
  std::vector<double> numbers(100000);
  for (auto _ : state) {
    fill_normal(random, numbers);
    benchmark::ClobberMemory();
  }
  state.counters["numbers"] = rate(1e5);
}
BENCHMARK(normal_numbers)->Unit(benchmark::kMicrosecond);

}  // namespace
