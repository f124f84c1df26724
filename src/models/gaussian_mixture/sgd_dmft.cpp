#include "sgd_dmft.hpp"

#include "glasscape/solvers/effective_process/forward_pass.hpp"
#include "model.hpp"
#include "observables.hpp"

namespace glasscape::gaussian_mixture {

Schema SgdDmft::schema() {
  Schema schema = model_schema();
  schema.solver = "sgd_dmft";
  schema.doc =
      "SGD at infinite size: dynamical mean-field theory in discrete time, by Monte Carlo over its effective process";
  schema.inputs.push_back({.name = "paths",
                           .kind = Kind::integer,
                           .symbol = "N",
                           .doc = "paths of the effective process in a replica, rounded up to a power of two; no less "
                                  "than steps x (clusters - 1) and steps + 35",
                           .domain = Interval::closed(64, 1 << 24),
                           .fallback = std::vector{4096.0}});
  schema.inputs.push_back({.name = "replicas",
                           .kind = Kind::integer,
                           .doc = "independent sets of paths, of whose results mean and error are given",
                           .domain = Interval::closed(2, 1e6),
                           .fallback = std::vector{8.0},
                           .extendable = true});
  schema.outputs = Observations::outputs(ErrorKind::statistical);
  return schema;
}

Cost SgdDmft::cost(const Parameters& parameters) {
  const auto paths = static_cast<std::size_t>(parameters.integer("paths"));
  const auto steps = static_cast<std::size_t>(parameters.integer("steps"));
  const auto work = static_cast<double>(effective_process::paths_taken(paths)) * static_cast<double>(steps);
  const auto replicas = static_cast<double>(parameters.integer("replicas"));
  return {.seconds = replicas * work * (6e-8 + 1.5e-9 * static_cast<double>(steps)),
          .bytes = effective_process::forward_pass_bytes(paths, steps)};
}

Solution SgdDmft::solve(PointContext& context) const {
  const auto loss = make_loss(parameters_);
  const effective_process::Problem problem = problem_of(parameters_, *loss);
  const auto paths = static_cast<std::size_t>(parameters_.integer("paths"));
  Observations observations(parameters_);
  const auto run = [&](std::uint32_t replica, Checkpoint&) -> std::optional<std::vector<double>> {
    const auto dynamics = effective_process::forward_pass(problem, paths, context.random(Purpose::paths, replica),
                                                          [&] { return context.should_stop(); });
    if (!dynamics) return std::nullopt;
    observations.set(*dynamics);
    return observations.numbers();
  };
  Solution solution = context.solution();
  const auto mean = average_over_replicas(parameters_, context, run);
  if (mean) {
    observations.write(*mean, solution);
  } else {
    solution.outcome = Outcome::pending;
  }
  return solution;
}

}  // namespace glasscape::gaussian_mixture
