// Properties that the static theory must have at any parameters, against slow and obvious computations.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <utility>

#include "glasscape/models/spiked_matrix_tensor/fixed_points.hpp"
#include "glasscape/models/spiked_matrix_tensor/lines.hpp"
#include "support/solve_point.hpp"

namespace glasscape::spiked_matrix_tensor {
namespace {

using testing::solve;
using testing::Solved;
using testing::Values;

enum Phase { impossible, metastable, hard, easy, hybrid_hard, easy_metastable };

constexpr double epsilon = std::numeric_limits<double>::epsilon();

const SolverEntry& solver(const std::string& name) { return testing::solver("spiked_matrix_tensor", name); }

Solved state_evolution(int p, double delta2, double deltap) {
  const Solved solved = solve(solver("state_evolution"), {{"p", p}, {"delta2", delta2}, {"deltap", deltap}});
  EXPECT_EQ(solved.solution.outcome, Outcome::done)
      << solved.solution.message << " at p = " << p << ", delta2 = " << delta2 << ", deltap = " << deltap;
  return solved;
}

Solved thresholds(int p, double deltap, double temperature = 1) {
  const Solved solved = solve(solver("thresholds"), {{"p", p}, {"deltap", deltap}, {"temperature", temperature}});
  EXPECT_EQ(solved.solution.outcome, Outcome::done)
      << solved.solution.message << " at p = " << p << ", deltap = " << deltap;
  return solved;
}

double bayes_step(const Covariance& q, double m) { return q.derivative(m) / (1 + q.derivative(m)); }

double maximum_likelihood_step(const Covariance& q, double m) {
  return q.derivative(m) / std::hypot(std::sqrt(q.derivative(1)), q.derivative(m));
}

// --- limits ---------------------------------------------------------------------------------------------------------

TEST(SpikedMatrixTensorLimits, WithoutTheTensorTheOverlapIsOneMinusDelta2) {
  for (const int p : {2, 3, 4, 9}) {
    for (const double delta2 : {1e-12, 0.1, 0.5, 0.999, 1 - 1e-12, 1.0, 1.001, 50.0, infinity}) {
      const Solved solved = state_evolution(p, delta2, infinity);
      const double m = std::max(0.0, 1 - delta2);
      for (const char* overlap : {"overlap_uninformative", "overlap_informative", "overlap_bayes"}) {
        EXPECT_NEAR(solved[overlap], m, 2 * epsilon * (m + 1e-10)) << p << " " << delta2;
      }
      EXPECT_EQ(solved["phase"], delta2 < 1 ? easy : impossible);
      EXPECT_NEAR(solved["overlap_ml"], std::sqrt(m), 1e-7);
    }
    const Solved lines = thresholds(p, infinity, 0.3);
    for (const char* line : {"amp_spinodal", "information_theoretic", "langevin", "gradient_flow", "trivialization"}) {
      EXPECT_NEAR(lines[std::string("delta2_") + line], 1, 4 * epsilon) << p << " " << line;
    }
    EXPECT_TRUE(std::isnan(lines["delta2_informative_spinodal"]));
    EXPECT_NE(lines.solution.message.find("continuous"), std::string::npos);
  }
}

TEST(SpikedMatrixTensorLimits, WithoutTheMatrixARandomStartFindsNothing) {
  for (const double deltap : {1e-6, 0.1, 0.2}) {
    const Solved solved = state_evolution(3, infinity, deltap);
    EXPECT_EQ(solved["overlap_uninformative"], 0);
    EXPECT_NEAR(solved["overlap_informative"], (1 + std::sqrt(1 - 4 * deltap)) / 2, 2 * epsilon);  // (1 − m)m = Δ₃
    EXPECT_EQ(solved["phase"], hard);
    EXPECT_EQ(thresholds(3, deltap)["delta2_information_theoretic"], infinity);
  }
  const Solved near_the_limit = state_evolution(3, 1e8, 0.2);
  EXPECT_NEAR(near_the_limit["overlap_informative"], state_evolution(3, infinity, 0.2)["overlap_informative"], 1e-7);
}

TEST(SpikedMatrixTensorLimits, WithoutAnySignalEverythingVanishes) {
  const Solved solved = state_evolution(3, infinity, infinity);
  for (const char* zero : {"overlap_uninformative", "overlap_informative", "overlap_bayes", "overlap_ml",
                           "free_entropy_uninformative", "free_entropy_informative", "phase"}) {
    EXPECT_EQ(solved[zero], 0) << zero;
  }
  EXPECT_EQ(solved["mmse"], 1);
  EXPECT_TRUE(std::isnan(solved["q_threshold"]));
}

TEST(SpikedMatrixTensorLimits, TwoMatricesActAsOne) {
  for (const double deltap : {0.5, 1.0, 1.25, 4.0}) {
    for (const double delta2 : {0.3, 0.9, 1.5, 8.0}) {
      const double strength = 1 / delta2 + 1 / deltap;
      const Solved solved = state_evolution(2, delta2, deltap);
      EXPECT_NEAR(solved["overlap_uninformative"], std::max(0.0, 1 - 1 / strength), 4 * epsilon);
      EXPECT_EQ(solved["phase"], strength > 1 ? easy : impossible);
      EXPECT_NEAR(solved["overlap_ml"], std::sqrt(std::max(0.0, 1 - 1 / strength)), 4 * epsilon);
      const double q = threshold_overlap(Covariance(2, delta2, deltap), 0.3);  // 1 − q = T/√strength
      EXPECT_NEAR(q, 1 - 0.3 / std::sqrt(strength), 4 * epsilon);
    }
    for (const double temperature : {0.0, 1.0, 1.5}) {
      const Solved lines = thresholds(2, deltap, temperature);
      const auto delta2_at = [&](double strength) {
        return strength > 1 / deltap ? 1 / (strength - 1 / deltap) : infinity;
      };
      EXPECT_DOUBLE_EQ(lines["delta2_amp_spinodal"], delta2_at(1));
      EXPECT_DOUBLE_EQ(lines["delta2_information_theoretic"], delta2_at(1));
      EXPECT_DOUBLE_EQ(lines["delta2_langevin"], delta2_at(std::max(1.0, temperature)));
      EXPECT_DOUBLE_EQ(lines["delta2_gradient_flow"], delta2_at(1));
      EXPECT_DOUBLE_EQ(lines["delta2_trivialization"], delta2_at(1));
    }
  }
}

TEST(SpikedMatrixTensorLimits, ExtremeVariancesGiveNumbers) {
  const double extremes[] = {5e-324, 1e-300, 1e-30, 1e-9, 1, 1e9, 1e300, infinity};
  for (const int p : {2, 3, 4, 7, 1000}) {
    for (const double deltap : extremes) {
      thresholds(p, deltap, 0);
      thresholds(p, deltap, 1e-30);
      thresholds(p, deltap, 1e30);
      for (const double delta2 : extremes) {
        const Solved solved = state_evolution(p, delta2, deltap);
        EXPECT_GE(solved["mmse"], 0);
        EXPECT_LE(solved["mmse"], 1);
        if (delta2 <= 1e-30) {
          EXPECT_EQ(solved["overlap_uninformative"], 1) << p << " " << delta2 << " " << deltap;
        }
      }
    }
  }
  EXPECT_NEAR(state_evolution(3, 1e-30, infinity)["mmse"] / 1e-30, 1, 1e-14);
}

// --- fixed points ---------------------------------------------------------------------------------------------------

/// The iteration from `m` is monotone: it must end at `root`, and on its way never pass it.
void expect_iteration_ends_at(const std::function<double(double)>& step, double m, double root) {
  const bool upwards = m < root;
  for (int t = 0; t < 100'000; ++t) {
    const double before = std::exchange(m, step(m));
    if (m == before) break;
    ASSERT_TRUE(upwards ? m <= root + 1e-14 : m >= root - 1e-14) << m << " passed " << root;
  }
  EXPECT_NEAR(m, root, 1e-7);
}

TEST(SpikedMatrixTensorFixedPoints, AgreeWithIterationOfStateEvolution) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> uniform(0, 1);
  int with_two_states = 0;
  for (int sample = 0; sample < 200; ++sample) {
    const int p = 2 + sample % 5;
    const double delta2 = 0.2 + 1.5 * uniform(random);
    const double deltap = std::pow(10, -1.5 + 2 * uniform(random)) / (p - 1);
    SCOPED_TRACE(::testing::Message() << "p=" << p << " delta2=" << delta2 << " deltap=" << deltap);
    const Covariance q(p, delta2, deltap);
    const BayesOptimal states = bayes_optimal(q);
    const auto bayes = [&](double m) { return bayes_step(q, m); };
    expect_iteration_ends_at(bayes, 1e-30, states.uninformative.overlap);
    expect_iteration_ends_at(bayes, 1, states.informative.overlap);
    expect_iteration_ends_at([&](double m) { return maximum_likelihood_step(q, m); }, 1,
                             maximum_likelihood_overlap(q).value);
    with_two_states += states.uninformative.overlap < states.informative.overlap;
  }
  EXPECT_GT(with_two_states, 20);
}

/// For p = 3 the scalar equation is quadratic; its roots in extended precision.
long double exact_informative_overlap(double delta2, double deltap) {
  const long double a = 1 / static_cast<long double>(delta2), b = 1 / static_cast<long double>(deltap);
  const long double excess = (1 - static_cast<long double>(delta2)) * a;
  const long double half = (b - a) / 2;
  const long double root = std::sqrt(half * half + b * excess);
  return half > 0 ? (half + root) / b : excess / (root - half);
}

TEST(SpikedMatrixTensorFixedPoints, AreRightArbitrarilyNearTheSpinodal) {
  for (const double deltap : {0.3, 0.5, 0.9, 0.999}) {
    const double spinodal = deltap / (2 * std::sqrt(deltap) - 1);
    for (double distance = 1e-2; distance > 1e-14; distance /= 3) {
      const double delta2 = spinodal * (1 - distance);
      const FixedPoint state = bayes_optimal(Covariance(3, delta2, deltap)).informative;
      const auto exact = static_cast<double>(exact_informative_overlap(delta2, deltap));
      EXPECT_NEAR(state.overlap, exact, state.error) << deltap << " " << distance;
      EXPECT_LT(state.error, 1e-7);  // √ε at worst
    }
  }
}

TEST(SpikedMatrixTensorFixedPoints, KeepTheirDigitsWhereTheyVanish) {
  for (const double deltap : {1.5, 2.0, 10.0}) {
    for (const double distance : {1e-3, 1e-6, 1e-9, 1e-12, 1e-15}) {
      const double delta2 = 1 - distance;
      const FixedPoint state = bayes_optimal(Covariance(3, delta2, deltap)).uninformative;
      const auto exact = static_cast<double>(exact_informative_overlap(delta2, deltap));
      EXPECT_NEAR(state.overlap / exact, 1, 1e-14) << deltap << " " << distance;
      EXPECT_LT(state.error, 1e-13 * exact);
    }
  }
}

TEST(SpikedMatrixTensorFixedPoints, AtDelta2OfOneTheNextOrderDecides) {
  EXPECT_NEAR(state_evolution(3, 1, 0.6)["overlap_uninformative"], 0.4, 2 * epsilon);  // 1 − Δ₃
  EXPECT_EQ(state_evolution(3, 1, 1)["overlap_informative"], 0);
  EXPECT_EQ(state_evolution(3, 1, 2)["overlap_informative"], 0);
  EXPECT_EQ(state_evolution(4, 1, 0.2)["overlap_uninformative"], 0);
  EXPECT_GT(state_evolution(4, 1, 0.2)["overlap_informative"], 0.5);
}

TEST(SpikedMatrixTensorFixedPoints, FreeEntropyGrowsWithTheSignalByTheOverlapSquared) {
  // dΦ/d(1/Δ₂) = m²/4 and dΦ/d(1/Δp) = m^p/(2p) at a fixed point.
  const double step = 1e-5;
  for (const int p : {2, 3, 4, 6}) {
    for (const double a : {0.8, 1.2, 3.0}) {
      const double b = 6;
      const auto entropy = [&](double x, double y) {
        return bayes_optimal(Covariance(p, 1 / x, 1 / y)).informative.free_entropy;
      };
      const double m = bayes_optimal(Covariance(p, 1 / a, 1 / b)).informative.overlap;
      EXPECT_NEAR((entropy(a + step, b) - entropy(a - step, b)) / (2 * step), m * m / 4, 1e-9);
      EXPECT_NEAR((entropy(a, b + step) - entropy(a, b - step)) / (2 * step), std::pow(m, p) / (2 * p), 1e-9);
    }
  }
}

TEST(SpikedMatrixTensorFixedPoints, TheBestOverlapFallsWithTheNoise) {
  for (const int p : {3, 4, 5}) {
    for (double deltap = 0.05; deltap < 3; deltap *= 1.3) {
      double before = 1;
      for (double delta2 = 0.1; delta2 < 3; delta2 *= 1.05) {
        const Solved solved = state_evolution(p, delta2, deltap);
        EXPECT_LE(solved["overlap_bayes"], before);
        EXPECT_NEAR(solved["mmse"], 1 - solved["overlap_bayes"], 4 * epsilon + solved.error("overlap_bayes"));
        EXPECT_LE(solved["overlap_bayes"], state_evolution(p, delta2, deltap / 1.1)["overlap_bayes"]);
        before = solved["overlap_bayes"];
      }
    }
  }
}

// --- phases and lines -----------------------------------------------------------------------------------------------

/// The phase as the lines have it.
Phase phase_by_lines(const Solved& lines, double delta2) {
  const double informative = lines["delta2_informative_spinodal"];
  const bool informative_exists = delta2 < informative;  // false where there is no spinodal
  if (delta2 < lines["delta2_amp_spinodal"]) return easy;
  if (!informative_exists) return delta2 < 1 ? easy : impossible;
  const bool informative_wins = delta2 < lines["delta2_information_theoretic"];
  if (delta2 < 1) return informative_wins ? hybrid_hard : easy_metastable;
  return informative_wins ? hard : metastable;
}

TEST(SpikedMatrixTensorLines, SeparateThePhases) {
  std::map<int, int> seen;
  for (const int p : {3, 4, 5, 6, 20}) {
    const double critical = p == 3 ? 1 : (p - 2) * std::pow((p - 3.0) / (p - 1), p - 3) * std::pow(2.0 / (p - 1), 2);
    for (const double ratio : {0.05, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.99, 0.9999, 1.0001, 1.5, 10.0}) {
      const double deltap = critical * ratio;
      const Solved lines = thresholds(p, deltap);
      for (const char* name : {"amp_spinodal", "informative_spinodal", "information_theoretic"}) {
        const double line = lines[std::string("delta2_") + name];
        if (!std::isfinite(line)) continue;
        EXPECT_LT(lines.error(std::string("delta2_") + name), 1e-12 * std::max(line, 1.0) * line);
        for (const double side : {1 - 1e-11, 1 + 1e-11}) {
          const double delta2 = line * side;
          const auto phase = static_cast<int>(state_evolution(p, delta2, deltap)["phase"]);
          EXPECT_EQ(phase, phase_by_lines(lines, delta2)) << p << " " << deltap << " " << name << " " << delta2;
          ++seen[phase];
        }
      }
    }
  }
  EXPECT_EQ(seen.size(), 6u);
}

TEST(SpikedMatrixTensorLines, ClosedFormsHoldWithinTheStatedErrors) {
  for (double deltap = 0.26; deltap < 1; deltap += 0.0313) {
    const Solved lines = thresholds(3, deltap);
    const double spinodal = deltap / (2 * std::sqrt(deltap) - 1);
    EXPECT_NEAR(lines["delta2_informative_spinodal"], spinodal, lines.error("delta2_informative_spinodal"));
    EXPECT_NEAR(lines["delta2_langevin"], std::sqrt(deltap / 2), lines.error("delta2_langevin"));  // T = 1
    EXPECT_EQ(lines["delta2_amp_spinodal"], 1);
  }
  for (const int p : {3, 4, 5, 30}) {
    for (double deltap = 0.01; deltap < 100; deltap *= 1.7) {
      const Solved lines = thresholds(p, deltap, 0);
      const double error = lines.error("delta2_langevin") + lines.error("delta2_gradient_flow");
      EXPECT_NEAR(lines["delta2_langevin"], lines["delta2_gradient_flow"], error);
      EXPECT_LT(error, 1e-14);
      const double y = 1 / lines["delta2_gradient_flow"];
      EXPECT_NEAR(y * y / (y + (p - 1) / deltap), 1, 1e-14);
    }
  }
}

TEST(SpikedMatrixTensorLines, ContinuousTransitionsHaveNoInformativeSpinodal) {
  for (const auto& [p, deltap] : {std::pair{3, 1.0}, {3, 1.5}, {4, 0.2963}, {4, 5.0}, {5, 0.1876}}) {
    const Solved lines = thresholds(p, deltap);
    EXPECT_EQ(lines["delta2_amp_spinodal"], 1);
    EXPECT_EQ(lines["delta2_information_theoretic"], 1);
    EXPECT_TRUE(std::isnan(lines["delta2_informative_spinodal"])) << p << " " << deltap;
  }
  EXPECT_FALSE(std::isnan(thresholds(4, 0.2962)["delta2_informative_spinodal"]));
  EXPECT_FALSE(std::isnan(thresholds(5, 0.1874)["delta2_informative_spinodal"]));
}

/// The largest marginal overlap by a scan from the top; 0 where there is none.
double scanned_threshold_overlap(int p, double delta2, double deltap, double temperature) {
  const Covariance q(p, delta2, deltap);
  const auto margin = [&](double x) { return (1 - x) * (1 - x) * q.second_derivative(x) - temperature * temperature; };
  constexpr int steps = 3000;
  for (int i = steps - 1; i >= 0; --i) {
    double lower = static_cast<double>(i) / steps, upper = (i + 1.0) / steps;
    if (margin(lower) <= 0) continue;
    for (int k = 0; k < 50; ++k) (margin((lower + upper) / 2) > 0 ? lower : upper) = (lower + upper) / 2;
    return lower;
  }
  return 0;
}

/// Whether the marginal states (or the paramagnet, where there are none) are stable against the signal: TΔ₂ > 1 − q.
bool is_stuck(int p, double delta2, double deltap, double temperature) {
  return temperature * delta2 > 1 - scanned_threshold_overlap(p, delta2, deltap, temperature);
}

TEST(SpikedMatrixTensorLines, TheLangevinLineIsWhereMarginalStatesBecomeStable) {
  int uppers = 0, paramagnets = 0;
  for (const int p : {3, 4, 5}) {
    for (const double T : {0.3, 0.7, 1.0, 1.1, 2.0}) {
      for (const double deltap : {0.02, 0.13, 0.21, 0.35, 0.42, 0.7, 1.7, 6.0}) {
        SCOPED_TRACE(::testing::Message() << "p=" << p << " T=" << T << " deltap=" << deltap);
        const Solved lines = thresholds(p, deltap, T);
        const double line = lines["delta2_langevin"];
        for (const double below : {0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 0.9999}) {
          EXPECT_FALSE(is_stuck(p, line * below, deltap, T)) << below;
        }
        EXPECT_TRUE(is_stuck(p, line * 1.0001, deltap, T));
        paramagnets += T > 1 && line == 1 / T;
        const double upper = lines["delta2_langevin_upper"];
        if (std::isnan(upper)) continue;
        EXPECT_TRUE(is_stuck(p, upper * 0.999, deltap, T));
        EXPECT_FALSE(is_stuck(p, upper * 1.001, deltap, T));
        ++uppers;
      }
    }
  }
  EXPECT_GT(uppers, 2);
  EXPECT_GT(paramagnets, 5);
}

// --- the recovered state at any temperature -------------------------------------------------------------------------

/// m = (1 − q)Q'(m)/T and q − m² = (1 − q)²Q'(q)/T², q eliminated by the first.
TEST(RecoveredOverlap, SolvesItsEquations) {
  for (const int p : {2, 3, 4, 7}) {
    for (const double T : {0.05, 0.4, 0.8, 1.2, 1.7}) {
      for (const double delta2 : {0.1, 0.3, infinity}) {
        SCOPED_TRACE(::testing::Message() << "p=" << p << " T=" << T << " delta2=" << delta2);
        const Covariance q(p, delta2, 0.03);
        const double m = recovered_overlap(q, T);
        ASSERT_GT(m, 0.5);
        const double width = T * m / q.derivative(m);
        EXPECT_NEAR(1 - width - m * m, width * width * q.derivative(1 - width) / (T * T), 1e-13);
      }
    }
  }
}

TEST(RecoveredOverlap, JoinsTheBayesOptimalAndTheLikeliestState) {
  for (const int p : {2, 3, 5}) {
    for (const double deltap : {0.05, 0.2, 1.0}) {
      const Covariance q(p, 0.5, deltap);
      EXPECT_NEAR(recovered_overlap(q, 1 + 1e-9), recovered_overlap(q, 1), 1e-8);
      EXPECT_NEAR(recovered_overlap(q, 1e-9), recovered_overlap(q, 0), 1e-8);
      EXPECT_EQ(recovered_overlap(q, 1), bayes_optimal(q).informative.overlap);
      EXPECT_EQ(recovered_overlap(q, 0), maximum_likelihood_overlap(q).value);
    }
  }
}

/// Two matrices of strength s = 1/Δ₂ + 1/Δp: m² = (1 − T/s)(1 − 1/s).
TEST(RecoveredOverlap, OfTwoMatricesHasAClosedForm) {
  for (const double T : {0.2, 0.9, 1.5}) {
    const double s = 1 / 0.5 + 1 / 0.8;
    EXPECT_NEAR(recovered_overlap(Covariance(2, 0.5, 0.8), T), std::sqrt((1 - T / s) * (1 - 1 / s)), 1e-14);
  }
}

/// At its end the state merges with an unstable one: the search must not step over such a pair.
TEST(RecoveredOverlap, IsFoundUpToItsEnd) {
  const double T = 0.6;
  double exists = 0.1, none = 1;  // deltap of the pure tensor
  for (int step = 0; step < 50; ++step) {
    const double middle = (exists + none) / 2;
    (recovered_overlap(Covariance(3, infinity, middle), T) > 0 ? exists : none) = middle;
  }
  const double m = recovered_overlap(Covariance(3, infinity, exists), T);
  const double lower = recovered_overlap(Covariance(3, infinity, exists * (1 - 1e-8)), T);
  // at a merger the overlap moves as the root of the distance
  EXPECT_NEAR(lower - m, (recovered_overlap(Covariance(3, infinity, exists * (1 - 4e-8)), T) - m) / 2, 2e-6);
  EXPECT_GT(lower - m, 1e-5);
}

TEST(RecoveredOverlap, IsZeroWhereThereIsNoSuchState) {
  EXPECT_EQ(recovered_overlap(Covariance(3, 2, 5), 1), 0);
  EXPECT_EQ(recovered_overlap(Covariance(3, 2, 5), 1.4), 0);
  EXPECT_EQ(recovered_overlap(Covariance(3, 2, 5), 0.5), 0);
  EXPECT_EQ(recovered_overlap(Covariance(3, infinity, infinity), 0.5), 0);
}

// --- schemas --------------------------------------------------------------------------------------------------------

TEST(SpikedMatrixTensorSchemas, RefuseWhatTheModelDoesNotMean) {
  const Schema& schema = solver("state_evolution").schema;
  EXPECT_EQ(schema.find_input("p")->kind, Kind::integer);
  EXPECT_FALSE(schema.find_input("p")->domain.contains(1));
  EXPECT_TRUE(schema.find_input("p")->domain.contains(2));
  EXPECT_FALSE(schema.find_input("delta2")->domain.contains(0));
  EXPECT_TRUE(schema.find_input("delta2")->domain.contains(infinity));
  EXPECT_FALSE(schema.find_input("delta2")->fallback);
  EXPECT_TRUE(schema.find_input("temperature")->domain.contains(0));
  EXPECT_FALSE(schema.find_input("temperature")->domain.contains(infinity));
  EXPECT_EQ(solver("thresholds").schema.find_input("delta2"), nullptr);
}

TEST(SpikedMatrixTensorSchemas, MessagesFitTheFile) {
  for (const double deltap : {0.1, 0.3, 5.0}) EXPECT_LE(thresholds(4, deltap).solution.message.size(), 256u);
}

}  // namespace
}  // namespace glasscape::spiked_matrix_tensor
