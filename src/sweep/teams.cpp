#include "glasscape/sweep/teams.hpp"

namespace glasscape::sweep {

Teams::Teams(const wrap::Communicator& world, int ranks_per_point) : world_(world), size_(ranks_per_point) {
  const int alone = static_cast<int>(count());  // colours beyond the teams': one for each rank without a team
  const bool has_team = !is_master() && !is_left_over();
  team_ = world.split(has_team ? static_cast<int>(team_of(world.rank())) : alone + world.rank());
}

int Teams::fit(int ranks, int ranks_per_point) {
  if (ranks == 1) return ranks_per_point == 1 ? 1 : 0;
  return (ranks - 1) / ranks_per_point;
}

}  // namespace glasscape::sweep
