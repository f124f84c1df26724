// Points drawn from the whole domain, to t = 1e4: each is right, or says that it is not.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <vector>

#include "glasscape/models/spiked_matrix_tensor/covariance.hpp"
#include "glasscape/models/spiked_matrix_tensor/fixed_points.hpp"
#include "support/solve_point.hpp"
#include "support/spiked_points.hpp"

namespace glasscape {
namespace {

using testing::Solved;
using testing::Spiked;

constexpr double t_max = 1e4, tolerance = 1e-3;

Solved solve(const Spiked& model) {
  return testing::solve(testing::solver("spiked_matrix_tensor", "langevin_state_evolution"),
                        {{"p", model.p},
                         {"delta2", model.delta2},
                         {"deltap", model.deltap},
                         {"temperature", model.temperature},
                         {"initial_overlap", model.initial_overlap},
                         {"t_max", t_max},
                         {"tolerance", tolerance}},
                        {{"times", {0.1, 1, 10, 100, 1e3, 1e4}}});
}

/// Whether no law of these dynamics is broken: overlaps and correlations are cosines, μ follows from the energies, and
/// gradient flow goes down.
void expect_possible(const Spiked& model, const Solved& solved) {
  constexpr double rounding = 1e-8;
  const std::vector<double>& energy = solved.values("energy");
  for (std::size_t i = 0; i < energy.size(); ++i) {
    SCOPED_TRACE(i);
    ASSERT_TRUE(std::isfinite(energy[i]));
    EXPECT_LT(solved.values("overlap")[i], 1);
    EXPECT_GT(solved.values("overlap")[i], -rounding);
    EXPECT_LT(std::abs(solved.values("correlation_half")[i]), 1 + rounding);
    EXPECT_LT(std::abs(solved.values("correlation_initial")[i]), 1 + rounding);
    const double matrix = solved.values("energy_matrix")[i], tensor = solved.values("energy_tensor")[i];
    const double multiplier = model.temperature - 2 * matrix - model.p * tensor;
    EXPECT_NEAR(solved.values("radial_multiplier")[i], multiplier, tolerance * multiplier);
    if (model.temperature == 0 && i > 0) {
      EXPECT_LE(energy[i], energy[i - 1] + tolerance * std::abs(energy[i]));
    }
  }
}

/// What has found the signal ends in the state that the fixed points of AMP describe; at low temperatures that state
/// may have broken up into a glass.
void expect_recovered_state(const Spiked& model, const Solved& solved) {
  if (solved["recovered"] != 1 || (model.temperature > 0 && model.temperature < 1)) return;
  const spiked_matrix_tensor::Covariance q(model.p, model.delta2, model.deltap);
  const double expected = spiked_matrix_tensor::recovered_overlap(q, model.temperature);
  EXPECT_NEAR(solved["final_overlap"], expected, tolerance * expected);
}

void expect_honest(const Spiked& model) {
  SCOPED_TRACE(name_of(model));
  const auto start = std::chrono::steady_clock::now();
  const Solved solved = solve(model);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  printf("DEBUG %6.2f s %d rows %5.0f recovered %g t_rec %10.4g +- %8.2g reached %8.3g  m %.6f %s | %s\n", seconds,
         static_cast<int>(solved.solution.outcome), solved["rows"], solved["recovered"], solved["recovery_time"],
         solved.error("recovery_time"), solved["time_reached"], solved["final_overlap"], name_of(model).c_str(),
         solved.solution.message.c_str());
  fflush(stdout);
  if (solved.solution.outcome == Outcome::done) {
    EXPECT_GE(solved["time_reached"], t_max);
    expect_possible(model, solved);
    expect_recovered_state(model, solved);
  } else {
    EXPECT_EQ(solved.solution.outcome, Outcome::unconverged);
    EXPECT_FALSE(solved.solution.message.empty());
  }
}

TEST(RandomPointsLong, AreDoneOrHonestlyUnconverged) {
  testing::Draw draw(3);
  for (int drawn = 0; drawn < 12; ++drawn) expect_honest(draw());
}

TEST(RandomPointsLong, OfGradientFlowAreDoneOrHonestlyUnconverged) {
  testing::Draw draw(4);
  for (int drawn = 0; drawn < 6; ++drawn) {
    Spiked model = draw();
    model.temperature = 0;
    expect_honest(model);
  }
}

}  // namespace
}  // namespace glasscape
