#pragma once

#include <filesystem>
#include <string>
#include <unordered_set>

#include "glasscape/core/checkpoint.hpp"
#include "glasscape/core/sweep.hpp"

namespace glasscape::store {

/// The checkpoint of one point: a file of its own in the folder FILE.state beside the result file, named by the
/// point's key. What belongs to another point, seed or version of the solver, or is damaged, does not count.
class StateFile final : public Checkpoint {
 public:
  StateFile(const std::filesystem::path& result_file, const Sweep& sweep, const GridPoint& point);

  std::optional<std::vector<std::byte>> latest() override;
  void commit(std::span<const std::byte> state) override;  ///< throws MachineError where the disk fails

  bool exists() const { return exists_; }  ///< as far as latest and commit know
  void remove() const;

 private:
  std::filesystem::path path() const;

  std::string result_file_;  ///< its path is made where it is needed: most points never do
  std::uint64_t key_;
  std::uint64_t owner_;  ///< hash of point, seed and version
  bool exists_ = false;
};

/// Keys of the points that have a state.
std::unordered_set<std::uint64_t> kept_states(const std::filesystem::path& result_file);

/// Removes the state of one point.
void remove_state(const std::filesystem::path& result_file, std::uint64_t key);

/// Removes the states of all points.
void remove_states(const std::filesystem::path& result_file);

}  // namespace glasscape::store
