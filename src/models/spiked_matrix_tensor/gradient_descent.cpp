#include "gradient_descent.hpp"

#include <utility>

#include "finite_size.hpp"
#include "glasscape/core/observation_times.hpp"
#include "model.hpp"

namespace glasscape::spiked_matrix_tensor {

Schema GradientDescent::schema() {
  Schema schema = model_schema();
  schema.solver = "gradient_descent";
  schema.version = 2;
  schema.doc = "Gradient descent in discrete steps on the sphere at finite size, averaged over samples of the disorder";
  take_zero_temperature(schema);
  schema.inputs.push_back({.name = "learning_rate",
                           .symbol = "η",
                           .doc = "time of one step; recovery_time is in units of time",
                           .domain = Interval::positive(),
                           .fallback = std::vector{0.05}});
  schema.inputs.push_back(stationarity_input());
  observe_at_some_steps(schema, 1000);
  observe_after_waiting_steps(schema);
  add_sample_inputs(schema, discrete_time);
  add_observables(schema, discrete_time);
  return schema;
}

Cost GradientDescent::cost(const Parameters& parameters) {
  return finite_size_cost(parameters, discrete_time, static_cast<double>(parameters.integer("steps")));
}

Solution GradientDescent::solve(PointContext& context) const {
  const auto make = [this](finite_size::Force force, PointContext&, std::uint32_t) {
    return finite_size::gradient_descent(static_cast<std::size_t>(parameters_.integer("size")), std::move(force),
                                         parameters_.real("learning_rate"), parameters_.real("stationarity"));
  };
  return average_over_samples(parameters_, discrete_time, make, context);
}

}  // namespace glasscape::spiked_matrix_tensor
