#pragma once

#include "glasscape/wrap/mpi.hpp"

namespace glasscape::sweep {

/// The world's ranks, split: rank 0 is the master, each `ranks_per_point` after it solve points together, led by their
/// first; what is left over waits. A world of one rank is master and team at once.
class Teams {
 public:
  /// Collective. At least one team must fit: see `fit`.
  Teams(const wrap::Communicator& world, int ranks_per_point);

  /// How many teams a world of so many ranks gives.
  static int fit(int ranks, int ranks_per_point);

  const wrap::Communicator& world() const { return world_; }
  const wrap::Communicator& team() const { return team_; }  ///< of this rank; alone for the master and who is left over

  std::size_t count() const { return static_cast<std::size_t>(fit(world_.size(), size_)); }
  int size() const { return size_; }
  int leader(std::size_t team) const { return 1 + static_cast<int>(team) * size_; }  ///< its rank in the world
  std::size_t team_of(int rank) const { return static_cast<std::size_t>((rank - 1) / size_); }

  bool is_master() const { return world_.rank() == 0; }
  bool is_leader() const { return team_.rank() == 0; }
  bool is_left_over() const { return !is_master() && team_of(world_.rank()) >= count(); }

 private:
  const wrap::Communicator& world_;
  int size_;
  wrap::Communicator team_;
};

}  // namespace glasscape::sweep
