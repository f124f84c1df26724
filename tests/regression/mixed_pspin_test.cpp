// Every reference value of the spherical p-spin model, by an independent computation, within its tolerance.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "support/reference.hpp"
#include "support/solve_point.hpp"

namespace glasscape::mixed_pspin {
namespace {

using nlohmann::json;
using testing::parameter;
using testing::Solved;
using testing::Values;

/// Runs `check` on every record of `item` and makes sure that there were as many as known.
void for_each_record(const std::string& item, std::size_t count, const std::function<void(const json&)>& check) {
  std::size_t seen = 0;
  for (const json& record : testing::reference_records("pspin")) {
    if (record.at("item") != item) continue;
    SCOPED_TRACE(record.dump());
    check(record);
    ++seen;
  }
  EXPECT_EQ(seen, count);
}

void expect_value(const json& record, double found) {
  EXPECT_NEAR(found, record.at("value").get<double>(), record.at("atol").get<double>());
}

Solved equilibrium(const Values& values, const std::vector<double>& times = {1}) {
  return testing::solve(testing::solver("mixed_pspin", "equilibrium"), values, {{"times", times}});
}

TEST(MixedPSpinReference, Statics) {
  const std::map<std::string, std::string> observables{
      {"T_d", "dynamical_temperature"},     {"q_d", "dynamical_overlap"},
      {"T_K", "static_temperature"},        {"E_th_T0", "threshold_minima_energy"},
      {"E_gs_1RSB", "ground_state_energy"}, {"Sigma_Eth", "threshold_minima_complexity"},
  };
  for_each_record("statics", 12, [&](const json& record) {
    expect_value(record, equilibrium({{"p", parameter(record, "p")}})[observables.at(record.at("quantity"))]);
  });
}

TEST(MixedPSpinReference, AsymptoticStatesOfAging) {
  const std::map<std::string, std::string> observables{{"aging_asymptotic_q_EA", "threshold_overlap"},
                                                       {"aging_asymptotic_X", "fluctuation_dissipation_ratio"},
                                                       {"aging_asymptotic_E_inf", "threshold_energy"},
                                                       {"aging_asymptotic_T_eff", "effective_temperature"}};
  for_each_record("aging", 16, [&](const json& record) {
    const Solved solved = equilibrium({{"p", parameter(record, "p")}, {"temperature", parameter(record, "T")}});
    expect_value(record, solved[observables.at(record.at("quantity"))]);
  });
}

TEST(MixedPSpinReference, ModeCouplingExponents) {
  for_each_record("exponents", 1, [](const json& record) {
    for (const int p : {3, 4, 10}) {
      const Solved solved = equilibrium({{"p", p}});
      const double atol = record.at("atol").get<double>();
      EXPECT_NEAR(solved["exponent_parameter"], record.at("value")[0].get<double>(), atol);
      EXPECT_NEAR(solved["exponent_a"], record.at("value")[1].get<double>(), atol);
      EXPECT_NEAR(solved["exponent_b"], record.at("value")[2].get<double>(), atol);
      EXPECT_NEAR(solved["exponent_gamma"], record.at("value")[3].get<double>(), atol);
    }
  });
}

TEST(MixedPSpinReference, EquilibriumCorrelations) {
  for_each_record("equilibrium", 19, [](const json& record) {
    const Solved solved =
        equilibrium({{"p", parameter(record, "p")}, {"temperature", parameter(record, "T")}}, {parameter(record, "t")});
    expect_value(record, solved["correlation"]);
  });
}

// --- quenches -------------------------------------------------------------------------------------------------------

constexpr double log_time = 0, uniform = 1;  // the schemes

Solved quench(const Values& values, const testing::Lists& lists) {
  return testing::solve(testing::solver("mixed_pspin", "quench"), values, lists);
}

/// All quenches of the records: p = 3 from a random start, up to t = 100.
class Quenches {
 public:
  explicit Quenches(const Values& numerical) : numerical_(numerical) {}

