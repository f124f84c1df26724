#pragma once

#include <string>
#include <vector>

#include "glasscape/core/parameters.hpp"
#include "glasscape/models/spiked_matrix_tensor/covariance.hpp"

namespace glasscape::spiked_matrix_tensor {

/// A schema with all that the solvers of this model share: its name, its meaning, its parameters.
Schema model_schema();

/// The covariance at a point of a solver that takes delta2.
Covariance covariance_of(const Parameters& parameters);

}  // namespace glasscape::spiked_matrix_tensor
