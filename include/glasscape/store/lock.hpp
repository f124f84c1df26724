#pragma once

#include <filesystem>
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

  void write_holder(std::size_t done_at_start) const;
  /// Removes the lock's file: the sweep is over.
  void remove() const;

 private:
  explicit FileLock(wrap::Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

  wrap::Descriptor descriptor_;
};

/// Who holds the lock of `file` now, if anybody does.
std::optional<Holder> holder_of(const std::filesystem::path& file);

}  // namespace glasscape::store
