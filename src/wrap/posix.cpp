#include "glasscape/wrap/posix.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>
#include <utility>
#include <vector>

namespace glasscape::wrap {

namespace {

[[noreturn]] void fail(int error, const std::filesystem::path& path) {
  throw std::system_error(error, std::generic_category(), path.string());
}

}  // namespace

Descriptor::Descriptor(std::filesystem::path path, int flags)
    : path_(std::move(path)), number_(::open(path_.c_str(), flags | O_CLOEXEC, 0666)) {
  if (number_ < 0) fail(errno, path_);
}

Descriptor Descriptor::in_memory() {
  Descriptor made;
  made.number_ = ::memfd_create("glasscape", MFD_CLOEXEC);
  if (made.number_ < 0) fail(errno, "a file in memory");
  made.path_ = "/proc/self/fd/" + std::to_string(made.number_);
  return made;
}

Descriptor::Descriptor(Descriptor&& other) noexcept
    : path_(std::move(other.path_)), number_(std::exchange(other.number_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(number_, other.number_);
  return *this;
}

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

void Descriptor::write(std::uint64_t offset, std::span<const std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(number_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(errno, path_);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
}

void Descriptor::read(std::uint64_t offset, std::span<std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t got = ::pread(number_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(errno, path_);
    if (got == 0) fail(EIO, path_);
    bytes = bytes.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
}

void Descriptor::copy_to(const Descriptor& other) const {
  std::vector<std::byte> block;
  off_t end = 0;
  while (true) {
    const off_t begin = ::lseek(number_, end, SEEK_DATA);
    if (begin < 0 && errno == ENXIO) return;  // nothing but a hole
    end = begin < 0 ? begin : ::lseek(number_, begin, SEEK_HOLE);
    if (end < 0) fail(errno, path_);
    for (auto offset = static_cast<std::uint64_t>(begin); offset < static_cast<std::uint64_t>(end);
         offset += block.size()) {
      block.resize(std::min<std::uint64_t>(static_cast<std::uint64_t>(end) - offset, 1 << 20));
      read(offset, block);
      other.write(offset, block);
    }
  }
}

std::uint64_t Descriptor::size() const {
  struct stat status = {};
  if (::fstat(number_, &status) != 0) fail(errno, path_);
  return static_cast<std::uint64_t>(status.st_size);
}

void Descriptor::reserve(std::uint64_t bytes) const {
  if (const int error = ::posix_fallocate(number_, 0, static_cast<off_t>(bytes)); error != 0) fail(error, path_);
}

void Descriptor::truncate(std::uint64_t bytes) const {
  if (::ftruncate(number_, static_cast<off_t>(bytes)) != 0) fail(errno, path_);
}

void Descriptor::sync() const {
  if (::fdatasync(number_) != 0) fail(errno, path_);
}

bool Descriptor::try_lock(int operation) const {
  if (::flock(number_, operation | LOCK_NB) == 0) return true;
  if (errno == EWOULDBLOCK) return false;
  throw std::system_error(errno, std::generic_category(), path_.string() + ": the file system gives no lock");
}

bool Descriptor::try_lock_exclusive() const { return try_lock(LOCK_EX); }

bool Descriptor::try_lock_shared() const { return try_lock(LOCK_SH); }

bool Descriptor::on_network() const {
  struct statfs status = {};
  if (::fstatfs(number_, &status) != 0) return false;
  return status.f_type == NFS_SUPER_MAGIC || status.f_type == SMB_SUPER_MAGIC;
}

void sync_folder(const std::filesystem::path& folder) {
  const Descriptor descriptor(folder, O_RDONLY | O_DIRECTORY);
  // some file systems cannot sync a folder and say EINVAL: there the rename is as durable as they make it
  if (::fsync(descriptor.number()) != 0 && errno != EINVAL) fail(errno, folder);
}

std::uint64_t free_space(const std::filesystem::path& folder) {
  struct statvfs status = {};
  if (::statvfs(folder.c_str(), &status) != 0) fail(errno, folder);
  return static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
}

std::string host_name() {
  std::array<char, 256> name = {};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

bool has_ended(pid_t process) {
  if (::kill(process, 0) != 0 && errno == ESRCH) return true;
  // proc(5): pid (name) state ppid pgrp session tty tpgid flags ...; the name may hold anything
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  const std::string line{std::istreambuf_iterator(file), {}};
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return false;
  std::istringstream rest(line.substr(name_end + 1));
  char state = 0;
  long other = 0;
  unsigned long flags = 0;
  rest >> state >> other >> other >> other >> other >> other >> flags;
  constexpr unsigned long exiting = 0x4;  // PF_EXITING of the kernel
  return state == 'Z' || state == 'X' || (flags & exiting) != 0;
}

}  // namespace glasscape::wrap
