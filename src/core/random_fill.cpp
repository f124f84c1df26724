// Compiled with -ffast-math, so that logarithms, sines and cosines come in vectors.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "glasscape/core/random.hpp"

namespace glasscape {

namespace {

constexpr std::size_t chunk = 512;

/// Centres of the 2^52 equal parts of (0, 1): the bits make a number in [1, 2), which needs no conversion of integers.
void fill_chunk(RandomStream& random, std::span<double> numbers) {
  std::array<std::uint64_t, chunk> bits;
  random.fill(std::span(bits).first(numbers.size()));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    numbers[i] = std::bit_cast<double>((bits[i] >> 12) | 0x3ff0000000000000ULL) - (1 - 0x1p-53);
  }
}

}  // namespace

void fill_uniform(RandomStream& random, std::span<double> numbers) {
  for (std::size_t first = 0; first < numbers.size(); first += chunk) {
    fill_chunk(random, numbers.subspan(first, std::min(chunk, numbers.size() - first)));
  }
}

void fill_normal(RandomStream& random, std::span<double> numbers) {
  std::array<double, chunk> radius, angle, first_half, second_half;
  for (std::size_t first = 0; first < numbers.size(); first += 2 * chunk) {
    const std::size_t count = std::min(2 * chunk, numbers.size() - first), pairs = (count + 1) / 2;
    fill_chunk(random, std::span(radius).first(pairs));
    fill_chunk(random, std::span(angle).first(pairs));
    for (std::size_t i = 0; i < pairs; ++i) radius[i] = std::sqrt(-2 * std::log(radius[i]));
    for (std::size_t i = 0; i < pairs; ++i) first_half[i] = radius[i] * std::cos(2 * std::numbers::pi * angle[i]);
    for (std::size_t i = 0; i < pairs; ++i) second_half[i] = radius[i] * std::sin(2 * std::numbers::pi * angle[i]);
    std::copy_n(first_half.begin(), pairs, numbers.begin() + static_cast<std::ptrdiff_t>(first));
    std::copy_n(second_half.begin(), count - pairs, numbers.begin() + static_cast<std::ptrdiff_t>(first + pairs));
  }
}

}  // namespace glasscape
