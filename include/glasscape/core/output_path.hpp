#pragma once

#include <filesystem>

namespace glasscape {

/// Throws UserError where no file can be made or replaced at `path`: it is a folder or read-only, or its folder is
/// missing or not writable.
void check_output_path(const std::filesystem::path& path);

}  // namespace glasscape
