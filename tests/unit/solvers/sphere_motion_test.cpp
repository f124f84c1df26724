// Dynamics on the sphere, for a quadratic landscape whose axes are those of the coordinates: forces λᵢ xᵢ.
#include "glasscape/solvers/finite_size/sphere_motion.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "glasscape/solvers/matrix.hpp"
#include "glasscape/solvers/replicas.hpp"
#include "support/lone_context.hpp"

namespace glasscape::finite_size {
namespace {

bool go_on(const Step&) { return true; }

std::vector<double> random_points(std::size_t dimension, std::size_t points, std::uint32_t which = 0) {
  RandomStream random(3, 5, Purpose::initial_state, which);
  std::vector<double> x(dimension * points);
  fill_normal(random, x);
  put_on_sphere(x, dimension);
  return x;
}

/// Eigenvalues of a semicircle of radius 2.
std::vector<double> semicircle(std::size_t n) {
  std::vector<double> eigenvalues(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double quantile = (static_cast<double>(i) + 0.5) / static_cast<double>(n);
    double lower = 0, upper = std::numbers::pi;  // of the angle in λ = −2 cos φ, whose law is (φ − sin 2φ/2)/π
    for (int halving = 0; halving < 60; ++halving) {
      const double middle = (lower + upper) / 2;
      (middle - std::sin(2 * middle) / 2 < quantile * std::numbers::pi ? lower : upper) = middle;
    }
    eigenvalues[i] = -2 * std::cos(lower);
  }
  return eigenvalues;
}

Force quadratic(const std::vector<double>& eigenvalues) {
  return [eigenvalues](std::span<const double> points, std::span<double> forces) {
    for (std::size_t i = 0; i < points.size(); ++i) forces[i] = eigenvalues[i % eigenvalues.size()] * points[i];
  };
}

/// xᵢ(t) ∝ exp(λᵢt) xᵢ(0)
std::vector<double> exact_flow(std::vector<double> x, const std::vector<double>& eigenvalues, double t) {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] *= std::exp(eigenvalues[i % eigenvalues.size()] * t);
  put_on_sphere(x, eigenvalues.size());
  return x;
}

double distance(std::span<const double> x, std::span<const double> y) {
  double largest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) largest = std::max(largest, std::abs(x[i] - y[i]));
  return largest;
}

TEST(SphereMotion, TangentForcesAreOrthogonal) {
  const auto x = random_points(40, 3);
  auto forces = random_points(40, 3, 1);
  const auto slopes = make_tangent(x, forces, 40);
  for (std::size_t run = 0; run < 3; ++run) {
    const auto f = std::span(forces).subspan(40 * run, 40);
    EXPECT_NEAR(dot(std::span(x).subspan(40 * run, 40), f), 0, 1e-12);
    EXPECT_DOUBLE_EQ(slopes[run], std::sqrt(dot(f, f) / 40));
  }
}

TEST(GradientFlow, IsTheExactOneToItsTolerance) {
  const auto eigenvalues = semicircle(50);
  testing::LoneContext context;
  const auto start = random_points(50, 3), exact = exact_flow(start, eigenvalues, 3);
  double before = 1;
  for (const double tolerance : {1e-4, 1e-6, 1e-8}) {
    auto x = start;
    const auto flow = gradient_flow(50, quadratic(eigenvalues), tolerance, 0, context);
    ASSERT_TRUE(flow->advance(x, 0, 0.7, 1, go_on) && flow->advance(x, 0.7, 3, 2, go_on));
    const double error = distance(x, exact);
    EXPECT_LT(error, 50 * tolerance);
    EXPECT_LT(error, before / 10);
    before = error;
  }
}

TEST(GradientFlow, StaysOnTheSphereDownhillStepByStep) {
  const auto eigenvalues = semicircle(60);
  testing::LoneContext context;
  auto x = random_points(60, 2);
  const auto flow = gradient_flow(60, quadratic(eigenvalues), 1e-3, 1e-9, context);
  double time = 0, energy = 0;
  const auto energy_of = [&](std::span<const double> points) {
    double sum = 0;
    for (std::size_t i = 0; i < points.size(); ++i) sum -= eigenvalues[i % 60] * points[i] * points[i] / 2;
    return sum;
  };
  energy = energy_of(x);
  int steps = 0;
  ASSERT_TRUE(flow->advance(x, 0, 200, 1, [&](const Step& step) {
    for (std::size_t run = 0; run < 2; ++run) {
      const auto point = step.points.subspan(60 * run, 60);
      EXPECT_NEAR(dot(point, point) / 60, 1, 1e-12);
    }
    EXPECT_GT(step.time, time);
    EXPECT_LT(energy_of(step.points), energy + 1e-12);
    time = step.time;
    energy = energy_of(step.points);
    ++steps;
    return true;
  }));
  EXPECT_GT(steps, 20);
}

