#include "sgd_exact.hpp"

#include "glasscape/core/observation_times.hpp"
#include "glasscape/models/gaussian_mixture/square_loss.hpp"
#include "model.hpp"
#include "observables.hpp"

namespace glasscape::gaussian_mixture {

Schema SgdExact::schema() {
  Schema schema = model_schema();
  schema.solver = "sgd_exact";
  schema.doc =
      "Vanilla SGD with the square loss on two clusters at infinite size: closed equations, without Monte Carlo";
  const auto restrict = [&](const char* name, double only) {
    Input& input = schema.inputs[schema.input_position(name)];
    input.domain = Interval::only(only);
    input.fallback = std::vector{only};
    input.elsewhere = "sgd_dmft";
  };
  restrict("clusters", 2);
  restrict("persistence_time", 0);
  Input& loss = schema.inputs[schema.input_position("loss")];
  loss.choices = {"square"};
  loss.elsewhere = "sgd_dmft";
  Observations::add_outputs(schema, ErrorKind::none);
  Output& accuracy = schema.outputs[schema.output_position("training_accuracy")];
  accuracy.nan_meaning = "fields are not Gaussian";
  accuracy.doc += "; not at batch_size < 1: solver sgd_dmft has it";
  continue_states(schema);
  return schema;
}

Cost SgdExact::cost(const Parameters& parameters) {
  const auto steps = static_cast<double>(parameters.integer("steps"));
  return {.seconds = 1e-5 + 2e-9 * steps * steps * steps, .bytes = 96 * steps * steps};
}

Solution SgdExact::solve(PointContext& context) const {
  const auto loss = make_loss(parameters_);
  const double batch_size = parameters_.real("batch_size");
  Solution solution = context.solution();
  const auto dynamics =
      square_loss_dynamics(problem_of(parameters_, *loss), batch_size, {context, context.checkpoint()});
  if (!dynamics) {
    solution.outcome = Outcome::pending;
    return solution;
  }
  Observations observations(parameters_);
  observations.set(*dynamics);
  ReplicaMean only;
  only.add(observations.numbers());
  observations.write(only, solution);
  if (batch_size < 1) solution.message = "no training_accuracy: fields are not Gaussian at batch_size < 1";
  return solution;
}

}  // namespace glasscape::gaussian_mixture
