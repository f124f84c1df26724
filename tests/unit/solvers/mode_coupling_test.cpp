// The mode-coupling equation of one correlation against solutions in closed form, and its order of convergence.
#include "glasscape/solvers/mode_coupling.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/constants/constants.hpp>
#include <boost/math/special_functions/bessel.hpp>
#include <cmath>

namespace glasscape::mode_coupling {
namespace {

constexpr double pi = boost::math::constants::pi<double>();

/// The equilibrium of the spherical p-spin model, p ≥ 2.
Equation p_spin(int p, double temperature) {
  return {.rate = temperature,
          .strength = 1 / temperature,
          .memory = [p](double x) { return p * std::pow(x, p - 1) / 2; },
          .memory_slope = [p](double x) { return p * (p - 1) * std::pow(x, p - 2) / 2; }};
}

Relaxation relax(const Equation& equation, double end, int order) {
  Relaxation relaxation(equation, order);
  while (relaxation.end() < end) relaxation.extend();
  return relaxation;
}

double distance(const Relaxation& a, const Relaxation& b) { return std::ranges::max(a.distances(b)); }

/// The p = 2 correlation: modes of the semicircle law on [−2, 2] that decay with T + 1/T − λ,
///   C(t) = T ∫ ρ(λ) exp(−(T + 1/T − λ)t)/(T + 1/T − λ) dλ, T ≥ 1, by Gauss quadrature of the second Chebyshev kind.
double two_spin(double temperature, double t) {
  const int count = 2000;
  double sum = 0;
  for (int i = 1; i <= count; ++i) {
    const double angle = pi * i / (count + 1);
    const double gap = temperature + 1 / temperature - 2 * std::cos(angle);
    sum += 2.0 / (count + 1) * std::pow(std::sin(angle), 2) * std::exp(-gap * t) / gap;
  }
  return temperature * sum;
}

TEST(ModeCoupling, DecaysExponentiallyWithoutMemory) {
  Equation equation = p_spin(3, 2);
  equation.strength = 0;
  const Relaxation relaxation = relax(equation, 1e3, 18);
  for (const double t : {0.0, 1e-3, 0.1, 1.0, 3.0, 10.0, 1000.0}) {
    EXPECT_NEAR(relaxation(t), std::exp(-2 * t), 1e-14) << t;
  }
}

TEST(ModeCoupling, LinearMemoryHasTheExactSpectrum) {
  for (const double temperature : {1.1, 2.0, 10.0}) {
    const Relaxation relaxation = relax(p_spin(2, temperature), 100, 20);
    for (const double t : {0.01, 0.1, 0.7, 2.0, 9.0, 40.0, 100.0}) {
      EXPECT_NEAR(relaxation(t), two_spin(temperature, t), 1e-13) << temperature << " " << t;
    }
  }
}

TEST(ModeCoupling, LinearMemoryIsExactAtItsTransitionOverTenDecades) {
  // T = 1: C = exp(−2t)[I₀(2t) + I₁(2t)] → (πt)^(−1/2) [1 − 1/(16t) − 3/(512t²)]
  const Relaxation relaxation = relax(p_spin(2, 1), 1e10, 20);
  for (double t = 1e-3; t < 300; t *= 1.9) {
    const double exact = std::exp(-2 * t) * (boost::math::cyl_bessel_i(0, 2 * t) + boost::math::cyl_bessel_i(1, 2 * t));
    EXPECT_NEAR(relaxation(t), exact, 1e-13) << t;
  }
  for (const double t : {1e4, 1e6, 1e8, 1e10}) {
    EXPECT_NEAR(relaxation(t), (1 - 1 / (16 * t) - 3 / (512 * t * t)) / std::sqrt(pi * t), 1e-13) << t;
  }
}

TEST(ModeCoupling, StartsAsItsTaylorSeries) {
  // C''(0) = T² + Q'(1), C'''(0) = −T³ − 2T Q'(1) − T Q''(1) − Q'(1)²/T
  for (const int p : {2, 3, 7}) {
    const double T = 0.8, first = p / 2.0, second = p * (p - 1) / 2.0;
    const Relaxation relaxation(p_spin(p, T), 16);
    const double t = 1e-3;
    const double third = -T * T * T - 2 * T * first - T * second - first * first / T;
    const double series = 1 - T * t + (T * T + first) * t * t / 2 + third * t * t * t / 6;
    EXPECT_NEAR(relaxation(t), series, 1e-12 * std::pow(p, 3)) << p;
  }
}

TEST(ModeCoupling, FreezesOnThePlateau) {
  // q/(1 − q) = Q'(q)/T²: for p = 2 that is 1 − T², for p = 3 the larger root of q(1 − q) = 2T²/3.
  EXPECT_NEAR(relax(p_spin(2, 0.6), 1e9, 18)(1e9), 1 - 0.36, 1e-13);
  EXPECT_NEAR(relax(p_spin(3, 0.5), 1e9, 18)(1e9), 0.5 + std::sqrt(0.25 - 2 * 0.25 / 3), 1e-13);
  EXPECT_NEAR(relax(p_spin(3, 0.01), 1e9, 18)(1e9), 0.5 + std::sqrt(0.25 - 2 * 1e-4 / 3), 1e-13);
}

TEST(ModeCoupling, ConvergesExponentiallyInTheOrder) {
  for (const double temperature : {0.4, 0.65, 1.0, 5.0}) {
    const Equation equation = p_spin(3, temperature);
    const Relaxation reference = relax(equation, 1e5, 22);
    const double first = distance(reference, relax(equation, 1e5, 6));
    const double last = distance(reference, relax(equation, 1e5, 12));
    EXPECT_LT(first, 1e-4);
    EXPECT_LT(last, first / std::pow(5.0, 6)) << temperature;  // 5.8 for each order, in theory
    EXPECT_LT(distance(reference, relax(equation, 1e5, 18)), 1e-12);
  }
}

TEST(ModeCoupling, FindsWhenTheCorrelationFallsToALevel) {
  const Relaxation relaxation = relax(p_spin(3, 0.65), 1e4, 16);
  double before = 0;
  for (const double level : {0.999, 0.8, 0.5, 0.1, 1e-6}) {
    const auto time = relaxation.time_at(level);
    ASSERT_TRUE(time);
    EXPECT_GT(*time, before);
    EXPECT_NEAR(relaxation(*time), level, 1e-13);
    before = *time;
  }
  EXPECT_FALSE(relax(p_spin(3, 0.5), 1e4, 16).time_at(0.5));
}

}  // namespace
}  // namespace glasscape::mode_coupling
