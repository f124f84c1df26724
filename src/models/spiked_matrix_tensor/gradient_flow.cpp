#include "gradient_flow.hpp"

#include <cmath>
#include <utility>

#include "finite_size.hpp"
#include "glasscape/core/observation_times.hpp"
#include "model.hpp"

namespace glasscape::spiked_matrix_tensor {

Schema GradientFlow::schema() {
  Schema schema = model_schema();
  schema.solver = "gradient_flow";
  schema.version = 2;
  schema.doc = "Gradient flow on the sphere at finite size, averaged over samples of the disorder";
  take_zero_temperature(schema);
  schema.inputs.push_back({.name = "t_max",
                           .symbol = "t_max",
                           .doc = "end of the flow, which ends earlier where it comes to rest",
                           .domain = Interval::positive(),
                           .fallback = std::vector{50.0},
                           .extendable = true});
  schema.inputs.push_back({.name = "tolerance",
                           .doc = "error of one step, per spin^(1/2)",
                           .domain = Interval::closed(1e-12, 1e-2),
                           .fallback = std::vector{1e-4}});
  schema.inputs.push_back(stationarity_input());
  observe_at_times(schema);
  observe_after_waiting(schema);
  add_sample_inputs(schema, continuous_time);
  add_observables(schema, continuous_time);
  return schema;
}

/// Late steps are as long as stability allows: 2.5 over the Hessian's largest eigenvalue, for three evaluations.
Cost GradientFlow::cost(const Parameters& parameters) {
  const double largest = 4 * std::sqrt(covariance_of(parameters).second_derivative(1));
  return finite_size_cost(parameters, continuous_time, 60 + 1.2 * largest * parameters.real("t_max"));
}

Solution GradientFlow::solve(PointContext& context) const {
  const auto make = [this](finite_size::Force force, PointContext& point, std::uint32_t) {
    return finite_size::gradient_flow(static_cast<std::size_t>(parameters_.integer("size")), std::move(force),
                                      parameters_.real("tolerance"), parameters_.real("stationarity"), point);
  };
  return average_over_samples(parameters_, continuous_time, make, context);
}

}  // namespace glasscape::spiked_matrix_tensor
