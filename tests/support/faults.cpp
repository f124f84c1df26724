// Loaded before the C library: makes the machine fail as the environment says.
//   FAULT_SYNC_SECONDS    each fsync and fdatasync takes so long
//   FAULT_WRITE_COUNT     so many writes, claims of space, renames and syncs of files ...
//   FAULT_WRITE_NAME      ... with this in their path succeed; all later ones fail ...
//   FAULT_WRITE_ERROR     ... with this errno
//   FAULT_CLOCK_SECONDS   the wall clock goes back by this ...
//   FAULT_CLOCK_AFTER     ... so many seconds after the start
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

namespace {

double setting(const char* name, double fallback) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::atof(text) : fallback;
}

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

bool write_fails(const char* path) {
  static const char* name = std::getenv("FAULT_WRITE_NAME");
  if (name == nullptr || std::strstr(path, name) == nullptr) return false;
  static const auto count = static_cast<long>(setting("FAULT_WRITE_COUNT", -1));
  static const auto error = static_cast<int>(setting("FAULT_WRITE_ERROR", ENOSPC));
  static std::atomic<long> done = 0;
  if (count < 0 || done++ < count) return false;
  errno = error;
  return true;
}

bool write_fails(int descriptor) {
  std::array<char, 4096> path = {};
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  return ::readlink(link.c_str(), path.data(), path.size() - 1) > 0 && write_fails(path.data());
}

int slow_sync(int descriptor, const char* name) {
  static const double seconds = setting("FAULT_SYNC_SECONDS", 0);
  const auto whole = static_cast<time_t>(seconds);
  const timespec pause{.tv_sec = whole, .tv_nsec = static_cast<long>(1e9 * (seconds - static_cast<double>(whole)))};
  ::nanosleep(&pause, nullptr);
  if (write_fails(descriptor)) return -1;
  return next<int(int)>(name)(descriptor);
}

double monotonic() {
  timespec now = {};
  next<int(clockid_t, timespec*)>("clock_gettime")(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

time_t seconds_back() {
  static const double after = setting("FAULT_CLOCK_AFTER", 0);
  static const auto seconds = static_cast<time_t>(setting("FAULT_CLOCK_SECONDS", 0));
  static const double start = monotonic();
  return seconds != 0 && monotonic() - start >= after ? seconds : 0;
}

}  // namespace

extern "C" {

int fsync(int descriptor) { return slow_sync(descriptor, "fsync"); }
int fdatasync(int descriptor) { return slow_sync(descriptor, "fdatasync"); }

ssize_t pwrite(int descriptor, const void* bytes, size_t count, off_t offset) {
  if (write_fails(descriptor)) return -1;
  return next<ssize_t(int, const void*, size_t, off_t)>("pwrite")(descriptor, bytes, count, offset);
}
ssize_t pwrite64(int descriptor, const void* bytes, size_t count, off64_t offset) {
  if (write_fails(descriptor)) return -1;
  return next<ssize_t(int, const void*, size_t, off64_t)>("pwrite64")(descriptor, bytes, count, offset);
}
int posix_fallocate(int descriptor, off_t offset, off_t bytes) {
  if (write_fails(descriptor)) return errno;
  return next<int(int, off_t, off_t)>("posix_fallocate")(descriptor, offset, bytes);
}
int rename(const char* from, const char* to) noexcept {
  if (write_fails(to)) return -1;
  return next<int(const char*, const char*)>("rename")(from, to);
}

int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const int result = next<int(clockid_t, timespec*)>("clock_gettime")(clock, now);
  if (clock == CLOCK_REALTIME) now->tv_sec -= seconds_back();
  return result;
}
int gettimeofday(timeval* now, void* zone) noexcept {
  const int result = next<int(timeval*, void*)>("gettimeofday")(now, zone);
  now->tv_sec -= seconds_back();
  return result;
}
time_t time(time_t* where) noexcept {
  const time_t now = next<time_t(time_t*)>("time")(nullptr) - seconds_back();
  if (where != nullptr) *where = now;
  return now;
}

}  // extern "C"
