#pragma once

#include <string>
#include <vector>

#include "glasscape/core/parameter_space.hpp"
#include "glasscape/core/sweep_file.hpp"

namespace glasscape {

/// Adds to `problems` which rules of the schema are broken at which points of the grid.
void check_rules(const std::vector<SweepEntry>& entries, const std::string& file, const ParameterSpace& space,
                 std::vector<std::string>& problems);

}  // namespace glasscape
