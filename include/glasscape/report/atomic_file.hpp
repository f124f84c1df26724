#pragma once

#include <filesystem>
#include <functional>
#include <ostream>

namespace glasscape::report {

/// Lets `write` make the file at the temporary path that it is given, then renames that to `path`. Where `write`
/// throws, nothing stays behind and a former `path` is untouched. Throws MachineError where the rename fails.
void replace_file(const std::filesystem::path& path, const std::function<void(const std::filesystem::path&)>& write);

/// The same for text; MachineError where it cannot be written.
void write_text_file(const std::filesystem::path& path, const std::function<void(std::ostream&)>& write);

/// Removes `path` and what a killed process that was about to replace it left behind, if there is anything.
void remove_file(const std::filesystem::path& path);

}  // namespace glasscape::report
