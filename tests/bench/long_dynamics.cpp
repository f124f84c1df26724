// What dynamics to long times cost and how far they are from reference numbers: p = 3, from two resolutions of an
// independent program that agree to the digits given, or from a closed form. The argument is the number of digits that
// the tolerance asks for. Counters: the largest relative error of each observable at the references' times, and how far
// the march came.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "glasscape/models/spiked_matrix_tensor/fixed_points.hpp"
#include "support/solve_point.hpp"

namespace {

using namespace glasscape;
using testing::Values;

/// What an observable should be at a time; a scalar one has none.
struct Reference {
  std::string observable;
  double value;
  double time = 0;
};

struct Case {
  Values values;
  std::vector<Reference> references;
};

/// The observation times of a case: those of its references, of which it has at least one.
std::vector<double> times_of(const Case& studied) {
  std::set<double> times;
  for (const Reference& reference : studied.references) {
    if (reference.time > 0) times.insert(reference.time);
  }
  if (times.empty()) times.insert(studied.values.at("t_max"));
  return {times.begin(), times.end()};
}

void count_errors(benchmark::State& state, const testing::Solved& solved, const Case& studied) {
  const std::vector<double> times = times_of(studied);
  for (const auto& [observable, value, time] : studied.references) {
    const auto place = time > 0 ? std::ranges::find(times, time) - times.begin() : 0;
    const double found = solved.values(observable).at(static_cast<std::size_t>(place));
    double& counter = state.counters[observable];
    counter = std::max<double>(counter, std::abs(found / value - 1));
    if (std::isnan(found)) counter = found;
  }
  state.counters["t"] = solved["time_reached"];
  state.counters["rows"] = solved["rows"];
  state.SetLabel(solved.solution.message);
}

void long_dynamics(benchmark::State& state, Case studied) {
  studied.values["tolerance"] = std::pow(10.0, -static_cast<double>(state.range(0)));
  const SolverEntry& solver = testing::solver("spiked_matrix_tensor", "langevin_state_evolution");
  for (auto _ : state) {
    count_errors(state, testing::solve(solver, studied.values, {{"times", times_of(studied)}}), studied);
  }
}

/// Gradient flow of the pure 3-spin model, which ages.
Case pure(double t_max) {
  Case studied{.values = {{"delta2", infinity}, {"deltap", 1}, {"temperature", 0}, {"initial_overlap", 0}},
               .references = {{"energy", -0.92866726, 100},
                              {"correlation_initial", 0.12554363, 100},
                              {"energy", -0.94266905, 1e5},
                              {"correlation_initial", 0.0101016, 1e5},
                              {"correlation_half", 0.78881, 1e5}}};
  studied.values["t_max"] = t_max;
  if (t_max < 1e7) return studied;
  for (const Reference& late :
       {Reference{"energy", -0.94280254, 1e7}, Reference{"radial_multiplier", 2.82840762, 1e7},
        Reference{"correlation_initial", 0.001941267, 1e7}, Reference{"correlation_half", 0.782370, 1e7}}) {
    studied.references.push_back(late);
  }
  return studied;
}

/// Gradient flow that does not find the signal.
const Case planted_flow{
    .values = {{"delta2", 0.7}, {"deltap", 1}, {"temperature", 0}, {"initial_overlap", 1e-4}, {"t_max", 1e7}},
    .references = {{"overlap", 3.1298846e-4, 100},
                   {"energy", -1.5303312, 100},
                   {"overlap", 5.86229e-4, 1e5},
                   {"energy", -1.5433438, 1e5},
                   {"overlap", 8.4835e-4, 1e6},
                   {"radial_multiplier", 3.7031187, 1e6},
                   {"energy", -1.5437953, 1e6},
                   {"overlap", 1.46604e-3, 1e7}}};

/// The Langevin algorithm, whose overlap jumps at t = 1436; the recovery time is the one of overlap 1/4.
const Case planted_langevin{.values = {{"delta2", 0.7},
                                       {"deltap", 1},
                                       {"temperature", 1},
                                       {"initial_overlap", 1e-4},
                                       {"t_max", 1e5},
                                       {"recovery_level", 0.25 / 0.4745464829}},
                            .references = {{"overlap", 4.953058e-4, 100},
                                           {"energy", -0.9928450, 100},
                                           {"overlap", 0.018654, 1000},
                                           {"recovery_time", 1435.95},
                                           {"final_overlap", 0.4745464829},  // 1/(1 − m) = 1/Δ₂ + m/Δp
                                           {"final_energy", -22.0 / 21}}};

/// Gradient flow that soon finds the signal, a minimum of maximum likelihood.
Case recovering_flow() {
  const double overlap = spiked_matrix_tensor::maximum_likelihood_overlap({3, 0.35, 1}).value;
  return {.values = {{"delta2", 0.35}, {"deltap", 1}, {"temperature", 0}, {"initial_overlap", 1e-4}, {"t_max", 1e4}},
          .references = {{"recovery_time", 21.015749},  // of the uniform scheme, 3200 steps to t = 40
                         {"final_overlap", overlap}}};
}

constexpr int rough = 4;  // digits
constexpr int fine = 6;

BENCHMARK_CAPTURE(long_dynamics, pure_to_1e5, pure(1e5))
    ->Arg(rough)
    ->Arg(fine)
    ->Iterations(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(long_dynamics, pure_to_1e7, pure(1e7))
    ->Arg(rough)
    ->Arg(fine)
    ->Iterations(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(long_dynamics, pure_to_1e8, pure(1e8))->Arg(rough)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(long_dynamics, planted_flow, planted_flow)->Arg(rough)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(long_dynamics, planted_langevin, planted_langevin)
    ->Arg(rough)
    ->Iterations(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(long_dynamics, recovering_flow, recovering_flow())
    ->Arg(rough)
    ->Iterations(1)
    ->Unit(benchmark::kSecond);

}  // namespace
