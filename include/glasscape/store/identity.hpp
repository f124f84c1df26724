#pragma once

#include "glasscape/core/sweep.hpp"
#include "glasscape/store/create.hpp"
#include "glasscape/store/result_file.hpp"

namespace glasscape::store {

/// Versions of the program and its libraries, for the root attributes.
using Versions = std::vector<std::pair<std::string, std::string>>;

/// What the root of a result file says of the sweep it belongs to.
RootAttributes root_attributes(const Sweep& sweep, const Versions& versions);

/// Throws UserError that names the first difference where `file` belongs to another sweep than `sweep`. Their grids and
/// extendable parameters may differ: see Extension.
void check_same_sweep(const ResultFile& file, const Sweep& sweep);

/// The grid and the parameters that a file of this schema was made for. Throws UserError where its datasets have not
/// the sizes that follow from them.
ParameterSpace space_of(const ResultFile& file, const Schema& schema);

}  // namespace glasscape::store
