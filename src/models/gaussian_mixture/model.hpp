#pragma once

#include "glasscape/core/parameters.hpp"

namespace glasscape::gaussian_mixture {

/// A schema with all that the solvers of this model share: its name, its meaning, its parameters, the dimensions step,
/// waiting_time and lag.
Schema model_schema();

}  // namespace glasscape::gaussian_mixture
