#include "glasscape/store/lock.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <sstream>
#include <thread>

#include "glasscape/core/errors.hpp"

namespace glasscape::store {

namespace {

using namespace std::chrono_literals;

std::filesystem::path lock_path(const std::filesystem::path& file) { return file.string() + ".lock"; }

/// Whether the descriptor still is what the path names: a finished sweep removes its lock's file.
bool is_current(const wrap::Descriptor& descriptor) {
  struct stat held = {};
  struct stat named = {};
  return ::fstat(descriptor.number(), &held) == 0 && ::stat(descriptor.path().c_str(), &named) == 0 &&
         held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

Holder read_holder(const wrap::Descriptor& descriptor) {
  std::string text(descriptor.size(), '\0');
  descriptor.read(0, std::as_writable_bytes(std::span(text)));
  Holder holder;
  std::istringstream(text) >> holder.host >> holder.pid >> holder.started >> holder.done_at_start;
  return holder;
}

std::string in_use(const std::filesystem::path& file, const Holder& holder) {
  if (holder.pid == 0) return fmt::format("{}: in use by another sweep", file.string());
  return fmt::format("{}: in use by a running sweep (process {} on {}, since {:%Y-%m-%d %H:%M:%S})", file.string(),
                     holder.pid, holder.host, fmt::localtime(static_cast<std::time_t>(holder.started)));
}

}  // namespace

FileLock FileLock::acquire(const std::filesystem::path& file) {
  const auto give_up = std::chrono::steady_clock::now() + 3s;
  while (true) {
    wrap::Descriptor descriptor(lock_path(file), O_RDWR | O_CREAT);
    if (descriptor.try_lock_exclusive() && is_current(descriptor)) {
      // not one step: where two starters meet here, one of them loses its share and goes round again
      if (descriptor.try_lock_shared()) {
        FileLock lock(std::move(descriptor), true);
        lock.write_holder(0);
        return lock;
      }
    }
    if (std::chrono::steady_clock::now() > give_up) throw UserError(in_use(file, read_holder(descriptor)));
    std::this_thread::sleep_for(50ms);
  }
}

FileLock FileLock::share(const std::filesystem::path& file) {
  wrap::Descriptor descriptor(lock_path(file), O_RDWR | O_CREAT);
  if (!descriptor.try_lock_shared()) throw UserError(in_use(file, read_holder(descriptor)));
  return {std::move(descriptor), false};
}

void FileLock::write_holder(std::size_t done_at_start) const try {
  const std::string text =
      fmt::format("{} {} {} {}\n", wrap::host_name(), ::getpid(), std::time(nullptr), done_at_start);
  descriptor_->write(0, std::as_bytes(std::span(text)));
  descriptor_->truncate(text.size());
} catch (const std::system_error&) {
  // a full disk: the lock holds without these words
}

FileLock::FileLock(wrap::Descriptor descriptor, bool is_master)
    : descriptor_(std::make_unique<wrap::Descriptor>(std::move(descriptor))), is_master_(is_master) {}

FileLock::~FileLock() {
  if (!is_master_ || descriptor_ == nullptr) return;
  std::error_code ignored;
  std::filesystem::remove(descriptor_->path(), ignored);
}

std::optional<Holder> holder_of(const std::filesystem::path& file) try {
  // an exclusive lock over NFS needs a descriptor that may write
  const bool may_write = ::access(lock_path(file).c_str(), W_OK) == 0;
  const wrap::Descriptor descriptor(lock_path(file), may_write ? O_RDWR : O_RDONLY);
  if (descriptor.try_lock_exclusive()) return std::nullopt;
  return read_holder(descriptor);
} catch (const std::system_error&) {
  return std::nullopt;  // no lock's file, or gone in between: nobody runs the sweep
}

}  // namespace glasscape::store
