#include "sgd_dmft.hpp"

#include "glasscape/solvers/effective_process/average.hpp"
#include "model.hpp"
#include "observables.hpp"

namespace glasscape::gaussian_mixture {

namespace {

effective_process::Classes classes() {
  return {.inputs = {"clusters"}, .count = [](const Parameters& parameters) {
            return signals_of(static_cast<int>(parameters.integer("clusters"))).size();
          }};
}

}  // namespace

Schema SgdDmft::schema() {
  Schema schema = model_schema();
  schema.solver = "sgd_dmft";
  schema.version = 2;
  schema.doc =
      "SGD at infinite size: dynamical mean-field theory in discrete time, by Monte Carlo over its effective process";
  effective_process::add_pass_inputs(schema, 4096, classes());
  Observations::add_outputs(schema, ErrorKind::statistical);
  schema.outputs.push_back(samples_output());
  return schema;
}

Cost SgdDmft::cost(const Parameters& parameters) { return effective_process::cost_of_passes(parameters); }

Solution SgdDmft::solve(PointContext& context) const {
  const auto loss = make_loss(parameters_);
  Observations observations(parameters_);
  const auto mean = effective_process::average_over_passes(parameters_, context, problem_of(parameters_, *loss),
                                                           [&](const effective_process::Dynamics& dynamics) {
                                                             observations.set(dynamics);
                                                             return observations.numbers();
                                                           });
  Solution solution = context.solution();
  if (mean) {
    observations.write(*mean, solution);
    set_samples(*mean, solution);
  } else {
    solution.outcome = Outcome::pending;
  }
  return solution;
}

}  // namespace glasscape::gaussian_mixture
