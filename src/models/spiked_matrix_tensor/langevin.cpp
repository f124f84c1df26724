#include "langevin.hpp"

#include <utility>

#include "finite_size.hpp"
#include "glasscape/core/observation_times.hpp"
#include "model.hpp"

namespace glasscape::spiked_matrix_tensor {

Schema Langevin::schema() {
  Schema schema = model_schema();
  schema.solver = "langevin";
  schema.version = 2;
  schema.doc = "The Langevin algorithm on the sphere at finite size, averaged over samples of the disorder";
  schema.inputs.push_back({.name = "t_max",
                           .symbol = "t_max",
                           .doc = "end of the dynamics",
                           .domain = Interval::positive(),
                           .fallback = std::vector{50.0},
                           .extendable = true});
  schema.inputs.push_back({.name = "time_step",
                           .symbol = "Δt",
                           .doc = "longest step of Heun's method, whose bias is of second order",
                           .domain = Interval::positive(),
                           .fallback = std::vector{0.025}});
  observe_at_times(schema);
  observe_after_waiting(schema);
  add_sample_inputs(schema, continuous_time);
  add_observables(schema, continuous_time);
  return schema;
}

Cost Langevin::cost(const Parameters& parameters) {
  const double steps = parameters.real("t_max") / parameters.real("time_step");
  return finite_size_cost(parameters, continuous_time, 2 * (steps + 20));
}

Solution Langevin::solve(PointContext& context) const {
  const auto make = [this](finite_size::Force force, PointContext& point, std::uint32_t replica) {
    return finite_size::langevin(static_cast<std::size_t>(parameters_.integer("size")), std::move(force),
                                 parameters_.real("temperature"), parameters_.real("time_step"),
                                 point.random(Purpose::dynamics, replica));
  };
  return average_over_samples(parameters_, continuous_time, make, context);
}

}  // namespace glasscape::spiked_matrix_tensor
