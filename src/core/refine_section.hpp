#pragma once

#include <optional>
#include <string>
#include <vector>

#include "glasscape/core/parameter_space.hpp"
#include "glasscape/core/refinement.hpp"
#include "glasscape/core/sweep_file.hpp"

namespace glasscape {

/// The keys of section [refine].
const std::vector<std::string>& refine_keys();

/// Section [refine], where it is there; what is wrong with it is added to `problems`.
std::optional<RefineOptions> read_refine_section(const std::vector<SweepEntry>& entries, const Schema& schema,
                                                 const std::vector<Axis>& axes, std::vector<std::string>& problems);

}  // namespace glasscape
