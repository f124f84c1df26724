// The mixed p-spin model against closed forms, brute force, and what statics and dynamics must agree on.
#include <gtest/gtest.h>

#include <boost/math/special_functions/bessel.hpp>
#include <cmath>

#include "glasscape/models/mixed_pspin/covariance.hpp"
#include "glasscape/models/mixed_pspin/statics.hpp"
#include "support/solve_point.hpp"

namespace glasscape::mixed_pspin {
namespace {

using testing::Lists;
using testing::Solved;
using testing::Values;

Solved equilibrium(Values values, const std::vector<double>& times = {1}) {
  values.insert({{"t_max", 1e10}, {"tolerance", 1e-10}});
  return testing::solve(testing::solver("mixed_pspin", "equilibrium"), values, {{"times", times}});
}

/// A quench by the scheme for short times.
Solved quench(Values values, const Lists& lists) {
  values.insert({{"scheme", 1}, {"t_max", 5}, {"tolerance", 1e-5}});
  return testing::solve(testing::solver("mixed_pspin", "quench"), values, lists);
}

const std::vector<Covariance> mixtures{{3, 4, 1},     {3, 4, 0.5},  {2, 4, 0.3}, {2, 3, 0.4},
                                       {3, 16, 0.35}, {3, 30, 0.5}, {5, 3, 0.9}, {4, 4, 0.2}};

// --- statics --------------------------------------------------------------------------------------------------------

TEST(MixedPSpinCovariance, DerivativesAndDrop) {
  const double h = 1e-4;
  for (const Covariance& q : mixtures) {
    for (const double x : {0.2, 0.5, 0.9}) {
      EXPECT_NEAR((q.value(x + h) - q.value(x - h)) / (2 * h), q.derivative(x), 1e-5);
      EXPECT_NEAR((q.derivative(x + h) - q.derivative(x - h)) / (2 * h), q.second_derivative(x), 1e-4);
      EXPECT_NEAR((q.second_derivative(x + h) - q.second_derivative(x - h)) / (2 * h), q.third_derivative(x), 5e-3);
      EXPECT_NEAR(q.drop(1 - x), q.value(1) - q.value(x), 1e-15);
    }
    EXPECT_DOUBLE_EQ(q.value(1), 0.5);
    EXPECT_NEAR(q.drop(1e-20), 1e-20 * q.derivative(1), 1e-33);
  }
}

TEST(MixedPSpinCovariance, TheOrderOfTheTermsDoesNotMatter) {
  const Covariance a(3, 5, 0.3), b(5, 3, 0.7), pure(3, 3, 0.3);
  EXPECT_DOUBLE_EQ(a.value(0.6), b.value(0.6));
  EXPECT_EQ(a.terms().front().power, 3);
  EXPECT_EQ(Covariance(3, 5, 1).terms().size(), 1u);
  EXPECT_EQ(Covariance(3, 5, 0).terms().front().power, 5);
  EXPECT_DOUBLE_EQ(pure.value(0.6), 0.108);
}

TEST(MixedPSpinStatics, PureModelsHaveClosedForms) {
  for (const int p : {3, 4, 5, 10, 100, 1000}) {
    const Covariance q(p, 2, 1);
    const auto dynamical = dynamical_transition(q);
    ASSERT_TRUE(dynamical);
    const double T_d = std::sqrt(p * std::pow((p - 2.0) / (p - 1), p - 2) / (2 * (p - 1.0)));
    EXPECT_NEAR(dynamical->temperature, T_d, 1e-14);
    EXPECT_NEAR(dynamical->overlap, (p - 2.0) / (p - 1), 1e-14);
    EXPECT_NEAR(marginal_states(q, 0)->energy, -std::sqrt(2 * (p - 1.0) / p), 1e-14);
    EXPECT_NEAR(marginal_states(q, 0)->complexity, std::log(p - 1.0) / 2 - (p - 2.0) / p, 1e-14);
    EXPECT_LT(static_transition(q)->temperature, T_d);
    EXPECT_LT(ground_state(q)->energy, marginal_states(q, 0)->energy);
    for (const double fraction : {0.01, 0.3, 0.8, 0.99}) {
      const double T = fraction * T_d;
      const auto states = marginal_states(q, T);
      ASSERT_TRUE(states) << states.reason;
      const double q_ea = states->overlap;
      EXPECT_NEAR(p * (p - 1.0) / 2 * std::pow(q_ea, p - 2) * std::pow(1 - q_ea, 2), T * T, 1e-11 * T);
      const double ratio = (p - 2) * (1 - q_ea) / q_ea;
      EXPECT_NEAR(T * states->slope, ratio, 1e-12);
      EXPECT_NEAR(states->energy, -(1 - (1 - ratio) * std::pow(q_ea, p)) / (2 * T), 1e-9);
    }
  }
}

/// The largest value of a function on (0, 1) by a scan.
template <class Function>
double scanned_maximum(Function f) {
  double most = -infinity;
  for (int i = 1; i < 1000000; ++i) most = std::max(most, f(i * 1e-6));
  return most;
}

TEST(MixedPSpinStatics, TransitionsAreWhereTheirVariationalPrinciplesSay) {
  for (const Covariance& q : mixtures) {
    // T_d² = max (1 − q)Q'/q; T_K² = max Q/(−q − ln(1 − q)), where some state first has more weight than zero overlap
    const double dynamical = scanned_maximum([&](double x) { return (1 - x) * q.derivative(x) / x; });
    const double thermodynamic = scanned_maximum([&](double x) { return q.value(x) / (-x - std::log1p(-x)); });
    ASSERT_TRUE(dynamical_transition(q) && static_transition(q));
    EXPECT_NEAR(dynamical_transition(q)->temperature, std::sqrt(dynamical), 1e-10);
    EXPECT_NEAR(static_transition(q)->temperature, std::sqrt(thermodynamic), 1e-10);
  }
}

TEST(MixedPSpinStatics, ContinuousTransitionsHaveNoStates) {
  for (const Covariance& q : {Covariance(2, 4, 1), Covariance(2, 3, 0.9), Covariance(2, 4, 0.6)}) {
    EXPECT_FALSE(dynamical_transition(q));
    EXPECT_FALSE(static_transition(q));
    EXPECT_EQ(dynamical_transition(q).reason, "the transition is continuous");
    EXPECT_FALSE(marginal_states(q, 0.1));
    const double critical = std::sqrt(q.second_derivative(0));
    EXPECT_EQ(plateau(q, critical * 1.0001), 0);
    EXPECT_GT(plateau(q, critical * 0.99), 0);
    EXPECT_LT(plateau(q, critical * 0.99), 0.2);
  }
  EXPECT_FALSE(ground_state(Covariance(2, 4, 1)));
}

TEST(MixedPSpinStatics, ThePlateauAppearsAtTheDynamicalTransition) {
  for (const Covariance& q : mixtures) {
    const auto transition = dynamical_transition(q);
    EXPECT_EQ(plateau(q, transition->temperature * (1 + 1e-9)), 0);
    EXPECT_NEAR(plateau(q, transition->temperature * (1 - 1e-9)), transition->overlap, 1e-3);
    for (const double T : {0.01, 0.1, 0.3}) {
      const double x = plateau(q, T);
      EXPECT_NEAR(x * T * T, (1 - x) * q.derivative(x), 1e-13);
      EXPECT_GT(x, transition->overlap);
    }
  }
}

TEST(MixedPSpinStatics, MarginalStatesJoinTheEquilibriumOnesAtTheDynamicalTransition) {
  for (const Covariance& q :
       {Covariance(3, 4, 1), Covariance(3, 4, 0.5), Covariance(2, 4, 0.3), Covariance(2, 3, 0.4)}) {
    const auto transition = dynamical_transition(q);
    const double T = transition->temperature * (1 - 1e-8);
    const auto states = marginal_states(q, T);
    ASSERT_TRUE(states) << states.reason;
    EXPECT_NEAR(states->overlap, transition->overlap, 1e-6);
    EXPECT_NEAR(T * states->slope, 1, 1e-6);
    EXPECT_NEAR(states->energy, -q.value(1) / T, 1e-6);
    EXPECT_FALSE(marginal_states(q, transition->temperature * (1 + 1e-6)));
  }
}

TEST(MixedPSpinStatics, MarginalStatesHaveALimitAtZeroTemperature) {
  for (const Covariance& q : {Covariance(3, 4, 1), Covariance(3, 4, 0.5), Covariance(2, 4, 0.3)}) {
    const auto minima = marginal_states(q, 0), cold = marginal_states(q, 1e-7);
    ASSERT_TRUE(minima && cold);
    EXPECT_EQ(minima->overlap, 1);
    EXPECT_NEAR(cold->energy, minima->energy, 1e-6);
    EXPECT_NEAR(cold->slope, minima->slope, 1e-6);
  }
}

/// The number of minima of energy e and least curvature zero, from the Kac-Rice formula: energy and radial derivative
/// −μ are Gaussian, the Hessian is a GOE matrix shifted by μ = 2√Q''.
double kac_rice_complexity(const Covariance& q, double energy) {
  const double first = q.derivative(1), second = q.second_derivative(1), radial = -2 * std::sqrt(second);
  const double a = q.value(1), b = first, c = first + second;  // variances and covariance of (energy, radial)
  const double form = (c * energy * energy - 2 * b * energy * radial + a * radial * radial) / (a * c - b * b);
  return std::log(second / first) / 2 + 1 - form / 2;
}

TEST(MixedPSpinStatics, TheComplexityOfMarginalMinimaIsThatOfKacAndRice) {
  for (const Covariance& q :
       {Covariance(3, 4, 0.5), Covariance(3, 5, 0.2), Covariance(3, 4, 0.9), Covariance(5, 7, 0.4)}) {
    const auto minima = marginal_states(q, 0);
    ASSERT_TRUE(minima);
    EXPECT_NEAR(minima->complexity, kac_rice_complexity(q, minima->energy), 1e-12);
  }
}

TEST(MixedPSpinStatics, TheGroundStateMakesItsFreeEnergyStationary) {
  for (const Covariance& q :
       {Covariance(3, 4, 1), Covariance(3, 4, 0.5), Covariance(2, 3, 0.2), Covariance(9, 4, 0.5)}) {
    const auto state = ground_state(q);
    ASSERT_TRUE(state) << state.reason;
    const auto free_energy = [&](double w, double y) {
      return -(q.derivative(1) * w + q.value(1) * y + std::log1p(y / w) / y) / 2;
    };
    const double w = state->rigidity, y = state->slope, h = 1e-5;
    EXPECT_NEAR(free_energy(w, y), state->energy, 1e-13);
    EXPECT_NEAR(state->complexity, 0, 1e-13);
    EXPECT_NEAR(free_energy(w + h, y), free_energy(w - h, y), 1e-12);
    EXPECT_NEAR(free_energy(w, y + h), free_energy(w, y - h), 1e-12);
  }
}

TEST(MixedPSpinStatics, MixturesWithDistantOrdersNeedMoreSteps) {
  EXPECT_TRUE(ground_state(Covariance(3, 16, 0.999)));
  EXPECT_TRUE(marginal_states(Covariance(3, 16, 0.999), 0));
  const Covariance distant(7, 900, 0.9);
  for (const auto& state : {ground_state(distant), marginal_states(distant, 0)}) {
    EXPECT_FALSE(state);
    EXPECT_EQ(state.reason, "more than one step");
  }
}

TEST(MixedPSpinStatics, ModeCouplingExponentsSolveTheirEquations) {
  for (const Covariance& q : mixtures) {
    const auto [lambda, a, b, gamma] = mode_coupling_exponents(q, *dynamical_transition(q).value);
    EXPECT_GE(lambda, 0.5 - 1e-12);
    EXPECT_LT(lambda, 1);
    EXPECT_NEAR(std::pow(std::tgamma(1 - a), 2) / std::tgamma(1 - 2 * a), lambda, 1e-12);
    EXPECT_NEAR(std::pow(std::tgamma(1 + b), 2) / std::tgamma(1 + 2 * b), lambda, 1e-12);
    EXPECT_NEAR(gamma, 1 / (2 * a) + 1 / (2 * b), 1e-15);
  }
}

// --- equilibrium ----------------------------------------------------------------------------------------------------

TEST(MixedPSpinEquilibrium, HotSystemsDecayFreely) {
  const double T = 1e4;
  const Solved solved = equilibrium({{"temperature", T}}, {1e-5, 1e-4, 3e-4, 1});
  for (std::size_t i = 0; i < 4; ++i) {
    const double t = std::vector{1e-5, 1e-4, 3e-4, 1.0}[i];
    EXPECT_NEAR(solved.values("correlation")[i], std::exp(-T * t), 2 / (T * T));
  }
  EXPECT_NEAR(solved["relaxation_time"] * T, 1, 2 / (T * T));
  EXPECT_DOUBLE_EQ(solved["energy"], -0.5 / T);
}

TEST(MixedPSpinEquilibrium, StatedErrorsBoundTheTrueOnes) {
  const std::vector<double> times{0.01, 0.1, 0.5, 1, 3, 10, 50, 1e3, 1e5, 1e7};
  for (const double temperature : {0.3, 0.6125, 0.65, 1.0, 4.0}) {
    const Solved exact = equilibrium({{"temperature", temperature}, {"tolerance", 1e-11}}, times);
    for (const double tolerance : {1e-3, 1e-5, 1e-7}) {
      const Solved solved = equilibrium({{"temperature", temperature}, {"tolerance", tolerance}}, times);
      EXPECT_EQ(solved.solution.outcome, Outcome::done);
      double largest_error = 0, largest_deviation = 0;
      for (std::size_t i = 0; i < times.size(); ++i) {
        const double error = solved.errors("correlation")[i];
        const double deviation = std::abs(solved.values("correlation")[i] - exact.values("correlation")[i]);
        EXPECT_LE(deviation, 3 * error + exact.errors("correlation")[i]) << temperature << " " << times[i];
        EXPECT_LE(error, 1.001 * tolerance);
        largest_error = std::max(largest_error, error);
        largest_deviation = std::max(largest_deviation, deviation);
      }
      EXPECT_LT(largest_error, 100 * largest_deviation) << temperature << " " << tolerance;
      if (temperature < 0.6) continue;
      EXPECT_NEAR(solved["relaxation_time"], exact["relaxation_time"],
                  3 * solved.error("relaxation_time") + exact.error("relaxation_time"));
    }
  }
}

TEST(MixedPSpinEquilibrium, ResponseAndCorrelationObeyTheFluctuationDissipationTheorem) {
  const Solved solved = equilibrium({{"temperature", 0.7}, {"mixture", 0.5}}, {0, 1, 10, 1e4});
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_DOUBLE_EQ(solved.values("integrated_response")[i], (1 - solved.values("correlation")[i]) / 0.7);
  }
  EXPECT_EQ(solved.values("correlation")[0], 1);
}

TEST(MixedPSpinEquilibrium, FreezesInsideAStateBelowTheDynamicalTransition) {
  for (const double mixture : {1.0, 0.4}) {
    for (const double T : {0.1, 0.4, 0.55}) {
      const Solved solved = equilibrium({{"temperature", T}, {"mixture", mixture}}, {1e10});
      EXPECT_GT(solved["plateau"], 0.5);
      EXPECT_NEAR(solved["correlation"], solved["plateau"], 1e-9);
      EXPECT_TRUE(std::isnan(solved["relaxation_time"]));
      EXPECT_NE(solved.solution.message.find("no relaxation_time"), std::string::npos);
      EXPECT_EQ(solved.solution.outcome, Outcome::done);
    }
  }
  EXPECT_EQ(equilibrium({{"temperature", 0.7}})["plateau"], 0);
}

TEST(MixedPSpinEquilibrium, DecaysTowardsThePlateauAsModeCouplingTheoryHasIt) {
  for (const auto& [second_p, mixture] : {std::pair{4.0, 1.0}, {4.0, 0.5}, {12.0, 0.7}}) {
    const Values values{{"second_p", second_p}, {"mixture", mixture}};
    const auto transition = dynamical_transition(Covariance(3, static_cast<int>(second_p), mixture));
    Values at_transition = values;
    at_transition["temperature"] = transition->temperature;
    const Solved solved = equilibrium(at_transition, {1e5, 1e6});
    const auto& c = solved.values("correlation");
    const double exponent = std::log10((c[0] - transition->overlap) / (c[1] - transition->overlap));
    EXPECT_NEAR(exponent, solved["exponent_a"], 0.01) << second_p << " " << mixture;
  }
}

TEST(MixedPSpinEquilibrium, TheRelaxationTimeDivergesAsModeCouplingTheoryHasIt) {
  for (const double mixture : {1.0, 0.5}) {
    const double critical = dynamical_transition(Covariance(3, 4, mixture))->temperature;
    const auto time = [&](double distance) {
      return equilibrium(
          {{"mixture", mixture}, {"temperature", critical * (1 + distance)}, {"tolerance", 1e-7}})["relaxation_time"];
    };
    const double gamma =
        mode_coupling_exponents(Covariance(3, 4, mixture), *dynamical_transition(Covariance(3, 4, mixture)).value)
            .gamma;
    EXPECT_NEAR(std::log10(time(1e-5) / time(1e-4)), gamma, 0.01);
  }
}

TEST(MixedPSpinEquilibrium, RefusesZeroTemperatureAndNamesQuench) {
  const Input* temperature = testing::solver("mixed_pspin", "equilibrium").schema.find_input("temperature");
  EXPECT_FALSE(temperature->domain.contains(0));
  EXPECT_EQ(temperature->elsewhere, "quench");
  EXPECT_TRUE(testing::solver("mixed_pspin", "quench").schema.find_input("temperature")->domain.contains(0));
}

TEST(MixedPSpinEquilibrium, SaysWhenTheToleranceIsOutOfReach) {
  // So near the transition rounding alone moves the relaxation by more.
  const double critical = dynamical_transition(Covariance(3, 4, 1))->temperature;
  const Solved solved = equilibrium({{"temperature", critical * (1 + 1e-7)}, {"tolerance", 1e-13}, {"t_max", 1e12}});
  EXPECT_EQ(solved.solution.outcome, Outcome::unconverged);
}

TEST(MixedPSpinEquilibrium, StopsWhenAsked) {
  const Solved solved =
      testing::solve(testing::solver("mixed_pspin", "equilibrium"), {}, {{"times", {1}}}, [] { return true; });
  EXPECT_EQ(solved.solution.outcome, Outcome::pending);
}

// --- quench ---------------------------------------------------------------------------------------------------------

struct Mixture {
  double p, second_p, mixture, temperature;
};

TEST(MixedPSpinQuench, EquilibriumStaysEquilibrium) {
  const std::vector<double> waiting_times{0, 0.5, 2.5}, lags{0, 0.5, 2.5};
  for (const auto& [p, second_p, mixture, T] :
       {Mixture{3, 4, 1, 0.65}, {3, 4, 0.5, 0.8}, {2, 3, 0.4, 0.9}, {2, 4, 1, 1.2}}) {
    const Values model{{"p", p}, {"second_p", second_p}, {"mixture", mixture}, {"temperature", T}};
    Values start = model;
    start["initial_temperature"] = T;
    start["tolerance"] = 1e-6;
    const Solved solved = quench(start, {{"times", {0, 1, 5}}, {"waiting_times", waiting_times}, {"lags", lags}});
    ASSERT_EQ(solved.solution.outcome, Outcome::done) << solved.solution.message;
    const Solved still = equilibrium(model, lags);
    for (const double energy : solved.values("energy")) EXPECT_NEAR(energy, -0.5 / T, 1e-6);
    for (std::size_t i = 0; i < waiting_times.size(); ++i) {
      for (std::size_t j = 0; j < lags.size(); ++j) {
        const double correlation = still.values("correlation")[j];
        EXPECT_NEAR(solved.values("correlation")[3 * i + j], correlation, 1e-6) << p << " " << T;
        EXPECT_NEAR(solved.values("integrated_response")[3 * i + j], (1 - correlation) / T, 1e-6);
      }
    }
  }
}

TEST(MixedPSpinQuench, ThePairModelIsExact) {
  // p = 2 at T = 0: μ = 2 I₂(4t)/I₁(4t) = −2e
  const std::vector<double> times{0.3, 1, 2, 5};
  const Solved solved = quench({{"p", 2}, {"tolerance", 1e-7}}, {{"times", times}});
  for (std::size_t i = 0; i < times.size(); ++i) {
    const double t = times[i];
    const double mu = 2 * boost::math::cyl_bessel_i(2, 4 * t) / boost::math::cyl_bessel_i(1, 4 * t);
    EXPECT_NEAR(solved.values("radial_multiplier")[i], mu, 1e-7 * mu);
    EXPECT_NEAR(solved.values("energy")[i], -mu / 2, 1e-7 * mu);
  }
  EXPECT_TRUE(std::isnan(solved.values("energy_above_threshold")[0]));
  EXPECT_NE(solved.solution.message.find("no threshold_energy"), std::string::npos);
}

TEST(MixedPSpinQuench, EnergyAndMultiplierBelongTogether) {
  // μ = T − p e for a pure model, whatever the start
  for (const double start : {infinity, 0.9}) {
    const Solved solved =
        quench({{"p", 4}, {"temperature", 0.2}, {"initial_temperature", start}}, {{"times", {0, 1, 5}}});
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_NEAR(solved.values("radial_multiplier")[i], 0.2 - 4 * solved.values("energy")[i], 1e-5);
    }
    EXPECT_NEAR(solved.values("energy")[0], std::isinf(start) ? 0 : -0.5 / start, 1e-5);
    EXPECT_EQ(solved["final_energy"], solved.values("energy")[2]);
  }
}

