#include "glasscape/app/team_checkpoint.hpp"

namespace glasscape::app {

std::optional<std::vector<std::byte>> TeamCheckpoint::latest() {
  if (team_.size() == 1) return leaders_.latest();
  std::optional<std::vector<std::byte>> state;
  if (team_.rank() == 0) state = leaders_.latest();
  if (wrap::agree_on_maximum(team_, state ? 1 : 0) == 0) return std::nullopt;
  if (!state) state.emplace();
  wrap::broadcast(team_, *state, 0);
  return state;
}

void TeamCheckpoint::commit(std::span<const std::byte> state) {
  if (team_.rank() == 0) leaders_.commit(state);
}

}  // namespace glasscape::app
