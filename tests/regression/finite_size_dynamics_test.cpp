// Finite-size dynamics of the spiked matrix-tensor model against independent simulations of the same sizes, and, their
// size extrapolated, against dynamical mean-field theory.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "support/reference.hpp"
#include "support/solve_point.hpp"

namespace glasscape::spiked_matrix_tensor {
namespace {

using testing::Lists;
using testing::Solved;
using testing::Values;

const SolverEntry& solver(const std::string& name) { return testing::solver("spiked_matrix_tensor", name); }

/// A set of parameters: recovering and trapped gradient flow, and the Langevin algorithm, p = 3, Δp = 1, m₀ = 0.2.
struct Set {
  std::string name, solver;
  double delta2, temperature;
};

const std::vector<Set> sets{
    {"GF_rec", "gradient_flow", 0.3, 0}, {"GF_stuck", "gradient_flow", 0.8, 0}, {"LA_rec", "langevin", 0.4, 1}};

Values values_of(const Set& set) {
  return {{"delta2", set.delta2}, {"deltap", 1}, {"temperature", set.temperature}, {"initial_overlap", 0.2}};
}

Solved simulate(const Set& set, double size, double replicas, const std::vector<double>& times) {
  Values values = values_of(set);
  values.insert({{"size", size}, {"replicas", replicas}, {"t_max", times.back()}});
  return testing::solve(solver(set.solver), values, {{"times", times}});
}

/// Samples as many as the records had, or more where that is cheap.
void compare_with_simulations(double smallest, double largest, double replicas, const std::vector<double>& times) {
  std::map<std::pair<std::string, double>, Solved> solved;
  int seen = 0;
  for (const auto& record : testing::reference_records("spiked_simulations")) {
    const double size = testing::parameter(record, "N");
    if (size < smallest || size > largest) continue;
    const auto text = record.at("quantity").get<std::string>();
    const auto set = std::ranges::find(sets, text.substr(0, text.find(':')), &Set::name);
    ASSERT_NE(set, sets.end()) << text;
    const std::pair key{set->name, size};
    if (!solved.contains(key)) solved.emplace(key, simulate(*set, size, replicas, times));
    const Solved& found = solved.at(key);
    const auto time =
        static_cast<std::size_t>(std::ranges::find(times, testing::parameter(record, "t")) - times.begin());
    for (const auto& [position, name] : {std::pair{0, "overlap"}, std::pair{1, "energy"}}) {
      EXPECT_NEAR(found.values(name)[time], record.at("value")[position].get<double>(),
                  record.at("atol")[position].get<double>() + 2 * found.errors(name)[time])
          << record.dump();
    }
    ++seen;
  }
  EXPECT_GT(seen, 10);
}

TEST(Simulations, SmallSizes) { compare_with_simulations(40, 80, 100, {0.5, 1, 2}); }
TEST(LongSimulations, LargeSizes) { compare_with_simulations(100, 240, 40, {0.5, 1, 2, 5}); }

/// Value and error of a + b/N at 1/N = 0, by least squares.
struct Intercept {
  double value, error;
};

Intercept extrapolate(const std::vector<std::array<double, 3>>& points) {  // 1/N, mean, standard error
  double w = 0, wx = 0, wxx = 0, wy = 0, wxy = 0;
  for (const auto& [x, y, error] : points) {
    const double weight = 1 / (error * error);
    w += weight, wx += weight * x, wxx += weight * x * x, wy += weight * y, wxy += weight * x * y;
  }
  const double determinant = w * wxx - wx * wx;
  return {(wxx * wy - wx * wxy) / determinant, std::sqrt(wxx / determinant)};
}

struct Size {
  double size, replicas;
};

constexpr double starts = 8;  // on each sample

std::map<double, Solved> simulate_sizes(const Set& set, const std::vector<Size>& sizes, const Lists& lists) {
  std::map<double, Solved> found;
  for (const auto& [size, replicas] : sizes) {
    Values values = values_of(set);
    values.insert({{"size", size}, {"replicas", replicas}, {"starts", starts}, {"t_max", lists.at("times").back()}});
    found.emplace(size, testing::solve(solver(set.solver), values, lists));
  }
  return found;
}

/// Each quantity within so many standard errors of the mean-field one, and by less than 1.5 in the mean square.
void compare_with_mean_field(const Set& set, const std::vector<Size>& sizes, const std::vector<double>& times,
                             double farthest) {
  Values values = values_of(set);
  values.insert({{"scheme", 1}, {"t_max", times.back()}, {"tolerance", 1e-6}});
  const Lists lists{{"times", times}, {"waiting_times", {times[0]}}, {"lags", {times.back() - times[0]}}};
  const Solved exact = testing::solve(solver("langevin_state_evolution"), values, lists);
  ASSERT_EQ(exact.solution.outcome, Outcome::done) << exact.solution.message;
  const auto found = simulate_sizes(set, sizes, lists);
  double squares = 0, all = 0;
  for (const auto* name : {"overlap", "energy", "energy_matrix", "correlation"}) {
    for (std::size_t i = 0; i < exact.values(name).size(); ++i) {
      std::vector<std::array<double, 3>> points;
      for (const auto& [size, solved] : found)
        points.push_back({1 / size, solved.values(name)[i], solved.errors(name)[i]});
      const Intercept limit = extrapolate(points);
      const double deviation = (limit.value - exact.values(name)[i]) / limit.error;
      std::cout << set.name << " " << name << " " << i << ": " << limit.value << " +- " << limit.error << ", exact "
                << exact.values(name)[i] << ", " << deviation << " standard errors\n";
      EXPECT_LT(std::abs(deviation), farthest) << set.name << " " << name << " " << i;
      ++all;
      squares += deviation * deviation;
    }
  }
  EXPECT_LT(std::sqrt(squares / all), 1.5) << set.name;
}

class MeanField : public ::testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Sets, MeanField, ::testing::Range(std::size_t{0}, sets.size()));

/// 100 samples of N = 80 and 50 of 160, with 8 starts each.
TEST_P(MeanField, IsTheLimitOfLargeSizes) {
  compare_with_mean_field(sets[GetParam()], {{80, 100}, {160, 50}}, {0.5, 1, 2}, 2);
}

class LongMeanField : public MeanField {};
INSTANTIATE_TEST_SUITE_P(LongSets, LongMeanField, ::testing::Range(std::size_t{0}, sets.size()));

/// 200 samples of N = 100, 100 of 200 and 50 of 300, with 8 starts each.
TEST_P(LongMeanField, IsTheLimitOfLargeSizes) {
  compare_with_mean_field(sets[GetParam()], {{100, 200}, {200, 100}, {300, 50}}, {0.5, 1, 2, 5}, 3);
}

}  // namespace
}  // namespace glasscape::spiked_matrix_tensor
