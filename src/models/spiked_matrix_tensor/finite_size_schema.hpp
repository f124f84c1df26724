#pragma once

#include "glasscape/core/schema.hpp"

namespace glasscape::spiked_matrix_tensor {

/// How the time of a finite-size dynamics is counted.
struct Clock {
  const char* end;        ///< the parameter up to which it runs
  const char* times;      ///< the list of times that are observed
  const char* dimension;  ///< what they are called one by one
  bool counts_steps;      ///< of learning_rate each
};

inline constexpr Clock continuous_time{.end = "t_max", .times = "times", .dimension = "time", .counts_steps = false};
inline constexpr Clock discrete_time{
    .end = "steps", .times = "observed_steps", .dimension = "step", .counts_steps = true};

/// Sample, starts and what to observe; the schema has the times of the dynamics already.
void add_sample_inputs(Schema& schema, const Clock& clock);
void add_observables(Schema& schema, const Clock& clock);

/// Whether, when and how to look at the tangent Hessian, and what is seen then (HessianRecord).
void add_hessian_inputs(Schema& schema, const Clock& clock);
void add_hessian_outputs(Schema& schema);

/// What CorrelationRecord sets.
Output correlation_output();

/// For a dynamics at temperature 0 only.
void take_zero_temperature(Schema& schema);

/// The gradient at which a descent counts as at rest.
Input stationarity_input();

}  // namespace glasscape::spiked_matrix_tensor
