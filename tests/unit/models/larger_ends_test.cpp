// Points that kept the states of their runs: asked for more steps or a later end they go on from there, and end with
// the bits of a point that was asked for all at once.
#include <gtest/gtest.h>

#include <string>

#include "glasscape/core/observation_times.hpp"
#include "support/solve_in_pieces.hpp"

namespace glasscape {
namespace {

using testing::Lists;
using testing::MemoryCheckpoint;
using testing::Solved;
using testing::Values;

/// What is asked for at first, and what is asked for then.
struct Question {
  Values values;
  Lists lists = {};
};

struct Case {
  std::string name, model, solver;
  Values values;  ///< of all questions
  Question first, second, third;
  int saved = 0;      ///< questions whether to stop that are not asked again: each step asks one; 0: some
  int patience = 24;  ///< more questions than lie between two places where the solver can go on
};

std::ostream& operator<<(std::ostream& out, const Case& some) { return out << some.name; }

/// A point of one solver, and how often it was asked whether to stop.
struct Point {
  const Case& which;
  MemoryCheckpoint state = {};
  int asked = 0;

  Solved solve(Checkpoint& checkpoint, const Question& question, bool keep_state, int patience = 1 << 30) {
    Values values = which.values;
    for (const auto& [name, value] : question.values) values[name] = value;
    int left = patience;
    const auto stop = [&] { return ++asked, --left <= 0; };
    return testing::solve(checkpoint, testing::solver(which.model, which.solver), values, question.lists, stop, 1,
                          keep_state);
  }
  Solved solve(const Question& question, bool keep_state = true, int patience = 1 << 30) {
    return solve(state, question, keep_state, patience);
  }
};

class LargerEnds : public ::testing::TestWithParam<Case> {
 protected:
  Solved at_once(const Question& question) {
    NoCheckpoint none;
    Point point{GetParam()};
    Solved solved = point.solve(none, question, false);
    asked_ = point.asked;
    EXPECT_TRUE(solved.solution.outcome == Outcome::done) << solved.solution.message;
    return solved;
  }
  int asked_ = 0;  ///< at once
};

TEST_P(LargerEnds, GoOnFromTheKeptOnes) {
  Point point{GetParam()};
  point.solve(GetParam().first);
  for (const Question* question : {&GetParam().second, &GetParam().third}) {
    const Solved whole = at_once(*question);
    point.asked = 0;
    EXPECT_TRUE(testing::are_same(whole, point.solve(*question)));
    EXPECT_LT(point.asked, asked_);
    if (question == &GetParam().second && GetParam().saved > 0) {
      EXPECT_EQ(asked_ - point.asked, GetParam().saved);
    }
    point.asked = 0;
    EXPECT_TRUE(testing::are_same(whole, point.solve(*question)));  // all there
    EXPECT_LE(point.asked, 2);
  }
}

/// Stopped again and again, and given another question on the way.
TEST_P(LargerEnds, GoOnInPieces) {
  for (const int patience : {GetParam().patience, GetParam().patience + 5}) {
    Point point{GetParam()};
    point.solve(GetParam().first);
    for (int pieces = 0; pieces < 3; ++pieces) point.solve(GetParam().second, true, patience);
    for (;;) {
      const auto before = point.state.latest();
      const Solved piece = point.solve(GetParam().third, true, patience);
      if (piece.solution.outcome == Outcome::pending) {
        ASSERT_NE(point.state.latest(), before) << "does not come forward";
        continue;
      }
      EXPECT_TRUE(testing::are_same(piece, at_once(GetParam().third)));
      break;
    }
  }
}

TEST_P(LargerEnds, StartAnewWhereNoneWasKept) {
  Point point{GetParam()};
  point.solve(GetParam().first, false);
  const auto small = point.state.latest();
  const Solved whole = at_once(GetParam().second);
  point.asked = 0;
  EXPECT_TRUE(testing::are_same(whole, point.solve(GetParam().second, false)));
  EXPECT_EQ(point.asked, asked_);
  if (!small) return;
  Point keeping{GetParam()};
  keeping.solve(GetParam().first);
  EXPECT_GT(keeping.state.latest()->size(), small->size() + 100);
}

TEST_P(LargerEnds, OfSmallerOnesStartAnew) {
  Point point{GetParam()};
  point.solve(GetParam().second);
  EXPECT_TRUE(testing::are_same(point.solve(GetParam().first), at_once(GetParam().first)));
}

const std::vector<Case> cases{
    {.name = "persistent batches",
     .model = "gaussian_mixture",
     .solver = "sgd",
     .values = {{"alpha", 2}, {"size", 40}, {"starts", 3}, {"batch_size", 0.4}, {"persistence_time", 1.5}},
     .first = {{{"steps", 12}, {"replicas", 2}}, {{"waiting_times", {2, 7}}, {"lags", {0, 3, 9}}}},
     .second = {{{"steps", 30}, {"replicas", 3}}, {{"waiting_times", {2, 7, 15}}, {"lags", {0, 3, 9, 13}}}},
     .third = {{{"steps", 31}, {"replicas", 3}}, {{"waiting_times", {2, 7, 15, 31}}, {"lags", {0, 3, 9, 13}}}},
     .saved = 24},
    {.name = "closed equations",
     .model = "gaussian_mixture",
     .solver = "sgd_exact",
     .values = {{"alpha", 2}, {"batch_size", 0.4}},
     .first = {{{"steps", 12}}, {{"waiting_times", {2}}, {"lags", {9}}}},
     .second = {{{"steps", 30}}, {{"waiting_times", {1, 20}}, {"lags", {3, 9}}}},  // all matrices are there
     .third = {{{"steps", 31}}},
     .saved = 12},
    {.name = "sphere",
     .model = "phase_retrieval",
     .solver = "sgd",
     .values = {{"alpha", 3},
                {"size", 30},
                {"starts", 3},
                {"batch_size", 0.5},
                {"persistence_time", 0.02},
                {"initial_overlap", 0.5},
                {"success_overlap", 0.53}},
     .first = {{{"steps", 12}, {"replicas", 2}},
               {{"observed_steps", {0, 3, 12}}, {"waiting_times", {7, 2}}, {"lags", {0, 3, 9}}}},
     .second = {{{"steps", 30}, {"replicas", 2}},
                {{"observed_steps", {0, 3, 14, 30}}, {"waiting_times", {7, 2, 15}}, {"lags", {0, 3, 9, 13}}}},
     .third = {{{"steps", 50}, {"replicas", 4}},
               {{"observed_steps", {0, 3, 14, 31}}, {"waiting_times", {7, 2, 15}}, {"lags", {0, 3, 9, 13, 31}}}},
     .saved = 24},
    {.name = "wide network",
     .model = "phase_retrieval",
     .solver = "sgd",
     .values = {{"alpha", 3},
                {"size", 30},
                {"starts", 2},
                {"start", 1},
                {"width", 4},
                {"batch_size", 0.5},
                {"learning_rate", 0.001},
                {"success_overlap", 0.2}},
     .first = {{{"steps", 12}, {"replicas", 2}}, {{"observed_steps", {0, 3, 12}}}},
     .second = {{{"steps", 25}, {"replicas", 2}}, {{"observed_steps", {0, 3, 12, 25}}}},
     .third = {{{"steps", 26}, {"replicas", 3}}, {{"observed_steps", {0, 3, 12, 25, 26}}}},
     .saved = 24},
    {.name = "gradient flow",
     .model = "spiked_matrix_tensor",
     .solver = "gradient_flow",
     .values = {{"delta2", 0.3}, {"deltap", 1}, {"size", 30}, {"starts", 2}, {"initial_overlap", 0.2}, {"hessian", 1}},
     .first = {{{"t_max", 2.5}, {"replicas", 2}},
               {{"times", eight_per_decade(2.5)},
                {"waiting_times", {0.5, 2}},
                {"lags", {0.1, 2.5}},
                {"hessian_times", {1}}}},
     .second = {{{"t_max", 7}, {"replicas", 2}},
                {{"times", eight_per_decade(7)},
                 {"waiting_times", {0.5, 2, 3}},
                 {"lags", {0.1, 2.5, 4}},
                 {"hessian_times", {1, 7}}}},
     .third = {{{"t_max", 9}, {"replicas", 3}},
               {{"times", eight_per_decade(9)},
                {"waiting_times", {0.5, 2, 3}},
                {"lags", {0.1, 2.5, 4}},
                {"hessian_times", {1, 7, 8}}}}},
    {.name = "langevin",
     .model = "spiked_matrix_tensor",
     .solver = "langevin",
     .values = {{"delta2", 0.3}, {"deltap", 1}, {"size", 30}, {"starts", 2}, {"temperature", 0.4}, {"time_step", 0.1}},
     .first = {{{"t_max", 2}, {"replicas", 2}}, {{"times", {0, 1, 2}}, {"waiting_times", {1}}, {"lags", {0.5, 1}}}},
     .second = {{{"t_max", 4}, {"replicas", 2}},
                {{"times", {0, 1, 3}}, {"waiting_times", {1, 2.5}}, {"lags", {0.5, 1}}}},
     .third = {{{"t_max", 6}, {"replicas", 3}},
               {{"times", {0, 1, 3, 5}}, {"waiting_times", {1, 2.5}}, {"lags", {0.5, 1}}}},
     .saved = 32},  // to t = 1.5 twice, and at t = 0 whether to begin
    {.name = "gradient descent",
     .model = "spiked_matrix_tensor",
     .solver = "gradient_descent",
     .values = {{"delta2", 0.3}, {"deltap", 1}, {"size", 30}, {"starts", 2}, {"stationarity", 0.001}},
     .first = {{{"steps", 20}, {"replicas", 2}}, {{"observed_steps", {0, 3, 18}}}},
     .second = {{{"steps", 400}, {"replicas", 2}},
                {{"observed_steps", {0, 3, 18, 300}}, {"waiting_times", {20}}, {"lags", {7, 100}}}},
     .third = {{{"steps", 4000}, {"replicas", 3}},
               {{"observed_steps", {0, 3, 18, 300, 4000}}, {"waiting_times", {20}}, {"lags", {7, 100}}}},
     .saved = 38,
     .patience = 400},
    {.name = "message passing",
     .model = "spiked_matrix_tensor",
     .solver = "amp",
     .values = {{"delta2", 0.3}, {"deltap", 1}, {"size", 30}, {"initial_overlap", 0.2}, {"hessian", 1}},
     .first =
         {{{"steps", 12}, {"replicas", 2}},
          {{"observed_steps", {0, 3, 12}}, {"waiting_times", {2, 7}}, {"lags", {0, 3, 9}}, {"hessian_times", {4, 12}}}},
     .second = {{{"steps", 30}, {"replicas", 2}},
                {{"observed_steps", {0, 3, 14, 30}},
                 {"waiting_times", {2, 7, 15}},
                 {"lags", {0, 3, 9, 10, 13}},
                 {"hessian_times", {4, 30}}}},
     .third = {{{"steps", 40}, {"replicas", 3}},
               {{"observed_steps", {0, 3, 14, 31}},
                {"waiting_times", {2, 7, 15}},
                {"lags", {0, 3, 9, 10, 13}},
                {"hessian_times", {4, 35}}}},
     .patience = 400},
    {.name = "averaged descent, some at rest",
     .model = "spiked_matrix_tensor",
     .solver = "averaged_gradient_descent",
     .values = {{"delta2", 0.2},
                {"deltap", 1},
                {"size", 30},
                {"starts", 3},
                {"points", 10},
                {"averaging_steps", 3},
                {"stationarity", 0.01}},
     .first = {{{"steps", 20}, {"replicas", 3}},
               {{"observed_steps", {0, 3, 12}}, {"waiting_times", {2, 12}}, {"lags", {0, 3, 9}}}},
     .second = {{{"steps", 60}, {"replicas", 3}},
                {{"observed_steps", {0, 3, 12, 30, 60}}, {"waiting_times", {2, 12, 25}}, {"lags", {0, 3, 9, 30}}}},
     .third = {{{"steps", 2000}, {"replicas", 4}},
               {{"observed_steps", {0, 3, 12, 30, 60, 500}},
                {"waiting_times", {2, 12, 25, 1000}},
                {"lags", {0, 3, 9, 30, 500}}}}},
};

INSTANTIATE_TEST_SUITE_P(Solvers, LargerEnds, ::testing::ValuesIn(cases));

/// What would have had to be observed on the way was not: the point starts anew, with the right numbers.
TEST(RunsThatMissed, AnObservationStartAnew) {
  const Case& sphere = cases[2];
  const std::vector<Lists> missed{
      {{"observed_steps", {0, 3, 5, 14}}, {"waiting_times", {7, 2}}, {"lags", {0, 3, 9}}},
      {{"observed_steps", {0, 14}}, {"waiting_times", {7, 2}}, {"lags", {0, 3, 9}}},
      {{"observed_steps", {0, 3}}, {"waiting_times", {7, 2, 4}}, {"lags", {0, 3, 9}}},
      {{"observed_steps", {0, 3}}, {"waiting_times", {2, 7}}, {"lags", {0, 3, 9}}},
      {{"observed_steps", {0, 3}}, {"waiting_times", {7, 2}}, {"lags", {0, 3, 4, 9}}},
  };
  for (const Lists& lists : missed) {
    const Question question{{{"steps", 30}, {"replicas", 2}}, lists};
    Point whole{sphere}, point{sphere};
    NoCheckpoint none;
    const Solved at_once = whole.solve(none, question, false);
    point.solve(sphere.first);
    point.asked = 0;
    EXPECT_TRUE(testing::are_same(at_once, point.solve(question)));
    EXPECT_EQ(point.asked, whole.asked);
  }
}

/// Paths are no part of what is kept: they would fill the disk and cannot go on.
TEST(RunsThatKeepNoEnd, LeaveNothingMoreBehind) {
  const SolverEntry& entry = testing::solver("gaussian_mixture", "sgd_dmft");
  const Values values{{"alpha", 2}, {"paths", 128}, {"steps", 40}, {"replicas", 2}};
  MemoryCheckpoint without, with;
  testing::solve(without, entry, values, {}, [] { return false; });
  for (int pieces = 1;; ++pieces) {
    int asked = 0;
    const auto stop = [&] { return ++asked >= 30; };
    const Solved solved = testing::solve(with, entry, values, {}, stop, 1, true);
    if (solved.solution.outcome == Outcome::pending) continue;
    ASSERT_EQ(solved.solution.outcome, Outcome::done) << solved.solution.message;
    EXPECT_GT(pieces, 2);
    break;
  }
  EXPECT_EQ(with.latest()->size(), without.latest()->size());
  EXPECT_TRUE(with.latest() == without.latest());
}

}  // namespace
}  // namespace glasscape
