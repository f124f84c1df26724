#include "glasscape/app/team_file.hpp"

#include <fstream>
#include <nlohmann/json.hpp>

#include "glasscape/report/atomic_file.hpp"

namespace glasscape::app {

namespace fs = std::filesystem;

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(TeamLine, rank, point, seconds, silence, report)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(TeamFile, teams, idle, written, lines)

namespace {

fs::path side_path(const fs::path& result_file) { return result_file.string() + ".teams"; }

}  // namespace

void TeamFile::write(const fs::path& result_file) const try {
  report::write_text_file(side_path(result_file), [&](std::ostream& out) { out << nlohmann::json(*this) << '\n'; });
} catch (const std::exception&) {
  return;  // a full disk: the sweep itself says so
}

std::optional<TeamFile> TeamFile::read(const fs::path& result_file) try {
  std::ifstream file(side_path(result_file));
  if (!file) return std::nullopt;
  return nlohmann::json::parse(file).get<TeamFile>();
} catch (const nlohmann::json::exception&) {
  return std::nullopt;
}

void TeamFile::remove(const fs::path& result_file) { report::remove_file(side_path(result_file)); }

}  // namespace glasscape::app
