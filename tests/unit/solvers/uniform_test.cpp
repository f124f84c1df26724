// The uniform scheme against exact solutions: values, order of convergence, errors, symmetries, and how it ends.
#include "glasscape/solvers/two_time/uniform.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "support/lone_context.hpp"
#include "support/two_time_questions.hpp"

namespace glasscape::two_time {
namespace {

using testing::correlation;
using testing::integrated_response;
using testing::LoneContext;
using testing::matrix_alone;
using testing::memory_integral;
using testing::multiplier;
using testing::name_of;
using testing::overlap;
using testing::Question;
using testing::questions;
using testing::response;
using testing::SphericalSpinGlass;
using testing::Spiked;

Options uniform_to(double t_max, double tolerance = 1e-4) {
  return {.scheme = Scheme::uniform, .t_max = t_max, .tolerance = tolerance};
}

Dynamics solved(const Equations& equations, const Options& options) {
  LoneContext context;
  return std::move(*solve(equations, options, context));
}

using RunPointer = std::shared_ptr<const Run>;  // inside a test, Run is its own

const std::array<SphericalSpinGlass::Setting, 5> settings = {{
    {.delta2 = 1},
    {.delta2 = 0.5, .initial_overlap = 0.1},
    {.delta2 = 1.6, .initial_overlap = 0.3},
    {.delta2 = 0.5, .temperature = 1, .initial_overlap = 0.1},
    {.delta2 = 1, .temperature = 0.4},
}};

TEST(ExactSphericalSpinGlass, HasTheClosedFormsOfTheMatrixWithoutSpike) {
  const SphericalSpinGlass exact({.delta2 = 1});
  EXPECT_NEAR(exact.multiplier(1), 2 * std::cyl_bessel_i(2, 4.) / std::cyl_bessel_i(1, 4.), 1e-14);
  EXPECT_NEAR(exact.multiplier(20), 2 * std::cyl_bessel_i(2, 80.) / std::cyl_bessel_i(1, 80.), 1e-14);
  const auto g = [](double s) { return std::cyl_bessel_i(1, 2 * s) / s; };
  EXPECT_NEAR(exact.correlation(9, 4), g(13) / std::sqrt(g(18) * g(8)), 1e-13);
  EXPECT_NEAR(2 - exact.multiplier(1e7), 3 / 4e7, 1e-14);
  EXPECT_NEAR(exact.correlation(1e7, 5e6), std::pow(8.0 / 9, 0.75), 1e-6);
}

TEST(ExactSphericalSpinGlass, KeepsTheSphereAndEndsInTheSignal) {
  for (const auto& setting : settings) {
    const SphericalSpinGlass exact(setting);
    for (const double t : {0.3, 7.0, 40.0, 1e4, 1e7}) EXPECT_NEAR(exact.correlation(t, t), 1, 1e-11);
  }
  const SphericalSpinGlass cold({.delta2 = 0.5, .initial_overlap = 1e-4});
  EXPECT_NEAR(cold.overlap(1e7), std::sqrt(0.5), 1e-12);
  const SphericalSpinGlass warm({.delta2 = 0.5, .temperature = 1, .initial_overlap = 1e-4});
  EXPECT_NEAR(warm.overlap(1e7), 0.5, 1e-12);  // 1 − TΔ₂ at T = 1
}

TEST(UniformScheme, AgreesWithExactSolutions) {
  for (const auto& setting : settings) {
    SCOPED_TRACE(name_of(setting));
    const SphericalSpinGlass exact(setting);
    const Dynamics dynamics = solved(matrix_alone(setting).equations(), uniform_to(6, 1e-5));
    EXPECT_EQ(dynamics.trouble(), "");
    EXPECT_EQ(dynamics.time_reached(), 6);
    for (const double t : {0.0, 0.01, 0.4, 1.0, 3.3, 6.0}) {
      for (const Question& question : questions(exact, t)) {
        const double value = dynamics.estimate(question.quantity).value;
        EXPECT_NEAR(value, question.exact, 1e-5 * std::abs(question.exact) + 1e-9) << question.name << " at t = " << t;
      }
    }
  }
}

/// Errors are within three times their estimates, but where an estimate happens to pass through zero; and the largest
/// estimate of a quantity is not a hundred times its largest error.
TEST(UniformScheme, EstimatesItsErrors) {
  constexpr double rounding = 1e-12;
  std::size_t count = 0, beyond = 0;
  for (const auto& setting : settings) {
    const SphericalSpinGlass exact(setting);
    for (const double tolerance : {1e-3, 1e-4, 1e-5}) {
      SCOPED_TRACE(::testing::Message() << name_of(setting) << ", tolerance " << tolerance);
      const Dynamics dynamics = solved(matrix_alone(setting).equations(), uniform_to(6, tolerance));
      std::map<std::string, std::pair<double, double>> largest;  // of estimates, of errors
      for (const double t : {0.05, 0.4, 1.0, 2.7, 4.1, 6.0}) {
        for (const Question& question : questions(exact, t)) {
          const Estimate estimate = dynamics.estimate(question.quantity);
          const double error = std::abs(estimate.value - question.exact);
          ++count;
          if (error > 3 * estimate.error + rounding) ++beyond;
          auto& [of_estimates, of_errors] = largest[question.name];
          of_estimates = std::max(of_estimates, estimate.error);
          of_errors = std::max(of_errors, error);
        }
      }
      for (const auto& [name, pair] : largest) {
        EXPECT_LE(pair.first, 100 * (pair.second + rounding)) << name;
        EXPECT_LE(pair.second, 3 * pair.first + rounding) << name;
      }
    }
  }
  EXPECT_LE(beyond, count / 50) << "of " << count;
}

/// Single runs err by h², extrapolations from two of them by h⁴, from three by h⁶.
TEST(UniformScheme, ConvergesInEvenPowersOfTheStep) {
  const SphericalSpinGlass::Setting setting{.delta2 = 0.5, .initial_overlap = 0.1};
  const SphericalSpinGlass exact(setting);
  const Equations equations = matrix_alone(setting).equations();
  std::vector<RunPointer> runs;
  for (const std::size_t steps : {160, 320, 640, 1280}) {
    runs.push_back(uniform_run(equations, uniform_to(8), steps));
    ASSERT_EQ(runs.back()->rows(), steps + 1);
  }
  for (const double t : {1.0, 2.0, 8.0}) {
    for (const Question& question : questions(exact, t, {0, 0.5})) {
      SCOPED_TRACE(::testing::Message() << question.name << " at t = " << t);
      std::vector<double> errors;
      for (const auto& run : runs) errors.push_back(question.quantity(*run) - question.exact);
      if (std::abs(errors.front()) < 1e-12) continue;  // C(t,t) and the like
      for (double order = 4; errors.size() > 1; order *= 4) {
        EXPECT_NEAR(errors[0] / errors[1], order, 0.075 * order);
        for (std::size_t k = 0; k + 1 < errors.size(); ++k)
          errors[k] = (order * errors[k + 1] - errors[k]) / (order - 1);
        errors.pop_back();
        if (std::abs(errors.back()) < 1e-10) break;
      }
    }
  }
}

/// With a kernel weighted by w in time, and a temperature that follows it, the matrix' dynamics is that of constant
/// parameters in the time τ = ∫w dt.
TEST(UniformScheme, FollowsWeightsInTime) {
  const SphericalSpinGlass::Setting setting{.delta2 = 0.8, .temperature = 0.3, .initial_overlap = 0.2};
  const SphericalSpinGlass exact(setting);
  const auto weight = [](double t) { return 1 + std::sin(t) / 2; };
  const auto stretched = [](double t) { return t + (1 - std::cos(t)) / 2; };
  Equations equations = matrix_alone(setting).equations();
  equations.memory.front().weight = weight;
  equations.temperature = [&](double t) { return setting.temperature * weight(t); };
  const Dynamics dynamics = solved(equations, uniform_to(5, 1e-5));
  for (const double t : {0.7, 2.0, 5.0}) {
    const auto value = [&](const Quantity& quantity) { return dynamics.estimate(quantity).value; };
    const double s = 0.4 * t, tau = stretched(t), sigma = stretched(s);
    EXPECT_NEAR(value(overlap(t)), exact.overlap(tau), 1e-6);
    EXPECT_NEAR(value(multiplier(t)), weight(t) * exact.multiplier(tau), 1e-5);
    EXPECT_NEAR(value(correlation(t, s)), exact.correlation(tau, sigma), 1e-6);
    EXPECT_NEAR(value(response(t, s)), exact.response(tau, sigma), 1e-6);
    EXPECT_NEAR(value(memory_integral(t)), weight(t) * exact.memory_integral(tau), 1e-5);
  }
}

TEST(UniformScheme, NeverLeavesZeroOverlap) {
  const Spiked spiked{.delta2 = 0.2, .deltap = 0.5, .temperature = 0.5};
  const Dynamics dynamics = solved(spiked.equations(), uniform_to(3, 1e-3));
  for (const double t : {0.0, 0.1, 1.0, 3.0}) {
    const Estimate stayed = dynamics.estimate(overlap(t));
    EXPECT_EQ(stayed.value, 0);
    EXPECT_EQ(stayed.error, 0);
  }
}

/// From equilibrium of the pure 3-spin model above its dynamic temperature 0.6124, whose overlap with the start is
/// C(t,0): C depends on the difference of times alone, and its response is −(1/T) dC/dt.
TEST(UniformScheme, StaysInEquilibrium) {
  const double T = 0.7;
  Equations equations = Spiked{.delta2 = infinity, .temperature = T}.equations();
  equations.directions = {{.initial_overlap = 1, .strength = 1 / T}};
  const Dynamics dynamics = solved(equations, uniform_to(10, 1e-5));
  const auto value = [&](const Quantity& quantity) { return dynamics.estimate(quantity).value; };
  for (const double t : {0.3, 1.0, 4.0, 10.0}) {
    const double initial = value(correlation(t, 0));
    EXPECT_NEAR(value(overlap(t)), initial, 1e-7);
    EXPECT_NEAR(value(multiplier(t)), T + 1 / T, 1e-6);
    for (const double s : {0.0, 0.2 * t, 0.7 * t}) {
      const double c = value(correlation(t, s));
      EXPECT_NEAR(c, value(overlap(t - s)), 1e-6);
      EXPECT_NEAR(value(integrated_response(t, s)), (1 - c) / T, 1e-6);
    }
  }
}

TEST(UniformScheme, EndsWhenItIsEnough) {
  const SphericalSpinGlass::Setting setting{.delta2 = 0.5, .initial_overlap = 0.1};
  Options options = uniform_to(100, 1e-4);
  options.enough = [](double, std::span<const double> overlaps) { return overlaps[0] >= 0.5; };
  const Dynamics dynamics = solved(matrix_alone(setting).equations(), options);
  const double reached = dynamics.time_reached();
  EXPECT_EQ(dynamics.trouble(), "");
  EXPECT_LT(reached, 10);  // m(2.05) = ½
  EXPECT_GE(dynamics.estimate(overlap(reached)).value, 0.5);
}

TEST(UniformScheme, StopsWithTheSweep) {
  int asked = 0;
  LoneContext context([&asked] { return ++asked > 100; });
  EXPECT_EQ(solve(Spiked{}.equations(), uniform_to(20), context), nullptr);
  EXPECT_EQ(asked, 101);
}

TEST(UniformScheme, SaysWhatItCannotReach) {
  const Dynamics far = solved(Spiked{}.equations(), uniform_to(1e6));
  EXPECT_NE(far.trouble().find("too coarse"), std::string::npos) << far.trouble();
  EXPECT_LT(far.time_reached(), 1e6);
}

}  // namespace
}  // namespace glasscape::two_time
