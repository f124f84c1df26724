// Langevin state evolution through the model: its reference values, its limits, and what it makes of a dynamics. The
// scheme is the uniform one, but for late jumps; that the schemes agree is tested where they live.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "glasscape/models/spiked_matrix_tensor/covariance.hpp"
#include "glasscape/models/spiked_matrix_tensor/fixed_points.hpp"
#include "support/reference.hpp"
#include "support/solve_point.hpp"

namespace glasscape::spiked_matrix_tensor {
namespace {

using testing::Lists;
using testing::Solved;
using testing::Values;

const SolverEntry& langevin() { return testing::solver("spiked_matrix_tensor", "langevin_state_evolution"); }

/// Defaults that these tests change: a short time and the scheme for it.
Values with_defaults(Values values) {
  values.insert({{"scheme", 1}, {"t_max", 5}, {"delta2", 0.4}, {"deltap", 1}, {"tolerance", 1e-5}});
  return values;
}

Solved run(const Values& values, const Lists& lists = {}) {
  return testing::solve(langevin(), with_defaults(values), lists);
}

// --- reference values -----------------------------------------------------------------------------------------------

const std::vector<double> reference_times{1, 2, 5};

/// A record's "SET: QUANTITY" in two.
std::pair<std::string, std::string> parts(const nlohmann::json& record) {
  const auto text = record.at("quantity").get<std::string>();
  return {text.substr(0, text.find(": ")), text.substr(text.find(": ") + 2)};
}

Solved solve_set(const nlohmann::json& record) {
  return run({{"p", record.at("params").at("p").get<double>()},
              {"delta2", testing::parameter(record, "D2")},
              {"deltap", testing::parameter(record, "Dp")},
              {"temperature", testing::parameter(record, "T")},
              {"initial_overlap", testing::parameter(record, "m0")},
              {"tolerance", 1e-6}},
             {{"times", reference_times}, {"waiting_times", {0.5, 1, 2.5}}, {"lags", {0.5, 1, 2.5}}});
}

TEST(LangevinReference, EveryValueOfShortTimes) {
  const std::map<std::string, std::string> observables{
      {"m(t)", "overlap"},        {"mu(t)", "radial_multiplier"},      {"e(t)", "energy"},
      {"e2(t)", "energy_matrix"}, {"C_t_0(t)", "correlation_initial"}, {"C_t_half(t)", "correlation_half"}};
  std::map<std::string, Solved> solved;
  int seen = 0;
  for (const auto& record : testing::reference_records("spiked")) {
    if (record.at("item") != "3.dmft" || testing::parameter(record, "t") > 5) continue;
    SCOPED_TRACE(record.dump());
    const auto [set, quantity] = parts(record);
    if (!solved.contains(set)) solved.emplace(set, solve_set(record));
    const Solved& at = solved.at(set);
    ASSERT_EQ(at.solution.outcome, Outcome::done) << at.solution.message;
    const auto t = std::ranges::find(reference_times, testing::parameter(record, "t"));
    ASSERT_NE(t, reference_times.end());
    const auto i = static_cast<std::size_t>(t - reference_times.begin());
    // R(t, t/2) stands on the diagonal of the waiting times and lags t/2
    const bool is_response = quantity == "R_t_half(t)";
    const double found = is_response ? at.values("response")[4 * i] : at.values(observables.at(quantity))[i];
    EXPECT_NEAR(found, record.at("value").get<double>(), record.at("atol").get<double>());
    ++seen;
  }
  EXPECT_EQ(seen, 201);
}

// --- limits ---------------------------------------------------------------------------------------------------------

TEST(LangevinLimits, RecoveredStateAtTemperatureOneIsTheFixedPointOfAmp) {
  for (const int p : {3, 4}) {
    const Solved at = run({{"p", p}, {"initial_overlap", 0.5}, {"t_max", 20}});
    const Covariance q(p, 0.4, 1);
    EXPECT_NEAR(at["final_overlap"], bayes_optimal(q).informative.overlap, 1e-5);
    EXPECT_NEAR(at["final_energy"], -q.value(1), 1e-4);
    EXPECT_EQ(at["recovered"], 1);
  }
}

TEST(LangevinLimits, RecoveredStateOfGradientFlowIsThatOfMaximumLikelihood) {
  const Solved at = run({{"delta2", 0.3}, {"temperature", 0}, {"initial_overlap", 0.5}, {"t_max", 10}});
  EXPECT_NEAR(at["final_overlap"], 0.8686656, 1e-6);
  EXPECT_NEAR(at["final_overlap"], maximum_likelihood_overlap(Covariance(3, 0.3, 1)).value, 1e-6);
}

TEST(LangevinLimits, RecoveredStateAtOtherTemperaturesIsTheFixedPointOfAmpAtTheTemperature) {
  for (const double T : {0.5, 1.3}) {
    const Solved at = run({{"delta2", 0.3}, {"temperature", T}, {"initial_overlap", 0.6}, {"t_max", 20}});
    EXPECT_NEAR(at["final_overlap"], recovered_overlap(Covariance(3, 0.3, 1), T), 1e-5) << T;
  }
}

TEST(LangevinLimits, WithoutAnInitialOverlapTheSignalIsNeverSeen) {
  const Solved at = run({{"initial_overlap", 0}}, {{"times", {0, 1, 5}}});
  EXPECT_EQ(at.values("overlap"), (std::vector<double>{0, 0, 0}));
  EXPECT_EQ(at["recovered"], 0);
  EXPECT_TRUE(std::isnan(at["recovery_time"]));
  EXPECT_NE(at.solution.message.find("the overlap stays below 0.3431"), std::string::npos) << at.solution.message;
}

TEST(LangevinLimits, TwoMatricesActAsOne) {
  const Lists lists{{"times", {0.5, 2, 5}}};
  const Solved two = run({{"p", 2}, {"delta2", 1}, {"deltap", 2}, {"initial_overlap", 0.1}}, lists);
  const Solved one = run({{"p", 3}, {"delta2", 2.0 / 3}, {"deltap", infinity}, {"initial_overlap", 0.1}}, lists);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(two.values("overlap")[i], one.values("overlap")[i], 1e-10);
    EXPECT_NEAR(two.values("energy")[i], one.values("energy")[i], 1e-10);
    EXPECT_NEAR(two.values("energy_matrix")[i], 2 * two.values("energy_tensor")[i], 1e-10);
    EXPECT_EQ(one.values("energy_tensor")[i], 0);
  }
}

TEST(LangevinLimits, WithoutAnyDataTheSpinsDiffuseOnTheSphere) {
  const Solved at = run({{"delta2", infinity}, {"deltap", infinity}, {"initial_overlap", 0.2}}, {{"times", {0.5, 2}}});
  for (const std::size_t i : {0, 1}) {
    const double decay = std::exp(-std::vector{0.5, 2.0}[i]);  // at rate T
    EXPECT_NEAR(at.values("correlation_initial")[i], decay, 1e-6);
    EXPECT_NEAR(at.values("overlap")[i], 0.2 * decay, 1e-6);
    EXPECT_EQ(at.values("energy")[i], 0);
  }
  EXPECT_EQ(at["recovered"], 0);
  EXPECT_NE(at.solution.message.find("there is no recovered state"), std::string::npos);
}

// --- energies -------------------------------------------------------------------------------------------------------

/// The sum of the parts, and μ = T − 2e₂ − p eₚ, which holds with annealing, too.
TEST(LangevinEnergies, PartsAddUpAndGiveTheMultiplier) {
  const Lists lists{{"times", {0, 0.3, 2, 5}}};
  for (const double amplitude : {0.0, 2.0}) {
    const Solved at = run({{"p", 4},
                           {"initial_overlap", 0.3},
                           {"temperature", 0.7},
                           {"annealing_amplitude", amplitude},
                           {"annealing_time", 1}},
                          lists);
    for (std::size_t i = 0; i < 4; ++i) {
      const double matrix = at.values("energy_matrix")[i];
      const double tensor = at.values("energy_tensor")[i];
      EXPECT_NEAR(at.values("energy")[i], matrix + tensor, 1e-14);
      EXPECT_NEAR(at.values("radial_multiplier")[i], 0.7 - 2 * matrix - 4 * tensor, 1e-6);
    }
  }
}

// --- recovery -------------------------------------------------------------------------------------------------------

TEST(LangevinRecovery, TimeIsWhereTheOverlapPassesTheLevel) {
  const Values values{{"delta2", 0.2}, {"initial_overlap", 0.01}, {"t_max", 8}};
  const double plateau = bayes_optimal(Covariance(3, 0.2, 1)).informative.overlap;
  for (const double level : {0.5, 0.9}) {
    Values with_level = values;
    with_level["recovery_level"] = level;
    const Solved at = run(with_level);
    ASSERT_EQ(at["recovered"], 1);
    const Solved again = run(values, {{"times", {at["recovery_time"]}}});
    EXPECT_NEAR(again["overlap"], level * plateau, 1e-5);
    EXPECT_LT(at.error("recovery_time"), 1e-3);
    EXPECT_GT(at.error("recovery_time"), 0);
  }
}

TEST(LangevinRecovery, IsImmediateFromAStartAboveTheLevel) {
  const Solved at = run({{"initial_overlap", 0.5}, {"t_max", 1}});
  EXPECT_EQ(at["recovered"], 1);
  EXPECT_EQ(at["recovery_time"], 0);
}

/// At the first rows, of which there are few.
TEST(LangevinRecovery, MayEndTheDynamicsAtOnce) {
  for (const double scheme : {0, 1}) {
    const Solved at = run(
        {{"scheme", scheme}, {"initial_overlap", 0.9}, {"t_max", 1}, {"tolerance", 1e-4}, {"stop_when_recovered", 1}},
        {{"times", {0, 1e-6, 1}}});
    EXPECT_EQ(at.solution.outcome, Outcome::done) << at.solution.message;
    EXPECT_EQ(at["recovery_time"], 0);
    EXPECT_LT(at["time_reached"], 1);
    EXPECT_NEAR(at.values("overlap")[0], 0.9, 1e-15);
    EXPECT_NEAR(at.values("overlap")[1], 0.9, 1e-5);
    EXPECT_TRUE(std::isnan(at.values("overlap")[2]));
  }
}

/// What panels and cells of one width leave is in the errors, and so it counts.
TEST(LangevinStateEvolution, IsNotMorePreciseThanItsQuadrature) {
  const Solved at = run({{"scheme", 0}, {"delta2", 4}, {"deltap", 4}, {"t_max", 1e-3}, {"tolerance", 1e-9}});
  EXPECT_EQ(at.solution.outcome, Outcome::unconverged);
  EXPECT_GT(at.error("final_energy"), 1e-9 * std::abs(at["final_energy"]));
}

/// The scheme begins with a Taylor series, here at t = 7e-6.
TEST(LangevinStateEvolution, IsRightFromTheFirstRowsOn) {
  const Lists times{{"times", {0, 5e-7, 1e-6, 1e-5, 1e-4}}};
  for (const double overlap : {0.0, 0.3}) {
    const Values start{{"initial_overlap", overlap}, {"temperature", 0}};
    Values finely = start;
    finely.insert({"t_max", 1e-3});
    const Solved expected = run(finely, times);
    for (const double t_max : {1e-6, 1e-3}) {
      Values values = start;
      values.insert({{"scheme", 0}, {"t_max", t_max}});
      const Solved at = run(values, times);
      ASSERT_EQ(at.solution.outcome, Outcome::done);
      for (std::size_t i = 0; i < (t_max < 1e-5 ? 3 : 5); ++i) {
        for (const char* name : {"overlap", "energy", "radial_multiplier", "correlation_initial"}) {
          EXPECT_NEAR(at.values(name)[i], expected.values(name)[i], 5e-8 * std::abs(expected.values(name)[i])) << name;
        }
      }
    }
  }
}

TEST(LangevinRecovery, MayEndTheDynamics) {
  const Values values{{"delta2", 0.2}, {"initial_overlap", 0.01}, {"t_max", 8}};
  Values stopping = values;
  stopping["stop_when_recovered"] = 1;
  const Lists lists{{"times", {1, 8}}, {"waiting_times", {1}}, {"lags", {0.2, 7}}};
  const Solved whole = run(values, lists);
  const Solved at = run(stopping, lists);
  ASSERT_EQ(at.solution.outcome, Outcome::done);
  EXPECT_EQ(at["recovered"], 1);
  EXPECT_NEAR(at["recovery_time"], whole["recovery_time"], 1e-4);
  EXPECT_GE(at["time_reached"], at["recovery_time"]);
  EXPECT_LT(at["time_reached"], 8);
  EXPECT_NEAR(at.values("overlap")[0], whole.values("overlap")[0], 1e-5);
  EXPECT_TRUE(std::isnan(at.values("overlap")[1]));
  EXPECT_TRUE(std::isnan(at.errors("overlap")[1]));
  EXPECT_FALSE(std::isnan(at.values("correlation")[0]));
  EXPECT_TRUE(std::isnan(at.values("correlation")[1]));
  EXPECT_NE(at.solution.message.find("ended when recovered, at t = "), std::string::npos);
}

// --- annealing ------------------------------------------------------------------------------------------------------

TEST(LangevinAnnealing, OfAmplitudeZeroIsNone) {
  const Lists lists{{"times", {0, 1, 5}}};
  const Solved none = run({{"initial_overlap", 0.1}}, lists);
  const Solved zero = run({{"initial_overlap", 0.1}, {"annealing_amplitude", 0}, {"annealing_time", 0.1}}, lists);
  for (const char* name : {"overlap", "energy_tensor", "radial_multiplier", "correlation_half"}) {
    EXPECT_EQ(none.values(name), zero.values(name)) << name;
  }
}

/// Before it fades, the tensor's noise has the covariance Δp x^p/(p Δp(0)²): that of a weaker tensor.
TEST(LangevinAnnealing, WeakensTheNoise) {
  const Lists lists{{"times", {1, 5}}};
  const Values start{{"initial_overlap", 0}, {"deltap", 0.5}};
  Values annealed = start;
  annealed.insert({{"annealing_amplitude", 1.5}, {"annealing_time", 1e12}});
  Values weaker = start;
  weaker["deltap"] = 2 * 2 / 0.5;
  const Solved at = run(annealed, lists);
  const Solved expected = run(weaker, lists);
  for (const char* name : {"energy", "energy_tensor", "radial_multiplier", "correlation_initial"}) {
    for (const std::size_t i : {0, 1}) EXPECT_NEAR(at.values(name)[i], expected.values(name)[i], 1e-9) << name;
  }
}

/// At the start the force of the signal has the weight 1/Δp(0): μ(0) = T + m₀²/Δ₂ + m₀³/Δp(0).
TEST(LangevinAnnealing, WeakensThePullOfTheSignalLess) {
  const Solved at = run({{"initial_overlap", 0.8}, {"annealing_amplitude", 3}, {"annealing_time", 2}, {"t_max", 0.5}},
                        {{"times", {0}}});
  EXPECT_NEAR(at["radial_multiplier"], 1 + 0.64 / 0.4 + 0.512 / 4, 1e-12);
  EXPECT_NEAR(at["energy_tensor"], -0.512 / (3 * 4), 1e-12);
}

TEST(LangevinAnnealing, FadesAway) {
  const Values values{{"initial_overlap", 0.5}, {"t_max", 20}};
  Values annealed = values;
  annealed.insert({{"annealing_amplitude", 5}, {"annealing_time", 1}});
  EXPECT_NEAR(run(annealed)["final_overlap"], run(values)["final_overlap"], 1e-5);
}

// --- what is observed -----------------------------------------------------------------------------------------------

TEST(LangevinObservables, AtTheStart) {
  const Solved at = run({{"initial_overlap", 0.1}}, {{"times", {0}}, {"waiting_times", {0, 2}}, {"lags", {0}}});
  EXPECT_NEAR(at["overlap"], 0.1, 1e-15);
  EXPECT_NEAR(at["correlation_initial"], 1, 1e-15);
  EXPECT_NEAR(at["correlation_half"], 1, 1e-15);
  EXPECT_NEAR(at["energy_matrix"], -0.01 / 0.8, 1e-15);
  for (const std::size_t i : {0, 1}) {
    EXPECT_NEAR(at.values("correlation")[i], 1, 1e-14);
    EXPECT_NEAR(at.values("response")[i], 1, 1e-14);
    EXPECT_NEAR(at.values("integrated_response")[i], 0, 1e-14);
  }
}

/// In the recovered state at T = 1 the response is that of equilibrium: χ = (1 − C)/T.
TEST(LangevinObservables, TwoTimesObeyFluctuationDissipationInEquilibrium) {
  const Solved at = run({{"delta2", 0.2}, {"initial_overlap", 0.8}, {"t_max", 20}},
                        {{"waiting_times", {10, 15}}, {"lags", {0.1, 1, 5}}});
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_NEAR(at.values("integrated_response")[i], 1 - at.values("correlation")[i], 1e-5) << i;
    EXPECT_LT(at.errors("integrated_response")[i], 1e-4) << i;
  }
}

