#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "glasscape/core/checkpoint.hpp"
#include "glasscape/core/parameter_space.hpp"
#include "glasscape/core/random.hpp"
#include "glasscape/core/solution.hpp"
#include "glasscape/wrap/mpi.hpp"

namespace glasscape {

/// The point ran past `point_timeout`: becomes `failed`.
class PointTimeout : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Another rank of the team threw: the point becomes `failed` with that rank's message.
class TeammateFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// All that a solver sees of the sweep it runs in: the ranks it may use, its random numbers, when to stop, and where
/// to leave its state. Where a team has several ranks, they meet in should_stop, checkpoint_is_due, sum and the
/// checkpoint, in the same order on each; a rank that throws makes the others throw TeammateFailed where they meet
/// next. Collective calls past the context hang where one rank throws.
class PointContext {
 public:
  using Clock = std::chrono::steady_clock;

  struct Environment {
    const wrap::Communicator& team;
    std::uint64_t seed = 1;
    double timeout = infinity;         ///< seconds that one point may take
    double checkpoint_interval = 600;  ///< seconds from one checkpoint of a point to the next
    bool keep_state = false;           ///< whether the state of a solved point is kept
    std::function<bool()> stop_requested = [] { return false; };
    std::function<void(std::string_view report)> sign_of_life = {};  ///< called about once a second within a point
  };

  PointContext(const Environment& environment, const GridPoint& point, const Shape& shape, Checkpoint& checkpoint);

  /// The ranks that solve this point together; one rank is a team of one.
  const wrap::Communicator& team() const { return environment_.team; }

  /// The shape of the solution, and an empty solution of that shape.
  const Shape& shape() const { return shape_; }
  Solution solution() const { return Solution(shape_); }

  /// An independent stream, the same on every rank. Purpose::disorder gives the sample, which all solvers of the
  /// model share.
  RandomStream random(Purpose purpose, std::uint32_t replica = 0) const;

  /// Whether to commit a checkpoint and return a pending solution. Collective on the team: all its ranks hear the same
  /// answer. Throws PointTimeout past `point_timeout`; a solver that may last longer than a second asks at least
  /// every 0.1 s.
  bool should_stop();

  /// Whether to commit a checkpoint and go on: once every `checkpoint_interval`. Collective like should_stop, and
  /// asked at the same places.
  bool checkpoint_is_due();

  /// Whether to commit the state of the solved point, from which a row with larger extendable parameters goes on.
  bool keeps_state() const { return environment_.keep_state; }

  /// Says how far the solver is, for those who watch: "t = 1.5e4". Cheap enough for every step. `quantity`
  /// must outlive the point: a literal.
  void report(std::string_view quantity, double value);

  /// Adds up the values of the team's ranks, element by element; the sums on every rank. Collective.
  void sum(std::span<double> values);

  /// The state of the team: what its first rank commits; `latest` gives it to all. Collective.
  Checkpoint& checkpoint() { return checkpoint_; }

  /// For the engine: this rank gives the point up. Meets the others; the message that all of them agree on.
  std::string give_up(std::string message);

  double seconds() const;  ///< since the point was started

 private:
  int meet(int verdict);
  std::string agree_on_message(std::string message);
  void give_sign_of_life(double now);

  const Environment& environment_;
  const GridPoint& point_;
  const Shape& shape_;
  Checkpoint& checkpoint_;
  Clock::time_point start_ = Clock::now();
  double last_checkpoint_ = 0;  ///< seconds after the start
  double last_sign_ = 0;        ///< likewise, of life
  std::string_view quantity_;   ///< last reported
  double value_ = 0;
};

}  // namespace glasscape
