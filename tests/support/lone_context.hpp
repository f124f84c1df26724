#pragma once

#include <optional>
#include <vector>

#include "glasscape/core/point_context.hpp"

namespace glasscape::testing {

/// Keeps the last state in memory.
class MemoryCheckpoint final : public Checkpoint {
 public:
  std::optional<std::vector<std::byte>> latest() override { return state_; }
  void commit(std::span<const std::byte> state) override { state_.emplace(state.begin(), state.end()); }

 private:
  std::optional<std::vector<std::byte>> state_;
};

/// The context of a point that belongs to no sweep, on this rank alone.
class LoneContext {
 public:
  explicit LoneContext(std::function<bool()> stop_requested = [] { return false; })
      : environment_{.team = team_, .stop_requested = std::move(stop_requested)} {}

  /// One that keeps states of stopped points, and on demand those of solved ones.
  LoneContext(Checkpoint& checkpoint, std::function<bool()> stop_requested, bool keep_state = false)
      : environment_{.team = team_, .keep_state = keep_state, .stop_requested = std::move(stop_requested)},
        context_{environment_, point_, shape_, checkpoint} {}

  operator PointContext&() { return context_; }

 private:
  wrap::Communicator team_{MPI_COMM_SELF, boost::mpi::comm_attach};
  PointContext::Environment environment_;
  Schema schema_;
  GridPoint point_{.values = Parameters(schema_)};
  Shape shape_{schema_, point_.values};
  NoCheckpoint checkpoint_;
  PointContext context_{environment_, point_, shape_, checkpoint_};
};

}  // namespace glasscape::testing