/// Before the first row, which lies at t = 7e-6: ∫₀ᵗ R = t − μt²/2.
TEST(LangevinObservables, ResponsesDecayFromTheStartOn) {
  const double t = 5e-6;
  const Solved at = run({{"scheme", 0}, {"delta2", 0.1}, {"initial_overlap", 0.9}, {"t_max", 1e-3}},
                        {{"times", {0}}, {"waiting_times", {0}}, {"lags", {t}}});
  const double decay = 0.5 * at.values("radial_multiplier")[0] * t;
  ASSERT_GT(decay, 1e-5);
  EXPECT_NEAR(at.values("integrated_response")[0] / t, 1 - decay, 0.1 * decay * decay + 1e-8);
}

/// Much faster than glass and heat; e = −1/(2Δ₂) at T = 1.
TEST(LangevinStateEvolution, FollowsAStrongSignal) {
  const double delta2 = 5e-4;
  const Solved at = run({{"scheme", 0},
                         {"delta2", delta2},
                         {"deltap", infinity},
                         {"temperature", 1},
                         {"initial_overlap", 0.5},
                         {"t_max", 0.05},
                         {"tolerance", 1e-4}});
  EXPECT_EQ(at.solution.outcome, Outcome::done) << at.solution.message;
  EXPECT_NEAR(at["final_energy"], -1 / (2 * delta2), 3 * at.error("final_energy"));
  EXPECT_LT(at.error("final_energy"), 1e-6 / delta2);
}

