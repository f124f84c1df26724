#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>

namespace glasscape::wrap {

/// An open file descriptor with the calls that durable storage needs. Failures throw std::system_error whose what()
/// names the path.
class Descriptor {
 public:
  /// open(2) with O_CLOEXEC; files are created with mode 0666 less the umask.
  Descriptor(std::filesystem::path path, int flags);
  /// A new file in memory, gone with its descriptor; `path` leads to it, for this process only.
  static Descriptor in_memory();
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();

  int number() const { return number_; }
  const std::filesystem::path& path() const { return path_; }

  void write(std::uint64_t offset, std::span<const std::byte> bytes) const;  ///< all of them
  void read(std::uint64_t offset, std::span<std::byte> bytes) const;         ///< all of them; a short file is an error
  void copy_to(const Descriptor& other) const;  ///< all that is no hole, to the same places
  std::uint64_t size() const;
  void reserve(std::uint64_t bytes) const;  ///< allocates the file's blocks, so that writes within never lack space
  void truncate(std::uint64_t bytes) const;
  void sync() const;  ///< fdatasync

  bool try_lock_exclusive() const;  ///< flock without waiting; false: another holds it
  bool try_lock_shared() const;

  /// Whether the file lies where several machines may cache its pages (NFS and the like).
  bool on_network() const;

 private:
  Descriptor() = default;
  bool try_lock(int operation) const;

  std::filesystem::path path_;
  int number_ = -1;
};

/// Makes a rename or a removal in `folder` durable.
void sync_folder(const std::filesystem::path& folder);

/// Bytes that an ordinary user may still write in `folder`.
std::uint64_t free_space(const std::filesystem::path& folder);

std::string host_name();

/// Whether a process of this machine has ended, reaped by its parent or not yet, or is on its way out: one that was
/// killed may need a second to give back its memory.
bool has_ended(pid_t process);

}  // namespace glasscape::wrap
