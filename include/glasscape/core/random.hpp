#pragma once

#include <Random123/philox.h>

#include <cstdint>
#include <limits>
#include <span>

namespace glasscape {

/// What a stream is drawn for; streams of different purposes are independent.
enum class Purpose : std::uint32_t {
  disorder = 1,       ///< the sample: the same for every solver that asks for the same model, size and replica
  initial_state = 2,  ///< where the dynamics starts
  dynamics = 3,       ///< thermal noise, batches
  paths = 4,          ///< Monte Carlo over effective processes
};

/// Counter-based random numbers, Philox4x64-10 (Salmon et al., SC'11): a pure function of (seed, key, purpose,
/// replica, position), so that the same point draws the same numbers on any rank, in any order.
/// Satisfies std::uniform_random_bit_generator.
class RandomStream {
 public:
  using result_type = std::uint64_t;

  RandomStream(std::uint64_t seed, std::uint64_t key, Purpose purpose, std::uint32_t replica = 0);

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

  result_type operator()();

  double uniform();  ///< in (0, 1), 53 bits
  double normal();   ///< mean 0, variance 1 (Box-Muller)

  /// The numbers that operator() would give next.
  void fill(std::span<result_type> numbers);

  /// Moves to the `block`-th block of four numbers: random access for parallel fills and for checkpoints.
  void seek(std::uint64_t block);
  std::uint64_t block() const { return next_block_; }

  /// Where the stream stands, inside a block too, and all that it needs to go on from there.
  struct Position {
    std::uint64_t next_block = 0;
    unsigned used = 4;  ///< numbers of the block before
    bool has_spare = false;
    double spare_normal = 0;
  };
  Position position() const { return {next_block_, used_, has_spare_, spare_normal_}; }
  void go_to(const Position& position);

 private:
  void refill();

  r123::Philox4x64::key_type key_;
  r123::Philox4x64::ctr_type counter_;
  r123::Philox4x64::ctr_type numbers_ = {};
  std::uint64_t next_block_ = 0;
  unsigned used_ = 4;
  double spare_normal_ = 0;
  bool has_spare_ = false;
};

/// Fills with numbers uniform in (0, 1), or normal of mean 0 and variance 1 (Box-Muller): several times faster than one
/// by one. The numbers depend on where the stream stands, but are others than uniform() and normal() would give.
void fill_uniform(RandomStream& random, std::span<double> numbers);
void fill_normal(RandomStream& random, std::span<double> numbers);

}  // namespace glasscape