  const Solved& at(double temperature) {
    if (!solved_.contains(temperature)) {
      Values values = numerical_;
      values.insert({{"temperature", temperature}, {"t_max", 100}});
      solved_.emplace(temperature,
                      quench(values, {{"times", times}, {"waiting_times", waiting_times}, {"lags", lags}}));
    }
    return solved_.at(temperature);
  }

  double energy(double temperature, double t) { return at(temperature).values("energy").at(position(times, t)); }

  double two_times(const char* observable, double temperature, double waiting_time, double lag) {
    const std::size_t row = position(waiting_times, waiting_time);
    return at(temperature).values(observable).at(row * lags.size() + position(lags, lag));
  }

 private:
  static std::size_t position(const std::vector<double>& list, double value) {
    return static_cast<std::size_t>(std::ranges::find(list, value) - list.begin());
  }

  const std::vector<double> times{1, 2, 5, 10, 20, 50, 100}, waiting_times{1, 5, 10, 20, 50}, lags{1, 2, 8, 32};
  const Values numerical_;
  std::map<double, Solved> solved_;
};

void check_quenches(Quenches quenches) {
  for_each_record("quench", 134, [&](const json& record) {
    const auto quantity = record.at("quantity").get<std::string>();
    const double T = parameter(record, "T");
    ASSERT_EQ(quenches.at(T).solution.outcome, Outcome::done) << quenches.at(T).solution.message;
    if (quantity == "E(t)_quench_from_Tinf") {
      expect_value(record, quenches.energy(T, parameter(record, "t")));
    } else if (quantity == "C(tw+t,tw)") {
      expect_value(record, quenches.two_times("correlation", T, parameter(record, "tw"), parameter(record, "t")));
    } else if (quantity.starts_with("chi(tw+t,tw)")) {
      expect_value(record,
                   quenches.two_times("integrated_response", T, parameter(record, "tw"), parameter(record, "t")));
    } else {
      ASSERT_TRUE(quantity.starts_with("T0_power_law_exponent"));
      const double threshold = quenches.at(T)["threshold_energy"];
      expect_value(record, std::log2((quenches.energy(T, 50) - threshold) / (quenches.energy(T, 100) - threshold)));
    }
  });
}

TEST(MixedPSpinReference, QuenchesOnUniformGrids) {
  check_quenches(Quenches({{"scheme", uniform}, {"tolerance", 5e-3}}));
}

TEST(MixedPSpinReference, QuenchesInLogarithmicTime) {
  check_quenches(Quenches({{"scheme", log_time}, {"tolerance", 1e-3}}));
}

// --- long times -----------------------------------------------------------------------------------------------------

TEST(MixedPSpinAging, TheEnergyApproachesTheThresholdAsTimeToTheMinusTwoThirds) {
  const Solved solved = quench({{"t_max", 1e4}, {"tolerance", 1e-3}}, {{"times", {1e3, 1e4}}});
  ASSERT_EQ(solved.solution.outcome, Outcome::done) << solved.solution.message;
  const auto& above = solved.values("energy_above_threshold");
  EXPECT_NEAR(std::log10(above[0] / above[1]), 2.0 / 3, 0.002);
}

TEST(MixedPSpinAging, EquilibriumIsStationaryOnThePlateau) {
  // C falls from 0.74 to 0.28 here, first towards the plateau of 1/2 and then away from it.
  const std::vector<double> waiting_times{0, 1, 10, 100}, lags{1, 10, 100};
  const double T = 0.65;
  const Solved solved = quench({{"temperature", T}, {"initial_temperature", T}, {"t_max", 200}, {"tolerance", 1e-5}},
                               {{"times", {0, 1, 10, 100, 200}}, {"waiting_times", waiting_times}, {"lags", lags}});
  ASSERT_EQ(solved.solution.outcome, Outcome::done) << solved.solution.message;
  const Solved still = equilibrium({{"temperature", T}, {"tolerance", 1e-9}}, lags);
  for (const double energy : solved.values("energy")) EXPECT_NEAR(energy, -0.5 / T, 1e-6);
  for (std::size_t i = 0; i < waiting_times.size(); ++i) {
    for (std::size_t j = 0; j < lags.size(); ++j) {
      const double correlation = still.values("correlation")[j];
      const std::size_t k = i * lags.size() + j;
      EXPECT_NEAR(solved.values("correlation")[k], correlation, 1e-6) << waiting_times[i] << " " << lags[j];
      EXPECT_NEAR(solved.values("integrated_response")[k], (1 - correlation) / T, 1e-6);
    }
  }
}

// --- memory of the start --------------------------------------------------------------------------------------------

const std::vector<double> decades{1e2, 1e3, 1e4, 1e5};

/// Gradient flow of a mixture of 3- and 14-spin interactions, from equilibrium 5 % above the dynamical transition.
Solved flow_from_equilibrium(double mixture) {
  Values values{{"p", 3}, {"second_p", 14}, {"mixture", mixture}};
  const double transition = equilibrium(values)["dynamical_temperature"];
  values.insert({{"initial_temperature", 1.05 * transition}, {"t_max", 2e5}, {"tolerance", 1e-3}});
  Solved solved = quench(values, {{"times", decades}, {"waiting_times", {10}}, {"lags", decades}});
  EXPECT_EQ(solved.solution.outcome, Outcome::done) << solved.solution.message;
  return solved;
}

/// −d ln C / d ln t over each decade.
std::vector<double> decay_exponents(const std::vector<double>& correlation) {
  std::vector<double> exponents;
  for (std::size_t i = 1; i < correlation.size(); ++i) {
    exponents.push_back(std::log10(correlation[i - 1] / correlation[i]));
  }
  return exponents;
}

/// The limit of a + b c^i (Aitken), from the three values up to `last`.
double extrapolated(const std::vector<double>& values, std::size_t last) {
  const double step = values[last] - values[last - 1], step_before = values[last - 1] - values[last - 2];
  return values[last] - step * step / (step - step_before);
}

/// Weak ergodicity breaking: what has been is forgotten, as a power of time.
TEST(MixedPSpinErgodicity, ThePureModelForgetsItsStart) {
  const Solved pure = flow_from_equilibrium(1);
  for (const char* name : {"correlation_initial", "correlation"}) {
    const std::vector<double>& correlation = pure.values(name);
    const std::vector<double> exponents = decay_exponents(correlation);
    EXPECT_TRUE(std::ranges::is_sorted(exponents)) << name << ": the decay slows down";
    EXPECT_GT(exponents.back(), 0.34) << name;
    EXPECT_LT(correlation.back(), 0.1) << name;
  }
  const double above = pure.values("energy_above_threshold").back();
  EXPECT_GT(above, 10 * pure.errors("energy_above_threshold").back());
  EXPECT_LT(above, 2e-4);
}

/// Strong ergodicity breaking (arXiv:1903.01421): C(t,0) comes to rest far from 0, on states below the threshold.
TEST(MixedPSpinErgodicity, AMixtureOfDistantPowersRemembersItsStart) {
  const Solved mixed = flow_from_equilibrium(0.5);
  for (const char* name : {"correlation_initial", "correlation"}) {
    const std::vector<double>& correlation = mixed.values(name);
    const std::vector<double> exponents = decay_exponents(correlation);
    for (std::size_t i = 1; i < exponents.size(); ++i) EXPECT_LT(exponents[i], 0.6 * exponents[i - 1]) << name;
    const double limit = extrapolated(correlation, 3);
    EXPECT_GT(limit, 0.8) << name;
    EXPECT_NEAR(limit, extrapolated(correlation, 2), 0.002) << name;
    EXPECT_LT(mixed.errors(name).back(), 0.1 * (correlation.back() - limit)) << name;
  }
  const double above = mixed.values("energy_above_threshold").back();
  EXPECT_LT(above, -100 * mixed.errors("energy_above_threshold").back());
  EXPECT_LT(above, -0.05);
}

}  // namespace
}  // namespace glasscape::mixed_pspin