/// The gap of two eigenvalues sets the rate e^(−t gap); at rest nothing moves any more.
TEST(GradientFlow, ComesToRestAtTheTop) {
  std::vector<double> eigenvalues(30, 0.0);
  eigenvalues[4] = 1;
  testing::LoneContext context;
  auto x = random_points(30, 1);
  const auto flow = gradient_flow(30, quadratic(eigenvalues), 1e-6, 1e-5, context);
  ASSERT_TRUE(flow->advance(x, 0, 1000, 1, go_on));
  EXPECT_TRUE(flow->is_at_rest());
  EXPECT_NEAR(std::abs(x[4]), std::sqrt(30), 1e-8);
  const auto resting = x;
  ASSERT_TRUE(flow->advance(x, 1000, 2000, 2, go_on));
  EXPECT_EQ(x, resting);
}

TEST(GradientFlow, GoesOnFromWhatItCarries) {
  const auto eigenvalues = semicircle(20);
  testing::LoneContext context;
  const auto make = [&] { return gradient_flow(20, quadratic(eigenvalues), 1e-6, 1e-9, context); };
  auto whole = random_points(20, 1), parts = whole;
  const auto flow = make();
  ASSERT_TRUE(flow->advance(whole, 0, 1, 1, go_on));
  parts = whole;
  const double carried = flow->carried();
  ASSERT_TRUE(flow->advance(whole, 1, 4, 2, go_on));
  const auto resumed = make();
  resumed->carry(carried);
  ASSERT_TRUE(resumed->advance(parts, 1, 4, 2, go_on));
  EXPECT_EQ(whole, parts);
}

TEST(GradientFlow, StopsAndPassesExceptionsOn) {
  testing::LoneContext context;
  auto x = random_points(20, 1);
  const auto flow = gradient_flow(20, quadratic(semicircle(20)), 1e-6, 0, context);
  EXPECT_FALSE(flow->advance(x, 0, 10, 1, [](const Step& step) { return step.time < 1; }));
  const auto throwing = gradient_flow(
      20, [](std::span<const double>, std::span<double>) { throw std::domain_error("no force"); }, 1e-6, 0, context);
  EXPECT_THROW(throwing->advance(x, 0, 1, 1, go_on), std::domain_error);
}

TEST(GradientDescent, StepsAlongTheTangentForce) {
  const auto eigenvalues = semicircle(25);
  auto x = random_points(25, 2), expected = x;
  std::vector<double> forces(50);
  for (int step = 0; step < 3; ++step) {
    quadratic(eigenvalues)(expected, forces);
    make_tangent(expected, forces, 25);
    for (std::size_t i = 0; i < 50; ++i) expected[i] += 0.2 * forces[i];
    put_on_sphere(expected, 25);
  }
  EXPECT_TRUE(gradient_descent(25, quadratic(eigenvalues), 0.2, 0)->advance(x, 0, 3, 1, go_on));
  EXPECT_LT(distance(x, expected), 1e-14);
}

