#include "sgd_dmft.hpp"

#include <array>
#include <span>
#include <vector>

#include "../step_pairs.hpp"
#include "descent.hpp"
#include "glasscape/solvers/effective_process/average.hpp"
#include "model.hpp"

namespace glasscape::phase_retrieval {

namespace {

constexpr std::array observables{"overlap", "training_loss", "test_error"};

/// The signal is the direction of the samples' noise: no clusters, unit variance.
effective_process::Problem problem_of(const Parameters& parameters, const SampleLoss& loss) {
  const double overlap = parameters.real("initial_overlap");
  return {.alpha = parameters.real("alpha"),
          .learning_rate = parameters.real("learning_rate"),
          .initial_overlap = overlap,
          .initial_variance = 1 - overlap * overlap,
          .spherical = true,
          .steps = static_cast<std::size_t>(parameters.integer("steps")),
          .minibatches = minibatches_of(parameters),
          .loss = &loss,
          .signals = {0.0},
          .label = [](double, double teacher) { return teacher * teacher; }};
}

std::vector<double> numbers_of(const effective_process::Dynamics& dynamics, std::span<const double> steps,
                               const StepPairs& pairs) {
  std::vector<double> numbers;
  const auto at_steps = [&](const auto& quantity) {
    for (const double step : steps) numbers.push_back(quantity(static_cast<std::size_t>(step)));
  };
  at_steps([&](std::size_t t) { return dynamics.order.overlap[t]; });
  at_steps([&](std::size_t t) { return dynamics.loss[t]; });
  at_steps([&](std::size_t t) { return 4 * (1 - dynamics.order.overlap[t] * dynamics.order.overlap[t]); });
  numbers.insert(numbers.end(), pairs.numbers().begin(), pairs.numbers().end());
  return numbers;
}

}  // namespace

Schema SgdDmft::schema() {
  Schema schema = model_schema();
  schema.solver = "sgd_dmft";
  schema.version = 2;
  schema.doc =
      "(Stochastic) gradient descent on Σ (y² - r²)² on the sphere at infinite size from a warm start: dynamical "
      "mean-field theory in discrete time. Curvatures have heavy tails: errors fall as 1/sqrt(paths) from some 1e5 "
      "paths on only";
  add_descent_inputs(schema, 50);
  schema.inputs.push_back({.name = "start",
                           .kind = Kind::choice,
                           .doc = "warm: with initial_overlap",
                           .choices = {"warm"},
                           .fallback = std::vector{0.0},
                           .elsewhere = "sgd"});
  schema.inputs.push_back({.name = "width",
                           .kind = Kind::integer,
                           .doc = "of the network: 1",
                           .domain = Interval::only(1),
                           .fallback = std::vector{1.0},
                           .elsewhere = "sgd"});
  effective_process::add_pass_inputs(schema, 131072);
  schema.inputs.back().doc += "; heavy tails make errors from few of them too small";
  schema.outputs = {
      step_output("overlap", "m", "overlap w·w*/p with the signal"),
      step_output("training_loss", "e", "sum of the losses of all samples divided by the dimension"),
      step_output("test_error", "ε_g", "mean squared error (y² - r²)² of a new sample, 4 (1 - m²)"),
  };
  StepPairs::add_outputs(schema, ErrorKind::statistical);
  schema.outputs.push_back(samples_output());
  return schema;
}

Cost SgdDmft::cost(const Parameters& parameters) { return effective_process::cost_of_passes(parameters); }

Solution SgdDmft::solve(PointContext& context) const {
  const QuarticLoss loss;
  const auto steps = parameters_.list("observed_steps");
  StepPairs pairs(parameters_);
  const auto mean = effective_process::average_over_passes(parameters_, context, problem_of(parameters_, loss),
                                                           [&](const effective_process::Dynamics& dynamics) {
                                                             pairs.set(dynamics.order);
                                                             return numbers_of(dynamics, steps, pairs);
                                                           });
  Solution solution = context.solution();
  if (!mean) {
    solution.outcome = Outcome::pending;
    return solution;
  }
  for (std::size_t i = 0; i < observables.size(); ++i) {
    set_from(*mean, i * steps.size(), steps.size(), observables[i], solution);
  }
  pairs.write(*mean, observables.size() * steps.size(), solution);
  set_samples(*mean, solution);
  return solution;
}

}  // namespace glasscape::phase_retrieval
