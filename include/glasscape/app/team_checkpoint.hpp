#pragma once

#include "glasscape/core/checkpoint.hpp"
#include "glasscape/wrap/mpi.hpp"

namespace glasscape::app {

/// The state of a point that a team solves: its leader's, which the others hear from it. Collective.
class TeamCheckpoint final : public Checkpoint {
 public:
  TeamCheckpoint(const wrap::Communicator& team, Checkpoint& leaders) : team_(team), leaders_(leaders) {}

  std::optional<std::vector<std::byte>> latest() override;
  void commit(std::span<const std::byte> state) override;

 private:
  const wrap::Communicator& team_;
  Checkpoint& leaders_;
};

}  // namespace glasscape::app
