#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "glasscape/wrap/posix.hpp"

namespace glasscape::store {

/// Who is running a sweep on a file, for messages and for the rate that `status` shows.
struct Holder {
  std::string host;
  long pid = 0;
  long started = 0;               ///< seconds since 1970
  std::size_t done_at_start = 0;  ///< rows that held a result when it started
};

/// The lock FILE.lock: held by every rank of the sweep that writes FILE, freed by the kernel when they die. A second
/// sweep on the same file gets a UserError that names the holder.
class FileLock {
 public:
  /// The master's: exclusive first (waiting a moment for ranks of a killed sweep to die), then shared with its workers.
  static FileLock acquire(const std::filesystem::path& file);
  /// A worker's share of the lock that its master holds.
  static FileLock share(const std::filesystem::path& file);

  FileLock(FileLock&& other) noexcept = default;
  FileLock& operator=(FileLock&& other) noexcept = default;
  /// The master's removes the lock's file.
  ~FileLock();

  void write_holder(std::size_t done_at_start) const;

 private:
  FileLock(wrap::Descriptor descriptor, bool is_master);

  std::unique_ptr<wrap::Descriptor> descriptor_;
  bool is_master_;
};

/// Who holds the lock of `file` now, if anybody does.
std::optional<Holder> holder_of(const std::filesystem::path& file);

}  // namespace glasscape::store