TEST(LangevinObservables, BeyondTheEndAreMissing) {
  const Solved at = run({{"t_max", 0.3}}, {{"times", {0.2, 0.3, 0.4}}, {"waiting_times", {0.1}}, {"lags", {0.2, 0.3}}});
  ASSERT_EQ(at.solution.outcome, Outcome::done);
  EXPECT_EQ(at["time_reached"], 0.3);
  EXPECT_FALSE(std::isnan(at.values("energy")[1]));
  EXPECT_TRUE(std::isnan(at.values("energy")[2]));
  EXPECT_FALSE(std::isnan(at.values("correlation")[0]));  // 0.1 + 0.2 is above 0.3 in floating point
  EXPECT_TRUE(std::isnan(at.values("correlation")[1]));
  EXPECT_EQ(at["final_overlap"], at.values("overlap")[1]);
  EXPECT_EQ(at["final_energy"], at.values("energy")[1]);
}

TEST(LangevinObservables, ErrorsBoundTheDifferenceToAFinerRun) {
  const Lists lists{{"times", {1, 3, 5}}};
  const Solved coarse = run({{"tolerance", 1e-2}, {"initial_overlap", 0.1}}, lists);
  const Solved fine = run({{"tolerance", 1e-6}, {"initial_overlap", 0.1}}, lists);
  ASSERT_LT(coarse["rows"], fine["rows"]);
  for (const char* name : {"overlap", "energy", "energy_tensor", "radial_multiplier"}) {
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_NEAR(coarse.values(name)[i], fine.values(name)[i], 3 * coarse.errors(name)[i]) << name;
    }
  }
}

