#pragma once

#include "glasscape/core/parameters.hpp"
#include "glasscape/core/solution.hpp"
#include "glasscape/models/mixed_pspin/covariance.hpp"

namespace glasscape::mixed_pspin {

/// A schema with all that the solvers of this model share: its name, its meaning, its parameters, its statics.
/// `temperature` is the solver's own: its domain, its default.
Schema model_schema(const Input& temperature);

/// What the statics of the model say, the last outputs of each solver.
std::vector<Output> static_outputs();

/// Sets them; the message says why one is NaN.
void set_statics(Solution& solution, const Covariance& covariance, double temperature);

Covariance covariance_of(const Parameters& parameters);

}  // namespace glasscape::mixed_pspin
