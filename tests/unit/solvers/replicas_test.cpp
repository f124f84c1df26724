#include "glasscape/solvers/replicas.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <vector>

namespace glasscape {
namespace {

TEST(Replicas, MeanAndStandardError) {
  const std::vector<double> samples{1, 4, 2, 9};
  const auto mean = average_over_replicas(4, [&](std::uint32_t i) {
    return std::optional(std::vector{samples[i], 1e9 + samples[i]});
  });
  ASSERT_TRUE(mean);
  EXPECT_DOUBLE_EQ(mean->mean()[0], 4);
  EXPECT_DOUBLE_EQ(mean->variance(0), 38.0 / 3);
  EXPECT_DOUBLE_EQ(mean->error()[0], std::sqrt(38.0 / 12));
  EXPECT_NEAR(mean->error()[1], std::sqrt(38.0 / 12), 1e-6);  // without cancellation
}

TEST(Replicas, StopWithoutAResult) {
  const auto stopped =
      average_over_replicas(3, [](std::uint32_t i) { return i < 2 ? std::optional(std::vector{1.0}) : std::nullopt; });
  EXPECT_FALSE(stopped);
}

/// A = 3B has the ratio 3 without error, however B scatters; of independent A and B relative errors add in squares.
TEST(Replicas, RatioKnowsCorrelations) {
  RandomStream random(1, 2, Purpose::paths);
  ReplicaMean together, apart;
  for (int i = 0; i < 4000; ++i) {
    const double a = 3 + 0.3 * random.normal(), b = 1 + 0.1 * random.normal();
    together.add(std::vector{3 * b, b, 4 * b});
    apart.add(std::vector{a, b, a + b});
  }
  EXPECT_NEAR(ratio(together, 0, 1, 2).value, 3, 1e-12);
  EXPECT_NEAR(ratio(together, 0, 1, 2).error, 0, 1e-7);
  EXPECT_NEAR(ratio(apart, 0, 1, 2).error, 3 * std::sqrt(0.02 / 4000), 3e-4);
}

}  // namespace
}  // namespace glasscape