/// Through the jump of the overlap: the same run at a hundredth of the tolerance is the truth.
TEST(LangevinObservables, ErrorsOfTheRecoveryTimeBoundTheDifferenceToAFinerRun) {
  const Values langevin_jump{{"delta2", 0.7}, {"temperature", 1}}, flow_jump{{"delta2", 0.35}, {"temperature", 0}};
  for (Values values : {langevin_jump, flow_jump}) {
    SCOPED_TRACE(::testing::Message() << "T = " << values.at("temperature"));
    values.insert({{"scheme", 0}, {"initial_overlap", 1e-4}, {"t_max", 3e3}, {"stop_when_recovered", 1}});
    const auto solve_to = [&](double tolerance) {
      values["tolerance"] = tolerance;
      return run(values);
    };
    const double truth = solve_to(1e-5)["recovery_time"];
    for (const double tolerance : {1e-3, 1e-4}) {
      const Solved at = solve_to(tolerance);
      const double difference = std::abs(at["recovery_time"] - truth), stated = at.error("recovery_time");
      EXPECT_LT(difference, 3 * stated) << tolerance;
      EXPECT_LT(stated, 100 * difference) << tolerance;
      EXPECT_LT(difference, tolerance * truth) << tolerance;
    }
  }
}

// --- outcomes -------------------------------------------------------------------------------------------------------

