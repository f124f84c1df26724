#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "glasscape/store/layout.hpp"

namespace glasscape::store {

/// Root attributes, in order: name and text.
using RootAttributes = std::vector<std::pair<std::string, std::string>>;

/// Removes what a killed creation of `path` left. For the holder of the file's lock.
void remove_unfinished(const std::filesystem::path& path);

/// Makes the whole result file under a temporary name, every dataset allocated and filled, lets `add_rows` write rows
/// into it, syncs it and renames it to `path`: a kill at any moment leaves the old file or the new one. Throws
/// MachineError where the disk is too small.
void create_result_file(
    const std::filesystem::path& path, const Layout& layout, const RootAttributes& attributes,
    const std::function<void(const std::filesystem::path& temporary)>& add_rows = [](const auto&) {});

}  // namespace glasscape::store
