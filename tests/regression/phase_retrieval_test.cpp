// Sign retrieval against numbers computed independently: quadratures, DMFT, simulation.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "glasscape/models/phase_retrieval/bayes_optimal.hpp"
#include "glasscape/models/phase_retrieval/threshold_states.hpp"
#include "support/sgd_records.hpp"

namespace glasscape::phase_retrieval {
namespace {

using nlohmann::json;
using testing::Lists;
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

// --- dynamics --------------------------------------------------------------------------------------------------------

const SolverEntry& dmft() { return testing::solver("phase_retrieval", "sgd_dmft"); }
const SolverEntry& simulation() { return testing::solver("phase_retrieval", "sgd"); }

const std::vector<double> observed{5, 20, 50};

/// Value and error of a record's quantity ("m/t20") in a solution observed at those steps.
std::pair<double, double> found_in(const Solved& solved, const json& record) {
  const auto id = record.at("id").get<std::string>();
  const char* name = id.find("/m/") != std::string::npos ? "overlap" : "training_loss";
  const auto step = static_cast<double>(testing::steps_of(record).at(0));
  const auto i = static_cast<std::size_t>(std::ranges::find(observed, step) - observed.begin());
  return {solved.values(name).at(i), solved.errors(name).at(i)};
}

void check_dynamics(const std::string& prefix, const SolverEntry& solver, const Values& more) {
  const auto records = testing::sgd_records(prefix);
  ASSERT_EQ(records.size(), 6u);
  Values values = testing::values_of(records[0], solver.schema);
  values.insert(more.begin(), more.end());
  const Solved solved = testing::solve(solver, values, {{"observed_steps", observed}});
  ASSERT_EQ(solved.solution.outcome, Outcome::done) << solved.solution.message;
  for (const json& record : records) {
    const auto [value, error] = found_in(solved, record);
    for (const auto& [number, its_error] : {std::pair{"value", "se"}, std::pair{"sim_value", "sim_se"}}) {
      const double other = record.at(its_error);
      EXPECT_NEAR(value, record.at(number), 4 * std::sqrt(error * error + other * other))
          << record.at("id") << " " << number << ": " << value << " +- " << error;
    }
  }
}

class Dynamics : public ::testing::TestWithParam<const char*> {};

TEST_P(Dynamics, OfTheForwardPass) {
  check_dynamics(std::string("prdmft/") + GetParam() + "/", dmft(), {{"replicas", 8}});
}

TEST_P(Dynamics, OfFiniteSize) {
  check_dynamics(std::string("prdmft/") + GetParam() + "/", simulation(),
                 {{"size", 1000}, {"replicas", 12}, {"starts", 4}});
}

INSTANTIATE_TEST_SUITE_P(Long, Dynamics, ::testing::Values("gd", "sgd", "psgd"));

struct Success {
  const char* record;
  double replicas;
};

class SuccessFraction : public ::testing::TestWithParam<Success> {};

/// Independent data sets on both sides: errors over data sets, within 4 of them.
TEST_P(SuccessFraction, OfGradientDescent) {
  const json record = testing::sgd_records(std::string("pr/") + GetParam().record).at(0);
  Values values = testing::values_of(record, simulation().schema);
  const bool warm = record.at("params").contains("m0");
  values.insert({{"start", warm ? 0 : 1}, {"replicas", GetParam().replicas}, {"starts", warm ? 8 : 10}});
  const Solved solved = testing::solve(simulation(), values, {{"observed_steps", {0, values.at("steps")}}});
  const double found = solved.values("success_fraction").at(1), error = solved.errors("success_fraction").at(1);
  const double other = std::max(record.at("se").get<double>(), 0.02);
  EXPECT_NEAR(found, record.at("value"), 4 * std::sqrt(error * error + other * other)) << found << " +- " << error;
  EXPECT_EQ(solved.values("success_fraction").at(0), 0);
  EXPECT_GT(solved["recovery_time"], 0);
  EXPECT_LE(solved["recovery_time"], values.at("learning_rate") * values.at("steps"));
  const double mean_overlap = record.at("mean_abs_m");
  EXPECT_NEAR(solved.values("overlap").at(1), mean_overlap, 4 * std::hypot(solved.errors("overlap").at(1), other));
}

INSTANTIATE_TEST_SUITE_P(Short, SuccessFraction, ::testing::Values(Success{"gd_p64_a6.0", 10}));
INSTANTIATE_TEST_SUITE_P(Long, SuccessFraction,
                         ::testing::Values(Success{"gd_p64_a3.0", 20}, Success{"gd_p64_a4.0", 20},
                                           Success{"gd_p64_a5.0", 20}, Success{"gd_p64_a8.0", 20},
                                           Success{"gd_p128_a3.0", 12}, Success{"gd_p128_a4.0", 12},
                                           Success{"gd_p128_a5.0", 12}, Success{"gd_p128_a6.0", 12},
                                           Success{"gd_p128_a8.0", 12}));
INSTANTIATE_TEST_SUITE_P(LongLarge, SuccessFraction,
                         ::testing::Values(Success{"gd_p256_a4.0", 6}, Success{"gd_p256_a6.0", 6},
                                           Success{"gd_p256_a8.0", 6}, Success{"rec_gd_a3.5", 4},
                                           Success{"rec_sgd_a3.5", 4}, Success{"rec_psgd_t.1_a3.5", 4},
                                           Success{"rec_psgd_t.5_a3.5", 4}, Success{"rec_gd_a3", 5},
                                           Success{"rec_sgd_a3", 5}, Success{"rec_psgd_t.1_a3", 5},
                                           Success{"rec_psgd_t.5_a3", 5}));

class WideNetwork : public ::testing::TestWithParam<Success> {};

/// The matrix error falls slowly below α = 2 and above; the training loss to 0 on both sides.
TEST_P(WideNetwork, LearnsTheMatrix) {
  const json record = testing::sgd_records(std::string("over/") + GetParam().record).at(0);
  Values values = testing::values_of(record, simulation().schema);
  values.insert(
      {{"start", 1}, {"width", record.at("params").at("m")}, {"replicas", GetParam().replicas}, {"starts", 1}});
  const double end = values.at("steps");
  const Solved solved = testing::solve(simulation(), values, {{"observed_steps", {end / 8, end / 4, end / 2, end}}});
  const double mean = record.at("test_mean"), error = record.at("se");
  EXPECT_NEAR(solved.values("matrix_error").at(3), mean, 4 * std::hypot(error, solved.errors("matrix_error").at(3)));
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_LT(solved.values("matrix_error").at(i), solved.values("matrix_error").at(i - 1));
  }
  // a median there, a mean here: instances differ little in the training loss before it is small
  EXPECT_NEAR(solved.values("training_loss").at(0) / record.at("train_median").at(0).get<double>(), 1, 0.5);
  EXPECT_LT(solved.values("training_loss").at(3), 0.1 * solved.values("training_loss").at(0));
}

INSTANTIATE_TEST_SUITE_P(Long, WideNetwork,
                         ::testing::Values(Success{"p32_a1.5", 12}, Success{"p32_a2.0", 12}, Success{"p32_a2.5", 12},
                                           Success{"p32_a3.0", 12}));
INSTANTIATE_TEST_SUITE_P(LongLarge, WideNetwork,
                         ::testing::Values(Success{"p64_a1.5", 4}, Success{"p64_a2.0", 4}, Success{"p64_a3.0", 4}));

/// Correlation and responses of two steps, in theory and of runs with twins.
TEST(LongPhaseRetrieval, PairsOfStepsAgree) {
  const Values values{{"alpha", 3}, {"batch_size", 0.5}, {"persistence_time", 0.5}, {"steps", 30}};
  const Lists pairs{{"observed_steps", {30}}, {"waiting_times", {0, 10}}, {"lags", {1, 5, 20}}};
  Values finite = values;
  finite.insert({{"size", 1000}, {"replicas", 10}, {"starts", 4}});
  const Solved theory = testing::solve(dmft(), values, pairs), found = testing::solve(simulation(), finite, pairs);
  for (const char* name : {"correlation", "response", "integrated_response", "effective_temperature"}) {
    for (std::size_t i = 0; i < 6; ++i) {
      const double expected = theory.values(name)[i];
      EXPECT_NEAR(found.values(name)[i], expected, 4 * std::hypot(theory.errors(name)[i], found.errors(name)[i]))
          << name << " " << i << ": " << expected << " +- " << theory.errors(name)[i];
      EXPECT_LT(found.errors(name)[i], 0.1 * std::abs(expected)) << name << " " << i;
    }
  }
  // one step after it began a lasting field has acted once
  EXPECT_NEAR(theory.values("integrated_response")[0], 0.005 * theory.values("response")[0], 1e-12);
}

TEST(PhaseRetrieval, WideNetworksDescend) {
  const Values small{{"alpha", 3}, {"size", 20}, {"start", 1}, {"replicas", 2}, {"starts", 2}, {"steps", 200}};
  Values wide = small;
  wide["width"] = 20;
  const Solved solved = testing::solve(simulation(), wide, {{"observed_steps", {0, 1, 200}}});
  const auto& loss = solved.values("training_loss");
  EXPECT_LT(loss[1], loss[0]);
  EXPECT_LT(loss[2], 0.2 * loss[0]);
  // at the start A is near the identity: |A − A*|² = |A|² − 2 w*ᵀAw* + p² ~ p (1 + p/m) − 2p + p²
  EXPECT_NEAR(solved.values("matrix_error")[0], 1, 0.15);
}

TEST(PhaseRetrieval, DynamicsRefuses) {
  const Solved solved =
      testing::solve(simulation(), {{"alpha", 3}, {"width", 4}, {"size", 10}}, {{"observed_steps", {0}}});
  EXPECT_NE(solved.solution.message.find("start = random"), std::string::npos) << solved.solution.message;
  const Solved pairs = testing::solve(simulation(), {{"alpha", 3}, {"width", 4}, {"size", 10}, {"start", 1}},
                                      {{"observed_steps", {0}}, {"waiting_times", {0}}, {"lags", {1}}});
  EXPECT_NE(pairs.solution.message.find("of width 1 only"), std::string::npos) << pairs.solution.message;
  for (const SolverEntry* solver : {&dmft(), &simulation()}) {
    const Solved stopped = testing::solve(*solver, {{"alpha", 3}}, {{"observed_steps", {0}}}, [] { return true; });
    EXPECT_EQ(stopped.solution.outcome, Outcome::pending);
  }
}

}  // namespace
}  // namespace glasscape::phase_retrieval