TEST(LangevinOutcomes, DynamicsThatCannotBeFollowedIsUnconverged) {
  const Solved at = run({{"t_max", 1e6}}, {{"times", {1e-3, 1e6}}});
  EXPECT_EQ(at.solution.outcome, Outcome::unconverged);
  EXPECT_FALSE(at.solution.message.empty());
  EXPECT_TRUE(std::isnan(at.values("overlap")[1]));
  EXPECT_LT(at["time_reached"], 1e6);
}

/// In the paramagnet C, R and m die out exponentially, far below the smallest number; e = −(Q(1) − Q(0))/T is left.
TEST(LangevinOutcomes, WhatDiesOutDoesNotStopTheDynamics) {
  const double temperature = 3, delta2 = 4, deltap = 4;
  const Solved at = run({{"scheme", 0},
                         {"delta2", delta2},
                         {"deltap", deltap},
                         {"temperature", temperature},
                         {"initial_overlap", 1e-4},
                         {"t_max", 1e3},
                         {"tolerance", 1e-4}},
                        {{"times", {1e2, 1e3}}});
  EXPECT_EQ(at.solution.outcome, Outcome::done) << at.solution.message;
  const double energy = -(1 / (2 * delta2) + 1 / (3 * deltap)) / temperature;
  for (const double e : at.values("energy")) EXPECT_NEAR(e, energy, 1e-4 * std::abs(energy));
  EXPECT_LT(std::abs(at["final_overlap"]), 1e-12);
}

