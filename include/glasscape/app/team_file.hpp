#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace glasscape::app {

/// What one team was doing when the file was written.
struct TeamLine {
  int rank = 0;        ///< its first
  std::string point;   ///< "delta2 = 0.5, deltap = 1"; empty: it waits
  double seconds = 0;  ///< since the point began
  double silence = 0;  ///< since its last sign of life
  std::string report;  ///< what the solver said: "t = 1.5e4"
};

/// The side file FILE.teams of a running sweep: what its teams are doing, at most a few of them, the longest under way
/// first.
struct TeamFile {
  std::size_t teams = 0;  ///< in all
  std::size_t idle = 0;   ///< of them
  double written = 0;     ///< seconds since 1970
  std::vector<TeamLine> lines;

  static constexpr std::size_t most_lines = 64;

  /// Replaces the file by one rename; where that fails, whoever watches sees less.
  void write(const std::filesystem::path& result_file) const;

  static std::optional<TeamFile> read(const std::filesystem::path& result_file);
  static void remove(const std::filesystem::path& result_file);
};

}  // namespace glasscape::app
