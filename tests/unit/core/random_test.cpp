#include "glasscape/core/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>
#include <vector>

namespace glasscape {
namespace {

std::vector<std::uint64_t> take(RandomStream stream, std::size_t count = 8) {
  std::vector<std::uint64_t> numbers(count);
  for (auto& number : numbers) number = stream();
  return numbers;
}

TEST(RandomStream, IsAFunctionOfSeedKeyPurposeAndReplica) {
  EXPECT_EQ(take({1, 2, Purpose::dynamics, 3}), take({1, 2, Purpose::dynamics, 3}));
  const std::set<std::vector<std::uint64_t>> different{
      take({1, 2, Purpose::dynamics, 3}), take({2, 2, Purpose::dynamics, 3}), take({1, 3, Purpose::dynamics, 3}),
      take({1, 2, Purpose::paths, 3}),    take({1, 2, Purpose::dynamics, 4}), take({2, 1, Purpose::dynamics, 3})};
  EXPECT_EQ(different.size(), 6u);
}

/// Known answer of Philox4x64-10 for zero counter and key: kat_vectors of Random123 (Salmon et al., SC'11); the
/// purpose stands in the counter, so that the test goes through the generator itself.
TEST(RandomStream, IsPhilox4x64With10Rounds) {
  const r123::Philox4x64::ctr_type counter{{0, 0, 0, 0}};
  const r123::Philox4x64::key_type key{{0, 0}};
  EXPECT_EQ(r123::Philox4x64{}(counter, key)[0], 0x16554d9eca36314cULL);
  const r123::Philox4x64::ctr_type ours{{0, 0, static_cast<std::uint64_t>(Purpose::dynamics), 3}};
  const auto block = r123::Philox4x64{}(ours, {{1, 2}});
  const auto numbers = take({1, 2, Purpose::dynamics, 3}, 4);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(numbers[i], block[i]);
}

TEST(RandomStream, SeeksToABlockOfFour) {
  RandomStream stream(1, 2, Purpose::disorder);
  const auto straight = take(stream, 16);
  for (std::uint64_t block = 0; block < 4; ++block) {
    stream.seek(block);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(stream(), straight[4 * block + i]);
  }
  EXPECT_EQ(stream.block(), 4u);
}

TEST(RandomStream, SeekForgetsTheSpareNormal) {
  RandomStream stream(1, 2, Purpose::dynamics);
  const double first = stream.normal();
  stream.seek(0);
  EXPECT_EQ(stream.normal(), first);
}

/// Sample moments of 10^6 numbers lie within five standard errors of the exact ones.
TEST(RandomStream, UniformHasItsMoments) {
  RandomStream stream(3, 4, Purpose::dynamics);
  constexpr int n = 1'000'000;
  double mean = 0;
  double square = 0;
  for (int i = 0; i < n; ++i) {
    const double x = stream.uniform();
    ASSERT_GT(x, 0);
    ASSERT_LT(x, 1);
    mean += x / n;
    square += x * x / n;
  }
  EXPECT_NEAR(mean, 0.5, 5 * std::sqrt(1.0 / 12 / n));
  EXPECT_NEAR(square, 1.0 / 3, 5 * std::sqrt(4.0 / 45 / n));
}

TEST(RandomStream, NormalHasItsMomentsAndNoCorrelation) {
  RandomStream stream(5, 6, Purpose::dynamics);
  constexpr int n = 1'000'000;
  double moments[5] = {};
  double correlation = 0;
  double last = stream.normal();
  for (int i = 0; i < n; ++i) {
    const double x = stream.normal();
    double power = 1;
    for (double& moment : moments) {
      moment += power / n;
      power *= x;
    }
    correlation += x * last / n;
    last = x;
  }
  const double unit = 5 / std::sqrt(n);  // the variance of x^k is <x^2k> - <x^k>^2
  EXPECT_NEAR(moments[1], 0, unit);
  EXPECT_NEAR(moments[2], 1, unit * std::sqrt(2));
  EXPECT_NEAR(moments[3], 0, unit * std::sqrt(15));
  EXPECT_NEAR(moments[4], 3, unit * std::sqrt(96));
  EXPECT_NEAR(correlation, 0, unit);
}

TEST(RandomStream, GoesOnFromAPosition) {
  for (int taken = 0; taken < 9; ++taken) {  // within blocks, at their ends, with a spare normal number and without
    RandomStream stream(5, 6, Purpose::dynamics), other(5, 6, Purpose::dynamics);
    for (int i = 0; i < taken; ++i) i % 3 == 0 ? stream.normal() : stream.uniform();
    other.go_to(stream.position());
    for (int i = 0; i < 10; ++i)
      ASSERT_EQ(i % 2 == 0 ? stream.normal() : stream.uniform(), i % 2 == 0 ? other.normal() : other.uniform())
          << taken;
  }
}

TEST(RandomStream, IsAUniformRandomBitGenerator) {
  static_assert(std::uniform_random_bit_generator<RandomStream>);
  RandomStream stream(1, 1, Purpose::paths);
  std::uniform_int_distribution<int> die(1, 6);
  std::set<int> seen;
  for (int i = 0; i < 200; ++i) seen.insert(die(stream));
  EXPECT_EQ(seen.size(), 6u);
}

}  // namespace
}  // namespace glasscape