/// So early that it is nothing at the first time that is judged but the start.
TEST(LangevinOutcomes, WhatDiesOutAtOnceDoesNotStopTheDynamics) {
  const Solved at =
      run({{"scheme", 0}, {"temperature", 3e3}, {"initial_overlap", 0.5}, {"t_max", 10}, {"tolerance", 1e-4}});
  EXPECT_EQ(at.solution.outcome, Outcome::done) << at.solution.message;
}

TEST(LangevinOutcomes, AStoppedPointIsPending) {
  const Solved at = testing::solve(langevin(), with_defaults({}), {}, [] { return true; });
  EXPECT_EQ(at.solution.outcome, Outcome::pending);
}

TEST(LangevinCost, GrowsWithTimeAndPrecision) {
  const auto seconds = [](const Values& values) {
    Parameters parameters(langevin().schema);
    for (const auto& [name, value] : values) parameters.set_scalar(langevin().schema.input_position(name), value);
    return langevin().cost(parameters).seconds;
  };
  EXPECT_LT(seconds({{"t_max", 1e3}}), seconds({{"t_max", 1e6}}));
  EXPECT_LT(seconds({{"tolerance", 1e-3}}), seconds({{"tolerance", 1e-5}}));
  EXPECT_GT(seconds({{"t_max", 1e-6}}), 0);
}

}  // namespace
}  // namespace glasscape::spiked_matrix_tensor
