// Solvers that go step by step: stopped inside a run and gone on, they end with the same bits.
#include <gtest/gtest.h>

#include <string>

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

INSTANTIATE_TEST_SUITE_P(
    GaussianMixture, StoppedSteps,
    ::testing::Values(Case{.name = "persistent batches",
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
                      Case{.name = "one run of full batches",
                           .model = "gaussian_mixture",
                           .solver = "sgd",
                           .values = {{"alpha", 2}, {"size", 41}, {"steps", 20}, {"replicas", 2}, {"clusters", 3}},
                           .questions = 42}));

INSTANTIATE_TEST_SUITE_P(PhaseRetrieval, StoppedSteps,
                         ::testing::Values(Case{.name = "sphere",
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
                                           Case{.name = "wide network",
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
                                                .questions = 42}));

}  // namespace
}  // namespace glasscape