TEST(MixedPSpinQuench, EnergyAboveThresholdIsWhatItSays) {
  const Solved solved = quench({{"mixture", 0.5}, {"temperature", 0.3}}, {{"times", {1, 5}}});
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_NEAR(solved.values("energy_above_threshold")[i], solved.values("energy")[i] - solved["threshold_energy"],
                1e-14);
    EXPECT_NEAR(solved.errors("energy_above_threshold")[i], solved.errors("energy")[i], 1e-14);
    EXPECT_GT(solved.values("energy_above_threshold")[i], 0);
  }
  EXPECT_TRUE(std::isnan(quench({{"temperature", 1}}, {{"times", {1}}})["energy_above_threshold"]));
}

TEST(MixedPSpinQuench, RefusesAStartThatIsNotErgodic) {
  for (const auto& [p, mixture, lowest] : {std::tuple{3, 1, "0.612372"}, {2, 1, "1,"}}) {
    const Solved solved = quench({{"p", p}, {"mixture", mixture}, {"initial_temperature", 0.5}}, {{"times", {1}}});
    EXPECT_EQ(solved.solution.outcome, Outcome::failed);
    EXPECT_EQ(solved.solution.message.find(std::string("initial_temperature = 0.5 is below ") + lowest), 0u)
        << solved.solution.message;
  }
}

TEST(MixedPSpinSchemas, MessagesFitTheFile) {
  for (const double temperature : {0.1, 2.0}) {
    EXPECT_LE(equilibrium({{"p", 2}, {"mixture", 0.6}, {"temperature", temperature}}).solution.message.size(), 256u);
  }
}

}  // namespace
}  // namespace glasscape::mixed_pspin
