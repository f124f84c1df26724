#include "glasscape/core/output_path.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "glasscape/core/errors.hpp"

namespace glasscape {

void check_output_path(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  if (!std::filesystem::is_directory(folder)) {
    throw UserError(fmt::format("{}: the output folder {} does not exist", path.string(), folder.string()));
  }
  if (::access(folder.c_str(), W_OK) != 0) {
    throw UserError(fmt::format("{}: the output folder {} is not writable", path.string(), folder.string()));
  }
  if (std::filesystem::is_directory(path)) throw UserError(fmt::format("{}: is a folder, not a file", path.string()));
  if (std::filesystem::exists(path) && !std::filesystem::is_regular_file(path)) {
    throw UserError(fmt::format("{}: is a device or a pipe, not a file", path.string()));
  }
  if (std::filesystem::exists(path) && ::access(path.c_str(), W_OK) != 0) {
    throw UserError(fmt::format("{}: is not writable", path.string()));
  }
}

}  // namespace glasscape