std::string failure(SphereMotion& motion, std::vector<double> x) {
  try {
    motion.advance(x, 0, 10, 1, go_on);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST(BlowUp, SaysWhenAndHowFar) {
  std::vector<double> eigenvalues(30, 0.0);
  eigenvalues[4] = 1000;
  const auto x = random_points(30, 1);
  EXPECT_NE(failure(*gradient_descent(30, quadratic(eigenvalues), 1, 0), x)
                .find("blows up: the step to t = 1 takes the norm |x|/√N from 1 to "),
            std::string::npos);
  EXPECT_NE(failure(*langevin(30, quadratic(eigenvalues), 1, 0.5, {1, 2, Purpose::dynamics}), x).find("t = 0.5"),
            std::string::npos);
  const Force nowhere = [](std::span<const double>, std::span<double> forces) { forces[3] = not_a_number; };
  EXPECT_NE(failure(*gradient_descent(30, nowhere, 1, 0), x).find("is nan"), std::string::npos);
}

/// Without a force the correlation of a diffusion on the sphere falls as exp(−T(1 − 1/N)t).
TEST(Langevin, DiffusesOnTheSphere) {
  constexpr std::size_t n = 10, runs = 20000;
  const Force none = [](std::span<const double>, std::span<double> forces) { std::ranges::fill(forces, 0.0); };
  const auto start = random_points(n, runs);
  auto x = start;
  langevin(n, none, 0.8, 0.05, {1, 2, Purpose::dynamics})->advance(x, 0, 1, 1, go_on);
  ReplicaMean mean;
  for (std::size_t run = 0; run < runs; ++run) {
    const double c = dot(std::span(x).subspan(n * run, n), std::span(start).subspan(n * run, n)) / n;
    mean.add(std::span(&c, 1));
  }
  EXPECT_NEAR(mean.mean()[0], std::exp(-0.8 * 0.9), 4 * mean.error()[0] + 1e-3);
}

/// −Σ λᵢ⟨xᵢ²⟩/2N in the limit of many dimensions, from d⟨xᵢ²⟩/dt = 2(λᵢ − μ)⟨xᵢ²⟩ + 2T, μ = T + Σ λᵢ⟨xᵢ²⟩/N.
double exact_energy(const std::vector<double>& eigenvalues, double temperature, double t) {
  constexpr int steps = 4000;
  std::vector<double> square(eigenvalues.size(), 1.0);
  const auto size = static_cast<double>(square.size());
  const auto slope = [&](const std::vector<double>& at) {
    const double multiplier = temperature + dot(eigenvalues, at) / size;
    std::vector<double> rate(at.size());
    for (std::size_t i = 0; i < at.size(); ++i) rate[i] = 2 * (eigenvalues[i] - multiplier) * at[i] + 2 * temperature;
    return rate;
  };
  for (int step = 0; step < steps; ++step) {
    const double h = t / steps;
    const auto first = slope(square);
    auto middle = square;
    for (std::size_t i = 0; i < square.size(); ++i) middle[i] += h / 2 * first[i];
    const auto second = slope(middle);
    for (std::size_t i = 0; i < square.size(); ++i) square[i] += h * second[i];
  }
  return -dot(eigenvalues, square) / (2 * size);
}

/// Mean and standard error of the bias of the energy at t = 2, T = 1 with steps h, over 40 runs in 1000 dimensions.
std::pair<double, double> langevin_bias(double h) {
  constexpr std::size_t n = 1000;
  const auto eigenvalues = semicircle(n);
  ReplicaMean mean;
  for (std::uint32_t run = 0; run < 40; ++run) {
    auto x = random_points(n, 1, run);
    langevin(n, quadratic(eigenvalues), 1, h, {1, 2, Purpose::dynamics, run})->advance(x, 0, 2, 1, go_on);
    double energy = 0;
    for (std::size_t i = 0; i < n; ++i) energy -= eigenvalues[i] * x[i] * x[i] / (2 * n);
    mean.add(std::span(&energy, 1));
  }
  return {mean.mean()[0] - exact_energy(eigenvalues, 1, 2), mean.error()[0]};
}

/// Second order: half the step has a quarter of the bias.
TEST(Langevin, BiasOfTheStepIsOfSecondOrder) {
  const auto [large, large_error] = langevin_bias(0.4);
  const auto [small, small_error] = langevin_bias(0.2);
  const auto [least, least_error] = langevin_bias(0.05);
  RecordProperty("bias_0.4", std::to_string(large) + " +- " + std::to_string(large_error));
  RecordProperty("bias_0.2", std::to_string(small) + " +- " + std::to_string(small_error));
  EXPECT_GT(std::abs(large), 8 * large_error);
  EXPECT_NEAR(small, large / 4, std::abs(large) / 8 + 3 * small_error);
  EXPECT_NEAR(least, 0, std::abs(large) / 64 + 3 * least_error);
}

TEST(Langevin, NoiseBelongsToTheLeg) {
  const auto eigenvalues = semicircle(20);
  const auto make = [&] { return langevin(20, quadratic(eigenvalues), 1, 0.1, {1, 2, Purpose::dynamics}); };
  auto whole = random_points(20, 1);
  const auto motion = make();
  motion->advance(whole, 0, 0.25, 1, go_on);
  auto parts = whole;
  motion->advance(whole, 0.25, 1, 2, go_on);
  make()->advance(parts, 0.25, 1, 2, go_on);
  EXPECT_EQ(whole, parts);
}

}  // namespace
}  // namespace glasscape::finite_size
