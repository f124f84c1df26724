#pragma once

#include "glasscape/core/solver.hpp"

namespace glasscape {

/// All solvers of all models: the one list.
Registry registry();

}  // namespace glasscape
