#include "glasscape/app/lookout.hpp"

#include <algorithm>
#include <utility>

#include "glasscape/app/say.hpp"
#include "glasscape/app/team_file.hpp"
#include "glasscape/core/duration.hpp"

namespace glasscape::app {

Lookout::Lookout(const Sweep& sweep, std::filesystem::path file) : sweep_(sweep), file_(std::move(file)) {
  TeamFile::remove(file_);
}

Lookout::~Lookout() { TeamFile::remove(file_); }

void Lookout::look(const sweep::TeamStates& states_of_teams) {
  const auto start = Clock::now();
  const std::chrono::duration<double> patience(sweep_.run.hang_warning);
  if (start - std::exchange(called_, start) > patience / 2) back_ = start;
  if (start - last_ < interval_) return;
  std::vector<sweep::TeamState> states = states_of_teams();
  if (start - back_ > patience) {  // else it was the master that heard nothing, for it was stopped itself
    for (const sweep::TeamState& state : states) warn(state);
  }
  write(states);
  last_ = Clock::now();
  const std::chrono::duration<double> cost = last_ - start;
  const double usual = std::min(cost, std::exchange(cost_, cost)).count();  // one slow write alone does not count
  interval_ = std::chrono::duration<double>(std::clamp(100 * usual, 1.0, 10.0));
}

void Lookout::warn(const sweep::TeamState& state) {
  if (!state.point || state.silence < sweep_.run.hang_warning) return;
  const auto [entry, is_new] = warned_.try_emplace(state.leader, *state.point);
  if (!is_new && std::exchange(entry->second, *state.point) == *state.point) return;
  const int size = sweep_.run.ranks_per_point;
  const std::string who = size == 1
                              ? fmt::format("rank {} has", state.leader)
                              : fmt::format("the team of ranks {} to {} has", state.leader, state.leader + size - 1);
  say("{} given no sign of life for {} at {}", who, format_duration(state.silence), sweep_.space.place(*state.point));
}

void Lookout::write(std::vector<sweep::TeamState>& states) const {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  TeamFile file{.teams = states.size(), .idle = 0, .written = std::chrono::duration<double>(now).count(), .lines = {}};
  file.idle = std::erase_if(states, [](const sweep::TeamState& state) { return !state.point; });
  std::ranges::stable_sort(states, std::greater<>{}, &sweep::TeamState::seconds);
  if (states.size() > TeamFile::most_lines) states.erase(states.begin() + TeamFile::most_lines, states.end());
  for (const sweep::TeamState& state : states) {
    file.lines.push_back({.rank = state.leader,
                          .point = sweep_.space.place(*state.point),
                          .seconds = state.seconds,
                          .silence = state.silence,
                          .report = state.report});
  }
  file.write(file_);
}

}  // namespace glasscape::app
