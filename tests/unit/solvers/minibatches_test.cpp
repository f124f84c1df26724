#include "glasscape/solvers/minibatches.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

namespace glasscape {
namespace {

RandomStream stream() { return {1, 2, Purpose::dynamics}; }

/// The batches of `count` samples at `steps` steps.
std::vector<std::vector<double>> batches(const Minibatches& minibatches, std::size_t count, std::size_t steps) {
  RandomStream random = stream();
  std::vector<std::vector<double>> found(1, std::vector<double>(count));
  minibatches.start(random, found[0]);
  for (std::size_t t = 1; t < steps; ++t) {
    found.push_back(found.back());
    minibatches.advance(random, found.back());
  }
  return found;
}

TEST(Minibatches, HoldTheirFractionOfTheSamples) {
  for (const double persistence : {0.0, 2.0}) {
    for (const auto& batch : batches(Minibatches(0.3, persistence, 0.2), 100000, 12)) {
      double size = 0;
      for (const double selected : batch) size += selected;
      EXPECT_NEAR(size / 100000, 0.3, 5 * std::sqrt(0.21 / 100000)) << persistence;
    }
  }
}

/// Out for τ/η steps and in for bτ/((1−b)η) on average: correlations decay with the time bτ.
TEST(Minibatches, StayOutForThePersistenceTime) {
  constexpr double b = 0.3, eta = 0.2, tau = 2;
  const auto steps = batches(Minibatches(b, tau, eta), 100000, 2);
  double entered = 0, left = 0, outside = 0;
  for (std::size_t i = 0; i < steps[0].size(); ++i) {
    outside += steps[0][i] == 0;
    entered += steps[0][i] == 0 && steps[1][i] == 1;
    left += steps[0][i] == 1 && steps[1][i] == 0;
  }
  EXPECT_NEAR(entered / outside, eta / tau, 5 * std::sqrt(0.09 / outside));
  EXPECT_NEAR(left / (100000 - outside), (1 - b) * eta / (b * tau), 5 * std::sqrt(0.18 / 30000));
}

TEST(Minibatches, AreVanillaAtTheShortestPersistence) {
  EXPECT_EQ(batches(Minibatches(0.25, 0.2 / 0.25, 0.2), 5000, 10), batches(Minibatches(0.25, 0, 0.2), 5000, 10));
  EXPECT_EQ(batches(Minibatches(1, 7, 0.2), 100, 3), batches(Minibatches(1, 0, 0.2), 100, 3));
}

TEST(Minibatches, RefuseProbabilitiesAboveOne) {
  EXPECT_THROW(Minibatches(0.9, 0.1, 0.2), std::domain_error);  // enters with probability 2
  EXPECT_THROW(Minibatches(0.1, 1.7, 0.2), std::domain_error);  // leaves with probability 1.06
  EXPECT_NO_THROW(Minibatches(0.1, 1.8, 0.2));
  EXPECT_NO_THROW(Minibatches(0.9, 0.2, 0.2));
}

}  // namespace
}  // namespace glasscape
