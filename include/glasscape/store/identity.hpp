#pragma once

#include "glasscape/core/sweep.hpp"
#include "glasscape/store/create.hpp"
#include "glasscape/store/result_file.hpp"

namespace glasscape::store {

/// Versions of the program and its libraries, for the root attributes.
using Versions = std::vector<std::pair<std::string, std::string>>;

/// What the root of a result file says of the sweep it belongs to.
RootAttributes root_attributes(const Sweep& sweep, const Versions& versions);

/// Throws UserError that names the first difference where `file` belongs to another sweep than `sweep`.
void check_same_sweep(const ResultFile& file, const Sweep& sweep);

}  // namespace glasscape::store
