#include "amp.hpp"

#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <stdexcept>
#include <vector>

#include "glasscape/models/spiked_matrix_tensor/fixed_points.hpp"
#include "message_passing.hpp"
#include "model.hpp"
#include "step_run.hpp"

namespace glasscape::spiked_matrix_tensor {

namespace {

constexpr double largest_norm = 1e6;  // of |x|²/N, which stays of order 1

/// The overlap at the observed steps at infinite size: m ← Q'(m)/(1 + Q'(m)).
std::vector<double> state_evolution(const Covariance& q, double m, std::span<const double> steps, long last) {
  std::vector<double> all{m};
  for (long t = 0; t < last; ++t) {
    const double force = q.derivative(all.back());
    all.push_back(force / (1 + force));
  }
  std::vector<double> observed;
  for (const double step : steps) observed.push_back(all[static_cast<std::size_t>(step)]);
  return observed;
}

class AmpRun final : public StepRun {
 public:
  AmpRun(const Parameters& parameters, const Covariance& covariance, double recovered_overlap, PointContext& context,
         std::uint32_t replica)
      : context_(context),
        landscape_(covariance, static_cast<std::size_t>(parameters.integer("size")),
                   context.random(Purpose::disorder, replica)),
        passing_(landscape_, parameters.real("initial_overlap"), context.random(Purpose::initial_state, replica)),
        record_(parameters, recovered_overlap) {}

  void observe(std::size_t step) override {
    const Energies energies = passing_.evaluate();
    const Snapshot now = Snapshot::of(passing_.estimate(), energies, passing_.force());
    if (!(now.self_overlap < largest_norm) || !std::isfinite(now.gradient_norm)) {
      throw std::runtime_error(
          fmt::format("AMP blew up: |x|²/N = {:.3g} at step {}", std::abs(now.self_overlap), step));
    }
    record_.note(step, passing_.estimate(), now, landscape_, context_);
  }
  void move() override { passing_.step(); }

  void carry(Numbers& numbers, std::size_t step) override {
    passing_.carry(numbers);
    record_.carry(numbers, step);
  }

  std::vector<double> numbers() override {
    record_.finish(passing_.estimate(), landscape_, context_);
    return record_.numbers();
  }

 private:
  PointContext& context_;
  Landscape landscape_;
  MessagePassing passing_;
  StepRecord record_;
};

}  // namespace

Schema Amp::schema() {
  Schema schema = model_schema();
  schema.solver = "amp";
  schema.version = 3;
  schema.doc = "Bayes-optimal approximate message passing on samples of finite size, beside its state evolution";
  Input& temperature = schema.inputs[schema.input_position("temperature")];
  temperature.doc = "1: Bayes-optimal";
  temperature.domain = Interval::only(1);
  temperature.elsewhere = "langevin";
  StepRecord::add_inputs(schema, 50);
  schema.inputs.push_back({.name = "initial_overlap",
                           .symbol = "m₀",
                           .doc = "overlap of the start with the signal, and its squared length",
                           .domain = {.lower = 0, .upper = 1, .upper_open = false},
                           .fallback = std::vector{0.01}});
  StepRecord::add_outputs(schema);
  schema.outputs.push_back({.name = "overlap_state_evolution",
                            .symbol = "m_{SE}",
                            .doc = "overlap of AMP at infinite size, by state evolution",
                            .dims = {"step"}});
  return schema;
}

Amp::Amp(const Parameters& parameters) : parameters_(parameters), covariance_(covariance_of(parameters)) {}

Cost Amp::cost(const Parameters& parameters) {
  return StepRecord::cost(parameters, {.passes = static_cast<double>(parameters.integer("steps"))});
}

Solution Amp::solve(PointContext& context) const {
  const double recovered = bayes_optimal(covariance_).informative.overlap;
  const auto make = [&](std::uint32_t replica) {
    return std::make_unique<AmpRun>(parameters_, covariance_, recovered, context, replica);
  };
  Solution solution = average_over_step_runs(parameters_, recovered, make, context);
  if (solution.outcome == Outcome::pending) return solution;
  solution.set("overlap_state_evolution",
               state_evolution(covariance_, parameters_.real("initial_overlap"), parameters_.list("observed_steps"),
                               parameters_.integer("steps")));
  return solution;
}

}  // namespace glasscape::spiked_matrix_tensor
