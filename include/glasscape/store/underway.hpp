#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <vector>

#include "glasscape/wrap/posix.hpp"

namespace glasscape::store {

/// How often a point was under way when its rank died, by point key.
using Deaths = std::map<std::uint64_t, int>;

/// The side file FILE.underway: each rank notes which point it is solving, so that the next job knows what killed the
/// last one. A rank that a signal of its own making ends marks its note as crashed, one that is told to end from
/// outside as excused; where a rank crashed, only its point is blamed, else every point that was not excused.
class Underway {
 public:
  /// Master: what the jobs before this one left, the last one's notes turned into blame.
  static Deaths last_deaths(const std::filesystem::path& file);
  /// Master, before the workers open it: makes the file anew.
  static void start_job(const std::filesystem::path& file, const Deaths& deaths, int ranks);
  /// Master, at the end: removes the file, or keeps the deaths of points that are still to be tried.
  static void end_job(const std::filesystem::path& file, const Deaths& deaths);

  /// This rank's note. Also installs the handlers that mark a crash (abort, segmentation fault ...).
  Underway(const std::filesystem::path& file, int rank);
  Underway(const Underway&) = delete;
  Underway& operator=(const Underway&) = delete;
  ~Underway();

  void begin(std::uint64_t key) const;
  void idle() const;

  /// Marks this rank's point as not to blame; safe in a signal handler. Does nothing where no note is kept.
  static void excuse() noexcept;

 private:
  void write_note(std::uint64_t key, bool running) const;

  wrap::Descriptor descriptor_;
  std::uint64_t offset_;
};

}  // namespace glasscape::store
