#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <vector>

#include "glasscape/core/parameter_space.hpp"
#include "glasscape/wrap/posix.hpp"

namespace glasscape::store {

/// How often a point was under way when its rank died, by point key.
using Deaths = std::map<std::uint64_t, int>;

/// A rank of this machine whose process is gone.
struct Casualty {
  int rank = 0;
  std::optional<std::size_t> point = {};  ///< index of what it was solving; none: between two points
  bool crashed = false;                   ///< by a signal of its own making; else it was killed
};

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

  void begin(const GridPoint& point) const;
  void idle() const;

  /// Ranks of the running job that are gone, as far as they lived on this machine.
  std::vector<Casualty> casualties() const;

  /// Marks this rank's point as not to blame; safe in a signal handler. Does nothing where no note is kept.
  static void excuse() noexcept;

 private:
  void write_note(const GridPoint* point) const;  ///< null: between two points

  wrap::Descriptor descriptor_;
  std::uint64_t offset_;
  std::uint64_t machine_;  ///< hash of its name
  std::int64_t pid_;
};

}  // namespace glasscape::store
