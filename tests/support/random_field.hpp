#pragma once

#include <chrono>
#include <cmath>
#include <thread>

#include "glasscape/core/solver.hpp"
#include "glasscape/solvers/replicas.hpp"
#include "glasscape/solvers/step_loop.hpp"

namespace glasscape::testing {

/// Free spins in random fields, each sample relaxed in `steps` noisy steps: a finite-size model as small as can be, to
/// test averages over samples. A step takes `seconds`/20; the state of a sample is its magnetisation.
class RandomField {
 public:
  explicit RandomField(const Parameters& parameters) : parameters_(parameters) {}

  static Schema schema() {
    return {.model = "testbed",
            .solver = "sampled",
            .model_doc = "solvers that misbehave on purpose",
            .doc = "averages over samples of random fields",
            .reference = "none",
            .inputs = {{.name = "x", .doc = "strength of the fields", .domain = Interval::real()},
                       {.name = "size",
                        .kind = Kind::integer,
                        .symbol = "N",
                        .doc = "number of spins",
                        .domain = Interval::at_least(1),
                        .fallback = {{10.0}},
                        .defines_sample = true},
                       {.name = "steps",
                        .kind = Kind::integer,
                        .doc = "of relaxation",
                        .domain = Interval::at_least(1),
                        .fallback = {{20.0}},
                        .extendable = true,
                        .continued = true},
                       {.name = "seconds",
                        .doc = "20 steps of a sample take",
                        .domain = Interval::at_least(0),
                        .fallback = {{0.0}}},
                       {.name = "replicas",
                        .kind = Kind::integer,
                        .doc = "samples of the fields",
                        .domain = Interval::at_least(2),
                        .fallback = {{2.0}},
                        .extendable = true,
                        .continued = true}},
            .outputs = {{.name = "magnetisation", .doc = "mean of the spins", .error = ErrorKind::statistical},
                        {.name = "energy", .doc = "per spin", .error = ErrorKind::statistical},
                        samples_output()}};
  }

  Solution solve(PointContext& context) const {
    Solution solution = context.solution();
    const auto average = average_over_replicas(
        parameters_, context, [&](std::uint32_t replica, Checkpoint& state) { return relax(replica, context, state); });
    if (!average) {
      solution.outcome = Outcome::pending;
      return solution;
    }
    solution.set("magnetisation", average->mean()[0], average->error()[0]);
    solution.set("energy", average->mean()[1], average->error()[1]);
    set_samples(*average, solution);
    return solution;
  }

 private:
  std::optional<std::vector<double>> relax(std::uint32_t replica, PointContext& context, Checkpoint& checkpoint) const {
    const auto steps = static_cast<std::size_t>(parameters_.integer("steps"));
    const double target = mean_in_fields(replica, context), seconds = parameters_.real("seconds") / 20;
    RandomStream noise = context.random(Purpose::dynamics, replica);
    double magnetisation = 0;
    const auto carry = [&](Numbers& numbers, std::size_t) { numbers.carry(magnetisation); };
    const auto step = [&](std::size_t t) {
      if (t == steps) return false;
      noise.seek(t);
      magnetisation += 0.5 * (target - magnetisation) + 0.01 * noise.normal();
      if (seconds > 0) std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
      return true;
    };
    if (!StepLoop(context, checkpoint).run(carry, step, steps)) return std::nullopt;
    return std::vector{magnetisation, -parameters_.real("x") * std::abs(magnetisation)};
  }

  double mean_in_fields(std::uint32_t replica, const PointContext& context) const {
    RandomStream disorder = context.random(Purpose::disorder, replica);
    double sum = 0;
    for (long i = 0; i < parameters_.integer("size"); ++i) sum += std::tanh(parameters_.real("x") * disorder.normal());
    return sum / static_cast<double>(parameters_.integer("size"));
  }

  const Parameters& parameters_;
};

}  // namespace glasscape::testing
