#include "glasscape/report/atomic_file.hpp"

#include <fmt/format.h>

#include <fstream>

#include "glasscape/core/errors.hpp"
#include "glasscape/core/output_path.hpp"

namespace glasscape::report {

namespace fs = std::filesystem;

namespace {

/// The extension stays last: programs choose the format by it.
fs::path temporary_path(const fs::path& path) {
  return path.parent_path() / fmt::format(".{}.new{}", path.stem().string(), path.extension().string());
}

}  // namespace

void replace_file(const fs::path& path, const std::function<void(const fs::path&)>& write) {
  check_output_path(path);
  const fs::path temporary = temporary_path(path);
  std::error_code error;
  try {
    write(temporary);
  } catch (...) {
    fs::remove(temporary, error);
    throw;
  }
  fs::rename(temporary, path, error);
  if (!error) return;
  const std::string reason = error.message();
  fs::remove(temporary, error);
  throw MachineError(fmt::format("{}: cannot be written: {}", path.string(), reason));
}

void write_text_file(const fs::path& path, const std::function<void(std::ostream&)>& write) {
  replace_file(path, [&](const fs::path& temporary) {
    std::ofstream stream(temporary, std::ios::binary);
    write(stream);
    stream.close();
    if (!stream) throw MachineError(fmt::format("{}: cannot be written (is the disk full?)", path.string()));
  });
}

void remove_file(const fs::path& path) {
  std::error_code ignored;
  fs::remove(path, ignored);
  fs::remove(temporary_path(path), ignored);
}

}  // namespace glasscape::report
