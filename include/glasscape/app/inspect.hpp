#pragma once

#include <filesystem>
#include <string>

#include "glasscape/core/sweep.hpp"

namespace glasscape::app {

/// The text of a file; throws UserError where it cannot be read.
std::string read_text(const std::filesystem::path& path);

/// What all points of a sweep are expected to need, from the solver's own estimate at a sample of points.
struct SweepCost {
  double seconds = 0;        ///< on one core, all points
  double seconds_error = 0;  ///< one standard error of the sampling
  double bytes = 0;          ///< of memory a rank, the largest of the sample
  bool is_uniform = true;    ///< the sampled points cost the same
  std::size_t sample = 0;    ///< points asked; 0: the solver makes no estimate
};

SweepCost estimate_cost(const Sweep& sweep);

/// Throws UserError where one point needs more memory than the machine has.
void check_memory(const Sweep& sweep);

}  // namespace glasscape::app
