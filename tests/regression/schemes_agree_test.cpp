// log_time and uniform, two discretisations that have nothing in common, at points drawn from the whole domain.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "glasscape/solvers/two_time/dynamics.hpp"
#include "support/lone_context.hpp"
#include "support/spiked_points.hpp"
#include "support/two_time_questions.hpp"

namespace glasscape::two_time {
namespace {

using testing::Draw;
using testing::Spiked;

std::vector<std::pair<std::string, Quantity>> quantities(double t) {
  std::vector<std::pair<std::string, Quantity>> all = {
      {"overlap", testing::overlap(t)},
      {"multiplier", testing::multiplier(t)},
      {"matrix' memory", [=](const Run& run) { return run.memory_integral(0, t); }},
      {"tensor's memory", [=](const Run& run) { return run.memory_integral(1, t); }}};
  for (const double fraction : {0.0, 0.1, 0.5, 0.9}) {
    const double s = fraction * t;
    all.emplace_back(fmt::format("C(t, {} t)", fraction), testing::correlation(t, s));
    all.emplace_back(fmt::format("R(t, {} t)", fraction), testing::response(t, s));
    all.emplace_back(fmt::format("chi(t, {} t)", fraction), testing::integrated_response(t, s));
  }
  return all;
}

Dynamics solved(const Spiked& model, Scheme scheme, double t_max, double tolerance) {
  testing::LoneContext context;
  return std::move(*solve(model.equations(), {.scheme = scheme, .t_max = t_max, .tolerance = tolerance}, context));
}

/// The largest difference of a quantity at all times, and the largest sum of its two stated errors.
struct Comparison {
  double difference = 0;
  double stated = 0;
};

/// Counts quantities, and those whose values differ by more than three times their errors.
struct Tally {
  std::size_t all = 0;
  std::size_t beyond = 0;
};

void expect_agreement(const Spiked& model, double t_max, Tally& tally) {
  SCOPED_TRACE(name_of(model));
  constexpr double tolerance = 1e-4, negligible = 1e-3 * tolerance;
  const Dynamics fast = solved(model, Scheme::log_time, t_max, tolerance);
  const Dynamics slow = solved(model, Scheme::uniform, t_max, 1e-3);
  EXPECT_EQ(fast.trouble(), "");
  EXPECT_EQ(slow.trouble(), "");
  std::map<std::string, Comparison> comparisons;
  for (const double share : {0.002, 0.015, 0.05, 0.15, 0.35, 0.6, 1.0}) {
    for (const auto& [name, quantity] : quantities(share * t_max)) {
      const Estimate left = fast.estimate(quantity), right = slow.estimate(quantity);
      const double difference = std::abs(left.value - right.value), stated = left.error + right.error;
      ++tally.all;
      if (difference > 3 * stated + negligible) ++tally.beyond;
      Comparison& comparison = comparisons[name];
      comparison.difference = std::max(comparison.difference, difference);
      comparison.stated = std::max(comparison.stated, stated);
    }
  }
  for (const auto& [name, comparison] : comparisons) {
    EXPECT_LE(comparison.difference, 3 * comparison.stated + negligible) << name;
  }
}

/// Errors are within three times their estimates, but where one happens to pass through zero.
void expect_agreement(int points, double t_max, Draw draw) {
  Tally tally;
  for (int drawn = 0; drawn < points; ++drawn) expect_agreement(draw(), t_max, tally);
  EXPECT_LE(tally.beyond, tally.all / 50) << "of " << tally.all;
}

TEST(Schemes, AgreeWithinTheirErrors) { expect_agreement(4, 5, Draw(1)); }

TEST(SchemesLong, AgreeWithinTheirErrors) { expect_agreement(10, 20, Draw(20260)); }

}  // namespace
}  // namespace glasscape::two_time
