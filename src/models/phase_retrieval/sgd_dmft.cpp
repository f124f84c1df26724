#include "sgd_dmft.hpp"

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "descent.hpp"
#include "glasscape/solvers/effective_process/forward_pass.hpp"
#include "glasscape/solvers/replicas.hpp"
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

std::vector<double> numbers_of(const effective_process::Dynamics& dynamics, std::span<const double> steps) {
  std::vector<double> numbers;
  const auto at_steps = [&](const auto& quantity) {
    for (const double step : steps) numbers.push_back(quantity(static_cast<std::size_t>(step)));
  };
  at_steps([&](std::size_t t) { return dynamics.order.overlap[t]; });
  at_steps([&](std::size_t t) { return dynamics.loss[t]; });
  at_steps([&](std::size_t t) { return 4 * (1 - dynamics.order.overlap[t] * dynamics.order.overlap[t]); });
  return numbers;
}

}  // namespace

Schema SgdDmft::schema() {
  Schema schema = model_schema();
  schema.solver = "sgd_dmft";
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
  schema.inputs.push_back({.name = "paths",
                           .kind = Kind::integer,
                           .symbol = "N",
                           .doc = "paths of the effective process in a replica, rounded up to a power of two",
                           .domain = Interval::closed(64, 1 << 24),
                           .fallback = std::vector{131072.0}});
  schema.inputs.push_back({.name = "replicas",
                           .kind = Kind::integer,
                           .doc = "independent sets of paths, of whose results mean and error are given; heavy tails "
                                  "make errors from few of them too small",
                           .domain = Interval::closed(2, 1e6),
                           .fallback = std::vector{8.0},
                           .extendable = true});
  schema.outputs = {
      step_output("overlap", "m", "overlap w·w*/p with the signal"),
      step_output("training_loss", "e", "sum of the losses of all samples divided by the dimension"),
      step_output("test_error", "ε_g", "mean squared error (y² - r²)² of a new sample, 4 (1 - m²)"),
  };
  return schema;
}

Cost SgdDmft::cost(const Parameters& parameters) {
  const auto paths = static_cast<std::size_t>(parameters.integer("paths"));
  const auto steps = static_cast<std::size_t>(parameters.integer("steps"));
  const auto work = static_cast<double>(effective_process::paths_taken(paths)) * static_cast<double>(steps);
  const auto replicas = static_cast<double>(parameters.integer("replicas"));
  return {.seconds = replicas * work * (6e-8 + 3e-9 * static_cast<double>(steps)),
          .bytes = effective_process::forward_pass_bytes(paths, steps)};
}

Solution SgdDmft::solve(PointContext& context) const {
  const QuarticLoss loss;
  const effective_process::Problem problem = problem_of(parameters_, loss);
  const auto paths = static_cast<std::size_t>(parameters_.integer("paths"));
  const auto steps = parameters_.list("observed_steps");
  const auto run = [&](std::uint32_t replica, Checkpoint&) -> std::optional<std::vector<double>> {
    const auto dynamics = effective_process::forward_pass(problem, paths, context.random(Purpose::paths, replica),
                                                          [&] { return context.should_stop(); });
    if (!dynamics) return std::nullopt;
    return numbers_of(*dynamics, steps);
  };
  Solution solution = context.solution();
  const auto mean = average_over_replicas(parameters_, context, run);
  if (!mean) {
    solution.outcome = Outcome::pending;
    return solution;
  }
  for (std::size_t i = 0; i < observables.size(); ++i) {
    set_from(*mean, i * steps.size(), steps.size(), observables[i], solution);
  }
  return solution;
}

}  // namespace glasscape::phase_retrieval
