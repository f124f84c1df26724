#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace glasscape {

/// Where a long solver leaves the state of one point, so that a stopped point goes on where it was. A solver asks for
/// the latest state first, and commits when PointContext says so. What it finds may lie beyond what is asked for now,
/// where it was kept by a point with larger extendable parameters.
class Checkpoint {
 public:
  virtual ~Checkpoint() = default;

  /// The last committed state of this point, if there is one by this version of the solver.
  virtual std::optional<std::vector<std::byte>> latest() = 0;

  /// Makes `state` the latest one: all or nothing, durable on return.
  virtual void commit(std::span<const std::byte> state) = 0;

  /// Likewise where the solver ends: the state from which a larger end is reached. Of a part of a point it need not be
  /// durable before the next commit.
  virtual void keep(std::span<const std::byte> state) { commit(state); }
};

/// For points that need none: forgets everything.
class NoCheckpoint final : public Checkpoint {
 public:
  std::optional<std::vector<std::byte>> latest() override { return std::nullopt; }
  void commit(std::span<const std::byte>) override {}
};

}  // namespace glasscape
