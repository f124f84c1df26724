#pragma once

#include <filesystem>
#include <vector>

#include "glasscape/core/cost_model.hpp"

namespace glasscape::app {

/// What points took, kept beside the result file as FILE.costs (CSV: the solver's scalar inputs, measured_seconds) for
/// the next sweep. Only estimates rest on it: a file that is missing, damaged or of an older version of the solver does
/// no harm.
std::vector<CostSample> read_costs(const std::filesystem::path& result_file, const Schema& schema);

/// Of this result file, else of the latest one of the same solver in its folder.
std::vector<CostSample> find_costs(const std::filesystem::path& result_file, const Schema& schema);

/// Replaces the file; where that fails, the next sweep knows less. A sweep of less than ten seconds leaves none.
void keep_costs(const std::filesystem::path& result_file, const Schema& schema, const std::vector<CostSample>& samples);

}  // namespace glasscape::app
