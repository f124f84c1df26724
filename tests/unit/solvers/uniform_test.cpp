// The uniform scheme against exact solutions: values, order of convergence, errors, symmetries, and how it ends.
#include "glasscape/solvers/two_time/uniform.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "support/lone_context.hpp"
#include "support/spherical_spin_glass.hpp"
#include "support/spiked_equations.hpp"

namespace glasscape::two_time {
namespace {

using testing::LoneContext;
using testing::SphericalSpinGlass;
using testing::Spiked;

Spiked matrix_alone(const SphericalSpinGlass::Setting& setting) {
  return {.delta2 = setting.delta2,
          .deltap = infinity,
          .temperature = setting.temperature,
          .initial_overlap = setting.initial_overlap};
}

Options uniform_to(double t_max, double tolerance = 1e-4) {
  return {.scheme = Scheme::uniform, .t_max = t_max, .tolerance = tolerance};
}

Dynamics solved(const Equations& equations, const Options& options) {
  LoneContext context;
  return std::move(*solve(equations, options, context));
}

/// What is asked of a run, and what the exact solution says.
struct Question {
  std::string name;
  double exact;
  Quantity quantity;
};

std::vector<Question> questions(const SphericalSpinGlass& exact, double t) {
  std::vector<Question> asked = {
      {"overlap", exact.overlap(t), [t](const Run& run) { return run.overlap(0, t); }},
      {"multiplier", exact.multiplier(t), [t](const Run& run) { return run.multiplier(t); }},
      {"memory", exact.memory_integral(t), [t](const Run& run) { return run.memory_integral(0, t); }}};
  for (const double fraction : {0.0, 0.11, 0.5, 0.937, 1.0}) {
    const double s = fraction * t;
    const std::string at = "(t, " + std::to_string(fraction) + " t)";
    asked.push_back({"C" + at, exact.correlation(t, s), [=](const Run& run) { return run.correlation(t, s); }});
    asked.push_back({"R" + at, exact.response(t, s), [=](const Run& run) { return run.response(t, s); }});
    asked.push_back({"chi" + at, exact.integrated_response(t, s),
                     [=](const Run& run) { return run.integrated_response(t, s); }});
  }
  return asked;
}

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
    for (const double t : {0.3, 7.0, 40.0}) EXPECT_NEAR(exact.correlation(t, t), 1, 1e-12);
  }
  const SphericalSpinGlass cold({.delta2 = 0.5, .initial_overlap = 1e-4});
  EXPECT_NEAR(cold.overlap(1e7), std::sqrt(0.5), 1e-12);
  const SphericalSpinGlass warm({.delta2 = 0.5, .temperature = 1, .initial_overlap = 1e-4});
  EXPECT_NEAR(warm.overlap(1e7), 0.5, 1e-12);  // 1 − TΔ₂ at T = 1
}

TEST(UniformScheme, AgreesWithExactSolutions) {
  for (const auto& setting : settings) {
    SCOPED_TRACE(::testing::Message() << "delta2 " << setting.delta2 << ", T " << setting.temperature);
    const SphericalSpinGlass exact(setting);
    const Dynamics dynamics = solved(matrix_alone(setting).equations(), uniform_to(12, 1e-5));
    EXPECT_EQ(dynamics.trouble(), "");
    EXPECT_EQ(dynamics.time_reached(), 12);
    for (const double t : {0.0, 0.01, 0.4, 1.0, 3.3, 12.0}) {
      for (const Question& question : questions(exact, t)) {
        const double value = dynamics.estimate(question.quantity).value;
        EXPECT_NEAR(value, question.exact, 1e-5 * std::abs(question.exact) + 1e-9) << question.name << " at t = " << t;
      }
    }
  }
}

/// Between grid points, near the diagonal, at the ends: everywhere within three times the estimate, and the estimates
/// of a quantity are not a hundred times larger than its largest error.
TEST(UniformScheme, ErrorsBoundWhatIsWrong) {
  for (const auto& setting : settings) {
    const SphericalSpinGlass exact(setting);
    for (const double tolerance : {1e-3, 1e-5, 1e-7}) {
      SCOPED_TRACE(::testing::Message() << "delta2 " << setting.delta2 << ", T " << setting.temperature
                                        << ", tolerance " << tolerance);
      const Dynamics dynamics = solved(matrix_alone(setting).equations(), uniform_to(12, tolerance));
      const double rounding = 1e-12;
      std::vector<double> wrong, estimated;
      for (const double t : {0.05, 0.4, 1.0, 2.7, 6.1, 12.0}) {
        const auto asked = questions(exact, t);
        wrong.resize(asked.size());
        estimated.resize(asked.size());
        for (std::size_t i = 0; i < asked.size(); ++i) {
          const Estimate estimate = dynamics.estimate(asked[i].quantity);
          const double error = std::abs(estimate.value - asked[i].exact);
          EXPECT_LE(error, 3 * estimate.error + rounding) << asked[i].name << " at t = " << t;
          wrong[i] = std::max(wrong[i], error);
          estimated[i] = std::max(estimated[i], estimate.error);
        }
      }
      for (std::size_t i = 0; i < wrong.size(); ++i) EXPECT_LE(estimated[i], 100 * wrong[i] + 100 * rounding) << i;
    }
  }
}

}  // namespace
}  // namespace glasscape::two_time
