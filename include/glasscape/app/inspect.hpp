#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "glasscape/core/cost_model.hpp"
#include "glasscape/core/sweep.hpp"

namespace glasscape::app {

/// The text of a file; throws UserError where it cannot be read.
std::string read_text(const std::filesystem::path& path);

/// Indices of at most `size` points, spread over the whole grid: one of each of equal parts of it.
std::vector<std::size_t> sample_of(const Sweep& sweep, std::size_t size);

/// What all points of a sweep cost together, from a sample of them; its error covers the sampling.
TotalCost total_cost(const Sweep& sweep, CostModel& model);

/// "2:10 h +- 5:00 min", or "2:10 h (1:05 h to 4:20 h)" where the error is large.
std::string cost_text(const TotalCost& cost);

/// Memory a point is expected to need, beyond the program itself: the largest of a sample, bytes. 0: no estimate.
double point_memory(const Sweep& sweep);

/// Throws UserError where one point, or so many of the costliest at once, need more memory than the machine has.
void check_memory(const Sweep& sweep, std::size_t at_once = 1);

}  // namespace glasscape::app
