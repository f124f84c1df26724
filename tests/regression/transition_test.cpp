// Where recovery stops: the rate at which an overlap grows from nothing, extrapolated to zero, against the lines of
// arXiv:1812.09066 (Langevin) and arXiv:1902.00139 (gradient flow).
#include <gtest/gtest.h>

#include <array>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

#include "glasscape/models/spiked_matrix_tensor/lines.hpp"
#include "glasscape/solvers/roots.hpp"
#include "support/solve_point.hpp"

namespace glasscape {
namespace {

constexpr int p = 3;
constexpr double weaker_start = 1e-40, stronger_start = 1e-20;  // far below what aging has left of C when m is seen

double recovery_time(double delta2, double deltap, double temperature, double initial_overlap) {
  return testing::solve(testing::solver("spiked_matrix_tensor", "langevin_state_evolution"),
                        {{"p", p},
                         {"delta2", delta2},
                         {"deltap", deltap},
                         {"temperature", temperature},
                         {"initial_overlap", initial_overlap},
                         {"t_max", 1e7},
                         {"tolerance", 1e-3},
                         {"stop_when_recovered", 1}},
                        {{"times", {1}}})["recovery_time"];
}

/// λ of m ∝ exp(λt), from what a weaker start costs.
double growth_rate(double delta2, double deltap, double temperature) {
  const double later = recovery_time(delta2, deltap, temperature, weaker_start);
  const double sooner = recovery_time(delta2, deltap, temperature, stronger_start);
  return std::log(stronger_start / weaker_start) / (later - sooner);
}

/// Near the line λ^a is linear in Δ₂, with the exponent a of the relaxation on the plateau of the marginal states,
/// Γ(1−a)²/Γ(1−2a) = T Q'''(q)/(2 Q''(q)^(3/2)): ½ at T = 0.
double plateau_exponent(double delta2, double deltap, double temperature) {
  const double q = 1 - temperature * delta2;
  const double curvature = 1 / delta2 + 2 * q / deltap;
  const double parameter = temperature * (2 / deltap) / (2 * std::pow(curvature, 1.5));
  const auto defect = [&](double a) {
    return std::pow(boost::math::tgamma(1 - a), 2) / boost::math::tgamma(1 - 2 * a) - parameter;
  };
  return parameter == 0 ? 0.5 : monotone_root(defect, 1e-6, 0.5 - 1e-9).value;
}

/// The value at 0 of the polynomial through (x, y).
template <std::size_t N>
double at_zero(const std::array<double, N>& x, const std::array<double, N>& y) {
  double sum = 0;
  for (std::size_t i = 0; i < N; ++i) {
    double term = y[i];
    for (std::size_t j = 0; j < N; ++j) term *= i == j ? 1 : x[j] / (x[j] - x[i]);
    sum += term;
  }
  return sum;
}

/// Rates at three Δ₂ below the line extrapolate to it within 2 %, and no worse than the last two differ from all three.
void expect_transition_at(double line, double deltap, double temperature) {
  SCOPED_TRACE(::testing::Message() << "deltap " << deltap << ", T " << temperature);
  const double exponent = plateau_exponent(line, deltap, temperature);
  std::array<double, 3> delta2, rate;
  for (std::size_t i = 0; i < delta2.size(); ++i) {
    delta2[i] = std::array{0.75, 0.82, 0.9}[i] * line;
    rate[i] = std::pow(growth_rate(delta2[i], deltap, temperature), exponent);
    ASSERT_TRUE(std::isfinite(rate[i]));
    EXPECT_LT(rate[i], i > 0 ? rate[i - 1] : 1);
  }
  const double extrapolated = at_zero(rate, delta2);
  const double linear = at_zero<2>({rate[1], rate[2]}, {delta2[1], delta2[2]});
  EXPECT_NEAR(extrapolated, line, 0.02 * line);
  EXPECT_LT(std::abs(extrapolated - line), std::abs(extrapolated - linear) + 0.01 * line);
}

TEST(TransitionLong, OfLangevinDynamicsIsWhereMarginalStatesLoseTheirStability) {
  for (const double deltap : {0.5, 1.0, 1.3}) {
    const auto lines = spiked_matrix_tensor::langevin_instabilities(p, deltap, 1);
    ASSERT_FALSE(lines.empty());
    expect_transition_at(lines.back().value, deltap, 1);
  }
}

TEST(TransitionLong, OfGradientFlowIsWhereMarginalMinimaLoseTheirStability) {
  for (const double deltap : {0.5, 1.0, 2.0}) {
    expect_transition_at(spiked_matrix_tensor::gradient_flow_instability(p, deltap).value, deltap, 0);
  }
}

}  // namespace
}  // namespace glasscape
