// Sign retrieval against numbers computed independently: quadratures, DMFT, simulation.
#include <gtest/gtest.h>

#include <cmath>

#include "glasscape/models/phase_retrieval/bayes_optimal.hpp"
#include "glasscape/models/phase_retrieval/threshold_states.hpp"
#include "support/sgd_records.hpp"

namespace glasscape::phase_retrieval {
namespace {

using nlohmann::json;
using testing::Solved;
using testing::Values;

Solved thresholds() { return testing::solve(testing::solver("phase_retrieval", "thresholds"), {}); }
Solved state_evolution(double alpha) {
  return testing::solve(testing::solver("phase_retrieval", "state_evolution"), {{"alpha", alpha}});
}

TEST(PhaseRetrievalReference, ThresholdOfGradientDescent) {
  const json record = testing::sgd_records("rsb/alpha_GD").at(0);
  const Solved solved = thresholds();
  EXPECT_NEAR(solved["alpha_gradient_descent"], record.at("value"), 3e-7);
  EXPECT_LT(solved.error("alpha_gradient_descent"), 1e-8);
  EXPECT_NEAR(solved["threshold_loss"], record.at("loss_per_dim"), 1e-5);
  const ThresholdStates states = threshold_states(solved["alpha_gradient_descent"]);
  EXPECT_NEAR(states.chi, record.at("chi"), 1e-7);
  EXPECT_NEAR(states.s, record.at("s"), 1e-7);
  EXPECT_NEAR(states.instability, 1, 1e-9);
}

TEST(PhaseRetrievalReference, ThresholdStates) {
  std::size_t checked = 0;
  for (const json& record : testing::sgd_records("rsb/thr_")) {
    const ThresholdStates states = threshold_states(record.at("params").at("alpha"));
    const std::string name = testing::last_part(record);
    const double value = name == "chi" ? states.chi
                         : name == "s" ? states.s
                         : name == "E" ? states.loss
                                       : states.instability;
    EXPECT_NEAR(value, record.at("value"), record.at("tol")) << name;
    ++checked;
  }
  EXPECT_EQ(checked, 4u);
}

TEST(PhaseRetrievalReference, BayesOptimalInference) {
  const Solved solved = thresholds();
  std::size_t checked = 0;
  for (const json& record : testing::reference_records("phase_retrieval")) {
    const auto quantity = record.at("quantity").get<std::string>();
    const double value = record.at("value"), tolerance = record.at("tol");
    ++checked;
    if (quantity == "m") {
      EXPECT_NEAR(state_evolution(record.at("params").at("alpha"))["overlap_uninformative"], value, tolerance);
    } else if (quantity == "m_spinodal") {
      EXPECT_NEAR(amp_spinodal().overlap, value, tolerance);
    } else {
      EXPECT_NEAR(solved[quantity], value, tolerance) << quantity;
    }
  }
  EXPECT_EQ(checked, 9u);
}

TEST(PhaseRetrieval, BranchesOfStateEvolution) {
  for (const double alpha : {0.3, 0.5, 0.50001, 0.6, 0.99, 1.01, 1.128, 1.129, 3.0}) {
    const Solved solved = state_evolution(alpha);
    const double m = solved["overlap_uninformative"];
    if (m > 0 && m < 1) {
      EXPECT_NEAR(alpha_of_overlap(m), alpha, 1e-10);
    } else {
      EXPECT_TRUE(m == 0 ? alpha <= 0.5 : alpha > 1.1284) << alpha;
    }
    EXPECT_EQ(solved["overlap_informative"], alpha > 1 ? 1 : m);
    EXPECT_EQ(solved["mmse"], 1 - solved["overlap_bayes"]);
    EXPECT_EQ(solved["phase"], alpha <= 0.5 ? 0 : alpha < 1 ? 1 : alpha < 1.1285 ? 2 : 3);
  }
  // just above weak recovery the overlap grows linearly
  EXPECT_NEAR(state_evolution(0.5001)["overlap_uninformative"], 0.4 * 1e-4, 1e-7);
  // the branch falls to 1 as the overlap grows to 1
  EXPECT_GT(alpha_of_overlap(0.99), alpha_of_overlap(0.999));
  EXPECT_NEAR(alpha_of_overlap(1 - 1e-6), 1, 1e-3);
}

}  // namespace
}  // namespace glasscape::phase_retrieval
