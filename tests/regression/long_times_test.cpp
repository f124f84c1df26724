// Langevin dynamics over many decades of time through the models: printed digits of an independent program, and limits
// that are known in closed form.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "glasscape/models/spiked_matrix_tensor/covariance.hpp"
#include "glasscape/models/spiked_matrix_tensor/fixed_points.hpp"
#include "support/solve_point.hpp"

namespace glasscape {
namespace {

using testing::Lists;
using testing::Solved;
using testing::Values;

constexpr double tolerance = 1e-4;

Solved langevin(Values values, const Lists& lists = {}) {
  values.insert({{"deltap", 1}, {"p", 3}, {"tolerance", tolerance}});
  Solved solved = testing::solve(testing::solver("spiked_matrix_tensor", "langevin_state_evolution"), values, lists);
  EXPECT_EQ(solved.solution.outcome, Outcome::done) << solved.solution.message;
  return solved;
}

/// A value as it is printed: known to two units of its last digit.
struct Printed {
  std::string observable;
  double time;
  std::string digits;

  double value() const { return std::stod(digits); }
  double uncertainty() const {
    const std::size_t point = digits.find('.');
    const std::size_t exponent = std::min(digits.find('e'), digits.size());
    const int power = exponent == digits.size() ? 0 : std::stoi(digits.substr(exponent + 1));
    return 2 * std::pow(10, power - static_cast<int>(exponent - point - 1));
  }
};

/// Solves the point and compares all values within `tolerance`, four times that for correlations.
Solved expect_printed(Values values, const std::vector<Printed>& table) {
  std::vector<double> times;
  for (const Printed& entry : table) {
    if (std::ranges::find(times, entry.time) == times.end()) times.push_back(entry.time);
  }
  std::ranges::sort(times);
  values.insert({"t_max", times.back()});
  Solved solved = langevin(values, {{"times", times}});
  for (const Printed& entry : table) {
    const auto i = static_cast<std::size_t>(std::ranges::find(times, entry.time) - times.begin());
    const double factor = entry.observable.starts_with("correlation") ? 4 : 1;
    EXPECT_NEAR(solved.values(entry.observable)[i], entry.value(),
                entry.uncertainty() + factor * tolerance * std::abs(entry.value()))
        << entry.observable << " at t = " << entry.time << ", stated error " << solved.errors(entry.observable)[i];
  }
  return solved;
}

const char *const m = "overlap", *const mu = "radial_multiplier", *const e = "energy";
const char *const initial = "correlation_initial", *const half = "correlation_half";

const Values tensor_alone{{"delta2", infinity}, {"temperature", 0}, {"initial_overlap", 0}};

TEST(LangevinTable, TensorAlone) {
  expect_printed(tensor_alone, {{mu, 1, "1.78160900"},
                                {e, 1, "-.59386967"},
                                {initial, 1, ".76365586"},
                                {mu, 10, "2.62205881"},
                                {e, 10, "-.87401960"},
                                {initial, 10, ".30897556"},
                                {mu, 100, "2.78600179"},
                                {e, 100, "-.92866726"},
                                {initial, 100, ".12554363"},
                                {half, 100, ".8590045"}});
}

TEST(LangevinTable, SignalAboveTheNoiseThatHidesIt) {
  expect_printed({{"delta2", 1}, {"temperature", 1}, {"initial_overlap", 0.1}}, {{m, 1, ".08428087"},
                                                                                 {mu, 1, "2.5387494"},
                                                                                 {e, 1, "-.6326918"},
                                                                                 {m, 10, ".05381274"},
                                                                                 {mu, 10, "2.9115792"},
                                                                                 {e, 10, "-.7933933"},
                                                                                 {m, 20, ".046737979"},
                                                                                 {mu, 20, "2.9446447"},
                                                                                 {e, 20, "-.8080464"},
                                                                                 {m, 100, ".0341046"},
                                                                                 {mu, 100, "2.9800038"},
                                                                                 {e, 100, "-.8239912"}});
}

TEST(LangevinTable, EarlyRecovery) {
  const Solved solved =
      expect_printed({{"delta2", 0.2}, {"temperature", 1}, {"initial_overlap", 1e-4}}, {{m, 1, ".00120733"},
                                                                                        {mu, 1, "4.408474"},
                                                                                        {e, 1, "-1.593998"},
                                                                                        {m, 2, ".00686377"},
                                                                                        {mu, 2, "4.721213"},
                                                                                        {e, 2, "-1.741290"},
                                                                                        {m, 4, ".1513281"},
                                                                                        {mu, 4, "4.956832"},
                                                                                        {e, 4, "-1.855112"},
                                                                                        {m, 8, ".828424"},
                                                                                        {mu, 8, "6.999964"},
                                                                                        {e, 8, "-2.833325"},
                                                                                        {m, 1000, ".8284271247"},
                                                                                        {mu, 1000, "7.000000000"}});
  EXPECT_NEAR(solved["final_energy"], -17.0 / 6, 17.0 / 6 * tolerance);
}

TEST(LangevinTable, SpikedMatrix) {
  Values values{{"deltap", infinity}, {"delta2", 0.5}, {"temperature", 0}, {"initial_overlap", 0.1}};
  expect_printed(values, {{m, 1, ".3009186256"},
                          {mu, 1, "2.222916"},
                          {m, 10, ".7073710696"},
                          {mu, 10, "2.996980"},
                          {m, 100, ".7071067812"},
                          {mu, 100, "3.000000"},
                          {e, 100, "-1.500000"}});
  values["initial_overlap"] = 1e-4;
  expect_printed(values, {{m, 10, ".0064840231"}, {m, 20, ".0599580637"}, {m, 50, ".7066887840"}});
}

/// To t = 1e7 the energy comes down to that of the threshold, −2(p−1)^½/p, with the power 2/3 of time.
TEST(LangevinTableLong, TensorAlone) {
  const Solved solved = expect_printed(tensor_alone, {{mu, 1e3, "2.8193767"},
                                                      {e, 1e3, "-.9397922"},
                                                      {e, 1e5, "-.94266905"},
                                                      {initial, 1e5, ".0101016"},
                                                      {half, 1e5, ".78881"},
                                                      {e, 1e6, "-.94278"},
                                                      {mu, 1e7, "2.82840762"},
                                                      {e, 1e7, "-.94280254"},
                                                      {initial, 1e7, ".001941267"},
                                                      {half, 1e7, ".782369902"}});
  const std::vector<double>& energies = solved.values(e);
  const double threshold = -2 * std::sqrt(2) / 3;
  const auto above = [&](std::size_t i) { return energies[i] - threshold; };
  EXPECT_NEAR(std::log10(above(2) / above(3)), 2.0 / 3, 1e-3);
  for (std::size_t i : {1, 2, 3}) EXPECT_LT(solved.errors(e)[i], above(i)) << i;
}

TEST(LangevinTableLong, WarmTensorAlone) {
  expect_printed({{"delta2", infinity}, {"temperature", 0.3}, {"initial_overlap", 0}}, {{mu, 1, "1.7552348"},
                                                                                        {e, 1, "-.4850783"},
                                                                                        {mu, 10, "2.4430035"},
                                                                                        {e, 10, "-.7143345"},
                                                                                        {mu, 100, "2.6084172"},
                                                                                        {e, 100, "-.7694724"},
                                                                                        {e, 1e5, "-.7857088"},
                                                                                        {e, 1e7, "-.7858968"}});
}

TEST(LangevinTableLong, SignalThatGradientFlowDoesNotFind) {
  expect_printed({{"delta2", 0.7}, {"temperature", 0}, {"initial_overlap", 1e-4}}, {{m, 1, "1.778015e-4"},
                                                                                    {mu, 1, "2.736650"},
                                                                                    {e, 1, "-1.144522"},
                                                                                    {m, 10, "2.550349e-4"},
                                                                                    {mu, 10, "3.5413012"},
                                                                                    {e, 10, "-1.4787084"},
                                                                                    {m, 100, "3.1298846e-4"},
                                                                                    {mu, 100, "3.6719636"},
                                                                                    {e, 100, "-1.5303312"},
                                                                                    {m, 1e5, "5.86229e-4"},
                                                                                    {mu, 1e5, "3.7027875"},
                                                                                    {e, 1e5, "-1.5433438"},
                                                                                    {m, 1e6, "8.4835e-4"},
                                                                                    {mu, 1e6, "3.7031187"},
                                                                                    {e, 1e6, "-1.5437953"}});
}

/// The jump out of the glass at t = 1436, and the state after it: 1/(1−m) = 1/Δ₂ + m/Δp, μ = 24/7, e = −22/21.
TEST(LangevinTableLong, JumpToTheSignal) {
  const double recovered = 0.4745464829;
  const Solved solved = expect_printed(
      {{"delta2", 0.7}, {"temperature", 1}, {"initial_overlap", 1e-4}, {"recovery_level", 0.25 / recovered}},
      {{m, 1, "1.0586648e-4"},
       {mu, 1, "2.777467"},
       {e, 1, "-.7560697"},
       {m, 10, "1.3911891e-4"},
       {mu, 10, "3.2209004"},
       {e, 10, "-.9520903"},
       {m, 100, "4.953058e-4"},
       {mu, 100, "3.3115909"},
       {e, 100, "-.9928450"},
       {m, 1e3, ".018654"},
       {m, 1e5, ".4745464829"}});
  EXPECT_NEAR(solved["recovery_time"], 1435.95, 0.05 + tolerance * 1436);
  EXPECT_LT(solved.error("recovery_time"), 5);
  EXPECT_NEAR(solved.values(mu).back(), 24.0 / 7, 24.0 / 7 * tolerance);
  EXPECT_NEAR(solved["final_energy"], -22.0 / 21, 22.0 / 21 * tolerance);
}

// --- recovered states ------------------------------------------------------------------------------------------------

using spiked_matrix_tensor::Covariance;

TEST(RecoveredStates, OfLangevinDynamicsAreFixedPointsOfAmp) {
  for (const int p : {3, 4}) {
    const Solved solved =
        langevin({{"p", p}, {"delta2", 0.4}, {"temperature", 1}, {"initial_overlap", 0.01}, {"t_max", 1e4}});
    const Covariance q(p, 0.4, 1);
    EXPECT_NEAR(solved["final_overlap"], spiked_matrix_tensor::bayes_optimal(q).informative.overlap, tolerance);
    EXPECT_NEAR(solved["final_energy"], -q.value(1), tolerance * q.value(1));
    EXPECT_EQ(solved["recovered"], 1);
  }
}

TEST(RecoveredStates, OfGradientFlowAreThoseOfMaximumLikelihood) {
  const Solved solved = langevin({{"delta2", 0.3}, {"temperature", 0}, {"initial_overlap", 0.01}, {"t_max", 1e4}});
  const double expected = spiked_matrix_tensor::maximum_likelihood_overlap(Covariance(3, 0.3, 1)).value;
  EXPECT_NEAR(solved["final_overlap"], expected, tolerance * expected);
  EXPECT_EQ(solved["recovered"], 1);
}

// --- equilibrium -----------------------------------------------------------------------------------------------------

/// From equilibrium at T = 0.65, above the dynamic temperature 0.6124 of the p = 3 model (p/2 C^(p−1) as kernel): all
/// depends on the difference of times alone, χ = (1 − C)/T, e = −1/(2T).
TEST(EquilibriumLong, IsStationaryAtAllTimes) {
  const std::vector<double> waiting_times{0, 0.1, 3, 100, 1e3}, lags{0.01, 1, 30, 1e3, 9e3};
  const double T = 0.65;
  const Solved solved =
      testing::solve(testing::solver("mixed_pspin", "quench"),
                     {{"temperature", T}, {"initial_temperature", T}, {"t_max", 1e4}, {"tolerance", 1e-6}},
                     {{"times", {0, 1, 100, 1e4}}, {"waiting_times", waiting_times}, {"lags", lags}});
  ASSERT_EQ(solved.solution.outcome, Outcome::done) << solved.solution.message;
  for (const double energy : solved.values(e)) EXPECT_NEAR(energy, -0.5 / T, 1e-6);
  for (const double multiplier : solved.values(mu)) EXPECT_NEAR(multiplier, T + 1.5 / T, 1e-6);
  for (std::size_t k = 0; k < waiting_times.size() * lags.size(); ++k) {
    const double correlation = solved.values("correlation")[k];
    EXPECT_NEAR(correlation, solved.values("correlation")[k % lags.size()], 1e-6) << k;
    EXPECT_NEAR(solved.values("integrated_response")[k], (1 - correlation) / T, 1e-6) << k;
  }
}

}  // namespace
}  // namespace glasscape
