// Solvers that go step by step: stopped inside a run and gone on, they end with the same bits.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "support/solve_in_pieces.hpp"

namespace glasscape {
namespace {

using testing::Lists;
using testing::Values;

struct Case {
  std::string name, model, solver;
  Values values;
  Lists lists = {};
  int questions = 0;  ///< one run asks at least as many: larger than the patience below
};

std::ostream& operator<<(std::ostream& out, const Case& some) { return out << some.name; }

class StoppedSteps : public ::testing::TestWithParam<Case> {};

/// Of patience 3 a piece does a step or two; longer pieces stop elsewhere, also in the run after the one they began in.
TEST_P(StoppedSteps, EndWithTheSameBits) {
  const auto& [name, model, solver, values, lists, questions] = GetParam();
  const SolverEntry& entry = testing::solver(model, solver);
  int asked = 0;
  const auto whole = testing::solve(entry, values, lists, [&] { return ++asked < 0; });
  ASSERT_TRUE(whole.solution.outcome == Outcome::done || whole.solution.outcome == Outcome::unconverged)
      << whole.solution.message;
  ASSERT_GE(asked, questions);
  for (const int patience : {3, 8}) {
    EXPECT_TRUE(testing::are_same(whole, testing::solve_in_pieces(entry, values, lists, patience))) << patience;
  }
}

const Lists pairs{{"waiting_times", {2, 7}}, {"lags", {0, 3, 9}}};
const Lists observed_pairs{{"observed_steps", {0, 3, 11, 20}}, {"waiting_times", {2, 7}}, {"lags", {0, 3, 9}}};

const std::vector<Case> cases{
    {.name = "persistent batches",
     .model = "gaussian_mixture",
     .solver = "sgd",
     .values = {{"alpha", 2},
                {"size", 40},
                {"steps", 20},
                {"replicas", 2},
                {"starts", 3},
                {"batch_size", 0.4},
                {"persistence_time", 1.5}},
     .lists = pairs,
     .questions = 42},
    {.name = "one run of full batches",
     .model = "gaussian_mixture",
     .solver = "sgd",
     .values = {{"alpha", 2}, {"size", 41}, {"steps", 20}, {"replicas", 2}, {"clusters", 3}},
     .questions = 42},
    {.name = "theory of persistent batches",
     .model = "gaussian_mixture",
     .solver = "sgd_dmft",
     .values =
         {{"alpha", 2}, {"paths", 128}, {"steps", 40}, {"replicas", 2}, {"batch_size", 0.4}, {"persistence_time", 1.5}},
     .lists = pairs,
     .questions = 82},
    {.name = "rows of uniform grids",
     .model = "spiked_matrix_tensor",
     .solver = "langevin_state_evolution",
     .values = {{"delta2", 0.5}, {"deltap", 1}, {"initial_overlap", 0.1}, {"t_max", 2}, {"scheme", 1}},
     .lists = {{"times", {0.5, 2}}},
     .questions = 375},
    {.name = "closed equations",
     .model = "gaussian_mixture",
     .solver = "sgd_exact",
     .values = {{"alpha", 2}, {"steps", 30}, {"batch_size", 0.4}},
     .lists = pairs,
     .questions = 31},
    {.name = "sphere",
     .model = "phase_retrieval",
     .solver = "sgd",
     .values = {{"alpha", 3},
                {"size", 30},
                {"steps", 20},
                {"replicas", 2},
                {"starts", 3},
                {"batch_size", 0.5},
                {"persistence_time", 0.02},
                {"initial_overlap", 0.5},
                {"success_overlap", 0.53}},
     .lists = observed_pairs,
     .questions = 42},
    {.name = "wide network",
     .model = "phase_retrieval",
     .solver = "sgd",
     .values = {{"alpha", 3},
                {"size", 30},
                {"steps", 20},
                {"replicas", 2},
                {"starts", 2},
                {"start", 1},
                {"width", 4},
                {"batch_size", 0.5},
                {"learning_rate", 0.001},
                {"success_overlap", 0.2}},
     .lists = {{"observed_steps", {0, 3, 11, 20}}},
     .questions = 42},
    {.name = "theory on the sphere",
     .model = "phase_retrieval",
     .solver = "sgd_dmft",
     .values = {{"alpha", 3}, {"paths", 64}, {"steps", 20}, {"replicas", 2}, {"batch_size", 0.5}},
     .lists = observed_pairs,
     .questions = 42},
    {.name = "equilibrium",
     .model = "mixed_pspin",
     .solver = "equilibrium",
     .values = {{"temperature", 0.62}, {"t_max", 1e4}, {"tolerance", 1e-8}},
     .lists = {{"times", {0, 1, 1e3}}},
     .questions = 50},
};

INSTANTIATE_TEST_SUITE_P(Solvers, StoppedSteps, ::testing::ValuesIn(cases));

/// A state of the closed equations serves more steps, and not fewer.
TEST(StoppedClosedEquations, ServeMoreSteps) {
  const SolverEntry& entry = testing::solver("gaussian_mixture", "sgd_exact");
  testing::MemoryCheckpoint checkpoint;
  const auto steps = [](double count) { return Values{{"alpha", 2}, {"steps", count}}; };
  int asked = 0;
  testing::solve(checkpoint, entry, steps(30), {}, [&] { return ++asked > 20; });
  const auto before = checkpoint.latest().value();
  for (const int count : {10, 50}) {
    const auto count_questions = [&] { return ++asked < 0; };
    asked = 0;
    const auto whole = testing::solve(entry, steps(count), {}, count_questions);
    checkpoint.commit(before);
    const int of_whole = std::exchange(asked, 0);
    EXPECT_TRUE(testing::are_same(whole, testing::solve(checkpoint, entry, steps(count), {}, count_questions)));
    EXPECT_EQ(of_whole - asked, count > 20 ? 20 : 0);
  }
}

}  // namespace
}  // namespace glasscape
