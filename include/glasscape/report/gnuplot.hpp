#pragma once

#include <filesystem>

#include "glasscape/report/figure.hpp"

namespace glasscape::report {

/// Throws UserError unless `output` ends in .png, .svg or .pdf and its folder exists.
void check_figure_path(const std::filesystem::path& output);

/// Draws the figure with gnuplot; `output` appears complete or not at all. Throws UserError as above and where gnuplot
/// is not installed, MachineError where it fails.
void draw(const Figure& figure, const std::filesystem::path& output);

}  // namespace glasscape::report
