#pragma once

#include "glasscape/core/schema.hpp"

namespace glasscape::phase_retrieval {

/// A schema with what all solvers of this model share: its name, its meaning, alpha.
Schema model_schema();

}  // namespace glasscape::phase_retrieval
