#include "glasscape/core/random.hpp"

#include <cmath>
#include <numbers>

namespace glasscape {

RandomStream::RandomStream(std::uint64_t seed, std::uint64_t key, Purpose purpose, std::uint32_t replica)
    : key_{{seed, key}}, counter_{{0, 0, static_cast<std::uint64_t>(purpose), replica}} {}

void RandomStream::refill() {
  counter_[0] = next_block_++;
  numbers_ = r123::Philox4x64{}(counter_, key_);
  used_ = 0;
}

void RandomStream::seek(std::uint64_t block) {
  next_block_ = block;
  used_ = 4;
  has_spare_ = false;
}

void RandomStream::go_to(const Position& position) {
  seek(position.next_block);
  if (position.used < 4) {
    --next_block_;
    refill();
  }
  used_ = position.used;
  has_spare_ = position.has_spare;
  spare_normal_ = position.spare_normal;
}

RandomStream::result_type RandomStream::operator()() {
  if (used_ == 4) refill();
  return numbers_[used_++];
}

void RandomStream::fill(std::span<result_type> numbers) {
  for (result_type& number : numbers) {
    if (used_ == 4) refill();
    number = numbers_[used_++];
  }
}

double RandomStream::uniform() {
  // 53 high bits, shifted by half a unit so that neither 0 nor 1 occurs
  return (static_cast<double>((*this)() >> 11) + 0.5) * 0x1.0p-53;
}

double RandomStream::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_normal_;
  }
  const double radius = std::sqrt(-2 * std::log(uniform()));
  const double angle = 2 * std::numbers::pi * uniform();
  spare_normal_ = radius * std::sin(angle);
  has_spare_ = true;
  return radius * std::cos(angle);
}

}  // namespace glasscape
