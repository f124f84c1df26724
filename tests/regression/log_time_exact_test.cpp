// log_time against the exact dynamics of the matrix alone: as right as the tolerance says, and as its errors say.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "glasscape/solvers/two_time/dynamics.hpp"
#include "support/lone_context.hpp"
#include "support/two_time_questions.hpp"

namespace glasscape::two_time {
namespace {

using testing::matrix_alone;
using testing::name_of;
using testing::Question;
using testing::SphericalSpinGlass;

using Setting = SphericalSpinGlass::Setting;

Dynamics solved(const Setting& setting, double t_max, double tolerance) {
  testing::LoneContext context;
  const Options options{.t_max = t_max, .tolerance = tolerance};
  return std::move(*solve(matrix_alone(setting).equations(), options, context));
}

std::vector<Question> asked(const Setting& setting, double t) {
  const SphericalSpinGlass exact(setting);
  std::vector<Question> questions = testing::questions(exact, t);
  const auto energy = [=](const Run& run) {
    return -run.overlap(0, t) * run.overlap(0, t) / (2 * setting.delta2) - run.memory_integral(0, t);
  };
  questions.push_back({"energy", exact.energy(t), energy});
  return questions;
}

/// The error that `tolerance` permits. Late correlations are good to 1e-5 at most.
double permitted(const Question& question, double t, double tolerance) {
  if (question.name.starts_with("C(")) {
    return std::max(4 * tolerance, t >= 1e6 ? 1e-5 : 0) * std::max(question.exact, 1e-4);
  }
  const bool bounded = question.name == "energy" || question.name == "multiplier" || question.name == "overlap";
  return bounded ? tolerance * std::abs(question.exact) : infinity;
}

/// What a quantity's errors were at all times.
struct Record {
  double largest_error = 0;
  double largest_estimate = 0;
};

/// Errors are as `tolerance` permits, and within three times their estimates but where one happens to pass through
/// zero; the largest estimate of a quantity is within a factor of three above and a hundred below its largest error.
void expect_exact(const Setting& setting, double t_max, double tolerance) {
  SCOPED_TRACE(fmt::format("{}, tolerance {:.0e}", name_of(setting), tolerance));
  const Dynamics dynamics = solved(setting, t_max, tolerance);
  ASSERT_EQ(dynamics.trouble(), "");
  ASSERT_GE(dynamics.time_reached(), t_max);
  constexpr double rounding = 1e-9;
  std::size_t count = 0;
  std::vector<std::string> beyond;
  std::map<std::string, Record> records;
  for (double t = 0.02; t < 1.001 * t_max; t *= std::sqrt(10)) {
    const double at = std::min(t, t_max);
    for (const Question& question : asked(setting, at)) {
      const Estimate estimate = dynamics.estimate(question.quantity);
      const double error = std::abs(estimate.value - question.exact);
      EXPECT_LE(error, permitted(question, at, tolerance) + rounding)
          << question.name << " = " << question.exact << " at t = " << at << ", stated " << estimate.error;
      ++count;
      if (error > 3 * estimate.error + rounding) {
        beyond.push_back(
            fmt::format("{} at t = {:.3g}: {:.1e}, stated {:.1e}", question.name, at, error, estimate.error));
      }
      Record& record = records[question.name];
      record.largest_error = std::max(record.largest_error, error);
      record.largest_estimate = std::max(record.largest_estimate, estimate.error);
    }
  }
  EXPECT_LE(beyond.size(), count / 100) << fmt::format("of {}:\n{}", count, fmt::join(beyond, "\n"));
  for (const auto& [name, record] : records) {
    EXPECT_LE(record.largest_error, 3 * record.largest_estimate + rounding) << name;
    EXPECT_LE(record.largest_estimate, 100 * (record.largest_error + rounding)) << name;
  }
}

const Setting glass{.delta2 = 1};
const Setting warm_glass{.delta2 = 1, .temperature = 0.4};
const Setting gradient_flow{.delta2 = 0.5, .initial_overlap = 0.1};
const Setting weak_start{.delta2 = 0.5, .initial_overlap = 1e-4};
const Setting langevin{.delta2 = 0.5, .temperature = 1, .initial_overlap = 0.1};
const Setting unseen_signal{.delta2 = 1.6, .temperature = 0.2, .initial_overlap = 0.3};

TEST(LogTimeExact, GlassWithoutSignal) { expect_exact(glass, 1e3, 1e-4); }
TEST(LogTimeExact, GlassWithoutSignalPrecisely) { expect_exact(glass, 100, 1e-6); }
TEST(LogTimeExact, WarmGlass) { expect_exact(warm_glass, 1e3, 1e-4); }
TEST(LogTimeExact, GradientFlowToTheSignal) { expect_exact(gradient_flow, 100, 1e-4); }
TEST(LogTimeExact, GradientFlowToTheSignalPrecisely) { expect_exact(gradient_flow, 20, 1e-6); }
TEST(LogTimeExact, GradientFlowFromAWeakStart) { expect_exact(weak_start, 100, 1e-4); }
TEST(LogTimeExact, LangevinDynamicsToTheSignal) { expect_exact(langevin, 100, 1e-4); }
TEST(LogTimeExact, LangevinDynamicsAwayFromAnUnseenSignal) { expect_exact(unseen_signal, 1e3, 1e-4); }

/// With a kernel whose weight w fades in, and a temperature that follows it, the matrix' dynamics is that of constant
/// parameters in the time τ = ∫w dt.
TEST(LogTimeExact, FollowsWeightsInTime) {
  const Setting setting{.delta2 = 0.8, .temperature = 0.3, .initial_overlap = 0.2};
  const SphericalSpinGlass exact(setting);
  const auto weight = [](double t) { return 1 - 0.7 * std::exp(-t / 2); };
  const auto stretched = [](double t) { return t - 1.4 * (1 - std::exp(-t / 2)); };
  Equations equations = matrix_alone(setting).equations();
  equations.memory.front().weight = weight;
  equations.temperature = [&](double t) { return setting.temperature * weight(t); };
  testing::LoneContext context;
  const auto dynamics = solve(equations, {.t_max = 50, .tolerance = 1e-5}, context);
  for (const double t : {0.7, 3.0, 50.0}) {
    SCOPED_TRACE(t);
    const auto value = [&](const Quantity& quantity) { return dynamics->estimate(quantity).value; };
    const double s = 0.4 * t, tau = stretched(t), sigma = stretched(s);
    const double m = exact.overlap(tau), mu = weight(t) * exact.multiplier(tau), c = exact.correlation(tau, sigma);
    EXPECT_NEAR(value([=](const two_time::Run& run) { return run.overlap(0, t); }), m, 1e-5 * m);
    EXPECT_NEAR(value([=](const two_time::Run& run) { return run.multiplier(t); }), mu, 1e-5 * mu);
    EXPECT_NEAR(value([=](const two_time::Run& run) { return run.correlation(t, s); }), c, 4e-5 * c);
  }
}

TEST(LogTimeExactLong, GlassWithoutSignal) { expect_exact(glass, 1e7, 1e-4); }
TEST(LogTimeExactLong, GlassWithoutSignalPrecisely) { expect_exact(glass, 1e7, 1e-6); }
TEST(LogTimeExactLong, WarmGlass) { expect_exact(warm_glass, 1e7, 1e-4); }
TEST(LogTimeExactLong, GradientFlowToTheSignal) { expect_exact(gradient_flow, 1e7, 1e-4); }
TEST(LogTimeExactLong, GradientFlowToTheSignalPrecisely) { expect_exact(gradient_flow, 1e3, 1e-6); }
TEST(LogTimeExactLong, LangevinDynamicsToTheSignal) { expect_exact(langevin, 1e7, 1e-4); }
TEST(LogTimeExactLong, LangevinDynamicsAwayFromAnUnseenSignal) { expect_exact(unseen_signal, 1e7, 1e-4); }

}  // namespace
}  // namespace glasscape::two_time
