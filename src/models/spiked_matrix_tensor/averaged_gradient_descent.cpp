#include "averaged_gradient_descent.hpp"

#include <cmath>
#include <optional>
#include <vector>

#include "averaged_descent.hpp"
#include "glasscape/models/spiked_matrix_tensor/fixed_points.hpp"
#include "model.hpp"
#include "step_record.hpp"

namespace glasscape::spiked_matrix_tensor {

namespace {

AveragedDescent::Settings settings_of(const Parameters& parameters) {
  return {.points = static_cast<std::size_t>(parameters.integer("points")),
          .averaging_steps = static_cast<std::size_t>(parameters.integer("averaging_steps")),
          .averaging_step = parameters.real("averaging_step"),
          .learning_rate = parameters.real("relative_learning_rate")};
}

/// A run on one sample; nothing where stopped.
std::optional<std::vector<double>> run_replica(const Parameters& parameters, const Covariance& covariance,
                                               PointContext& context, std::uint32_t replica) {
  const Landscape landscape(covariance, static_cast<std::size_t>(parameters.integer("size")),
                            context.random(Purpose::disorder, replica));
  AveragedDescent descent(landscape, settings_of(parameters), context.random(Purpose::initial_state, replica));
  StepRecord record(parameters, maximum_likelihood_overlap(covariance).value);
  const auto steps = static_cast<std::size_t>(parameters.integer("steps"));
  const double at_rest = parameters.real("stationarity") * std::sqrt(covariance.derivative(1));
  for (std::size_t t = 0; t <= steps; ++t) {
    if (context.should_stop()) return std::nullopt;
    context.report("step", static_cast<double>(t));
    const Energies energies = descent.evaluate();
    std::vector<double> force = descent.force();
    const Snapshot now = Snapshot::of(descent.position(), energies, force);
    record.note(t, now);
    if (t == steps || (!descent.is_averaging() && now.gradient_norm < at_rest)) break;
    descent.step();
  }
  record.finish();
  return record.numbers();
}

std::vector<Input> own_inputs() {
  return {
      {.name = "points",
       .kind = Kind::integer,
       .symbol = "R",
       .doc = "points over which the gradient is averaged",
       .domain = Interval::closed(1, 1e6),
       .fallback = std::vector{300.0}},
      {.name = "averaging_steps",
       .kind = Kind::integer,
       .doc = "steps along the averaged gradient, which come first; 0: plain descent from a random start",
       .domain = Interval::closed(0, 1e6),
       .fallback = std::vector{5.0}},
      {.name = "averaging_step",
       .doc = "length of each of them, in units of the sphere's radius",
       .domain = Interval::positive(),
       .fallback = std::vector{0.1}},
      {.name = "relative_learning_rate",
       .symbol = "η",
       .doc = "steps of the plain descent in units of 1/(μ + 2√Q''(1)), the inverse of the largest curvature of a "
              "typical Hessian, μ = x·f/N; unstable above 2",
       .domain = Interval::positive(),
       .fallback = std::vector{1.0}},
      {.name = "stationarity",
       .doc = "the descent is at rest where the tangent gradient per root of the size falls below this times √Q'(1), "
              "its size at a random point",
       .domain = Interval::at_least(0),
       .fallback = std::vector{1e-6}},
  };
}

}  // namespace

Schema AveragedGradientDescent::schema() {
  Schema schema = model_schema();
  schema.solver = "averaged_gradient_descent";
  schema.doc =
      "Gradient descent after averaging (ironing) on samples of finite size: R independent random points on the sphere "
      "are all moved by one step along their mean gradient, again and again, without being put back on the sphere or "
      "drawn anew; then plain descent on the sphere from the direction of their centre";
  schema.reference = "arXiv:1905.12294";
  Input& temperature = schema.inputs[schema.input_position("temperature")];
  temperature.doc = "0: descent";
  temperature.domain = Interval::only(0);
  temperature.fallback = std::vector{0.0};
  temperature.elsewhere = "langevin";
  StepRecord::add_inputs(schema, 500);
  for (Input& input : own_inputs()) schema.inputs.push_back(std::move(input));
  StepRecord::add_outputs(schema);
  return schema;
}

AveragedGradientDescent::AveragedGradientDescent(const Parameters& parameters)
    : parameters_(parameters), covariance_(covariance_of(parameters)) {}

Cost AveragedGradientDescent::cost(const Parameters& parameters) {
  const auto points = static_cast<double>(parameters.integer("points"));
  const auto averaged = points * static_cast<double>(parameters.integer("averaging_steps"));
  return StepRecord::cost(parameters, {.passes = static_cast<double>(parameters.integer("steps")) + averaged / 64,
                                       .points = averaged,
                                       .vectors = points + 64});
}

Solution AveragedGradientDescent::solve(PointContext& context) const {
  Solution solution = context.solution();
  const auto mean = average_over_replicas(parameters_, context, [&](std::uint32_t replica, Checkpoint&) {
    return run_replica(parameters_, covariance_, context, replica);
  });
  if (mean) {
    StepRecord(parameters_, maximum_likelihood_overlap(covariance_).value).write(*mean, solution);
  } else {
    solution.outcome = Outcome::pending;
  }
  return solution;
}

}  // namespace glasscape::spiked_matrix_tensor
