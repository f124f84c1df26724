// log_time and uniform, two discretisations that have nothing in common, at points drawn from the whole domain.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "glasscape/solvers/two_time/dynamics.hpp"
#include "support/lone_context.hpp"
#include "support/two_time_questions.hpp"

namespace glasscape::two_time {
namespace {

using testing::Spiked;

/// Noises are drawn evenly in their logarithm; half of the starts have a small overlap.
class Draw {
 public:
  Spiked operator()() {
    return {.p = 2 + static_cast<int>(5 * uniform()),
            .delta2 = logarithmic(0.1, 3),
            .deltap = logarithmic(0.1, 10),
            .temperature = 2 * uniform(),
            .initial_overlap = uniform() < 0.5 ? 0.5 * uniform() : logarithmic(1e-4, 0.1)};
  }

 private:
  double uniform() { return static_cast<double>(engine_()) / 4294967296.0; }
  double logarithmic(double from, double to) { return from * std::pow(to / from, uniform()); }

  std::mt19937 engine_{20260};
};

std::string name_of(const Spiked& model) {
  return fmt::format("p {}, delta2 {}, deltap {}, T {}, m0 {}", model.p, model.delta2, model.deltap, model.temperature,
                     model.initial_overlap);
}

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

Dynamics solved(const Spiked& model, Scheme scheme, double t_max) {
  testing::LoneContext context;
  return std::move(*solve(model.equations(), {.scheme = scheme, .t_max = t_max, .tolerance = 1e-4}, context));
}

TEST(Schemes, AgreeWithinTheirErrors) {
  constexpr double t_max = 20, rounding = 1e-9;
  Draw draw;
  for (int drawn = 0; drawn < 10; ++drawn) {
    const Spiked model = draw();
    SCOPED_TRACE(name_of(model));
    const Dynamics fast = solved(model, Scheme::log_time, t_max), slow = solved(model, Scheme::uniform, t_max);
    EXPECT_EQ(fast.trouble(), "");
    const double reached = std::min(t_max, slow.time_reached());
    EXPECT_GT(reached, 1) << slow.trouble();
    for (const double t : {0.03, 0.3, 1.0, 3.0, 7.0, 12.0, 20.0}) {
      if (t > reached) continue;
      for (const auto& [name, quantity] : quantities(t)) {
        const Estimate left = fast.estimate(quantity), right = slow.estimate(quantity);
        EXPECT_NEAR(left.value, right.value, left.error + right.error + rounding)
            << name << " at t = " << t << ", errors " << left.error << " and " << right.error;
      }
    }
  }
}

}  // namespace
}  // namespace glasscape::two_time
