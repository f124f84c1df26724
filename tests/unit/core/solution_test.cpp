#include "glasscape/core/solution.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <thread>

#include "glasscape/core/errors.hpp"
#include "glasscape/core/solver.hpp"
#include "support/toy_registry.hpp"

namespace glasscape {
namespace {

using testing::toy_sweep;

const std::string one_point = "[parameters]\ndelta2 = 1\n";
const std::string with_times = one_point + "times = 1, 2, 3\n";

Solution complete(const Shape& shape) {
  Solution solution(shape);
  solution.set("overlap", 0.5, 1e-9);
  solution.set("phase", 1);
  solution.set("correlation", {1, 2, 3}, {0.1, 0.1, 0.1});
  return solution;
}

TEST(Interval, OpenAndClosedEnds) {
  EXPECT_FALSE(Interval::positive().contains(0));
  EXPECT_FALSE(Interval::positive().contains(infinity));
  EXPECT_TRUE(Interval::positive_or_infinite().contains(infinity));
  EXPECT_TRUE(Interval::at_least(2).contains(2));
  EXPECT_TRUE(Interval::closed(0, 1).contains(1));
  EXPECT_FALSE(Interval::real().contains(not_a_number));
  EXPECT_EQ(Interval::positive_or_infinite().text(), "(0, inf]");
  EXPECT_EQ(Interval::only(0).text(), "0");
}

TEST(Solution, StartsAtNanAndNoCategory) {
  const Sweep sweep = toy_sweep(with_times);
  const Solution solution(sweep.shape);
  EXPECT_TRUE(std::isnan(solution.values(0).at(0)));
  EXPECT_TRUE(std::isnan(solution.errors(0).at(0)));
  EXPECT_EQ(solution.values(1).size(), 3u);
  EXPECT_EQ(solution.values(2).at(0), -1);
  EXPECT_TRUE(solution.errors(2).empty());
}

TEST(Solution, WrongNamesAndLengthsAreBugs) {
  const Sweep sweep = toy_sweep(with_times);
  Solution solution(sweep.shape);
  EXPECT_THROW(solution.set("ovrelap", 1), std::logic_error);
  EXPECT_THROW(solution.set("correlation", {1, 2}), std::logic_error);
  EXPECT_THROW(solution.set("correlation", {1, 2, 3}, {1}), std::logic_error);
  EXPECT_THROW(solution.set("overlap", {1, 2}), std::logic_error);
}

TEST(Solution, AnObservableOverAnEmptyDimensionIsIgnored) {
  const Sweep sweep = toy_sweep(one_point);
  EXPECT_EQ(sweep.shape.count(1), 0u);
  Solution solution(sweep.shape);
  solution.set("correlation", std::vector<double>{}, std::vector<double>{});
  EXPECT_TRUE(solution.values(1).empty());
}

TEST(FindFault, AcceptsACompleteSolution) {
  const Sweep sweep = toy_sweep(with_times);
  EXPECT_EQ(find_fault(complete(sweep.shape), sweep.solver->schema), std::nullopt);
}

TEST(FindFault, NamesTheObservableThatIsNan) {
  const Sweep sweep = toy_sweep(with_times);
  const Schema& schema = sweep.solver->schema;
  Solution solution = complete(sweep.shape);
  solution.set("overlap", not_a_number, 0);
  EXPECT_EQ(find_fault(solution, schema), "overlap is not a number");
  solution = complete(sweep.shape);
  solution.set("overlap", 1, not_a_number);
  EXPECT_EQ(find_fault(solution, schema), "the error of overlap is not a number");
  solution = complete(sweep.shape);
  solution.set("correlation", {1, not_a_number, 3}, {1, 1, 1});
  EXPECT_EQ(find_fault(solution, schema), "correlation is not a number");
  solution = complete(sweep.shape);
  solution.set("phase", -1);
  EXPECT_EQ(find_fault(solution, schema), "phase is not a number");
}

TEST(FindFault, LeavesUnfinishedSolutionsAlone) {
  const Sweep sweep = toy_sweep(one_point);
  for (const Outcome outcome : {Outcome::failed, Outcome::unconverged, Outcome::pending}) {
    Solution solution(sweep.shape);
    solution.outcome = outcome;
    EXPECT_EQ(find_fault(solution, sweep.solver->schema), std::nullopt);
  }
}

/// One point of toy / plain solved by `solve`.
struct Attempt {
  Outcome outcome;
  std::string message;
};

Attempt attempt_with(const std::function<Solution(const Parameters&, PointContext&)>& solve, double timeout = infinity,
                     bool stop = false) {
  const Sweep sweep = toy_sweep(one_point);
  const wrap::Communicator self(MPI_COMM_SELF, boost::mpi::comm_attach);
  const PointContext::Environment environment{
      .team = self, .timeout = timeout, .stop_requested = [stop] { return stop; }};
  const GridPoint point = sweep.space.point(0);
  NoCheckpoint checkpoint;
  PointContext context(environment, point, sweep.shape, checkpoint);
  const SolverEntry entry{.schema = sweep.solver->schema, .solve = solve, .cost = {}};
  const Solution solution = attempt(entry, point.values, context);
  return {solution.outcome, solution.message};
}

Solution pending(const Parameters&, PointContext& context) {
  Solution solution = context.solution();
  solution.outcome = Outcome::pending;
  return solution;
}

TEST(Attempt, TurnsExceptionsIntoFailedPoints) {
  const auto thrown = attempt_with([](const auto&, auto&) -> Solution { throw std::runtime_error("diverged"); });
  EXPECT_EQ(thrown.outcome, Outcome::failed);
  EXPECT_EQ(thrown.message, "diverged");
  EXPECT_EQ(attempt_with([](const auto&, auto&) -> Solution { throw std::bad_alloc(); }).message, "out of memory");
  EXPECT_EQ(attempt_with([](const auto&, auto&) -> Solution { throw 3; }).message,
            "threw something that is no std::exception");
}

TEST(Attempt, LetsTheMachinesFailuresPass) {
  EXPECT_THROW(attempt_with([](const auto&, auto&) -> Solution { throw MachineError("disk full"); }), MachineError);
}

TEST(PointContext, CheckpointsAreDueOnceAnInterval) {
  const Sweep sweep = toy_sweep(one_point);
  const wrap::Communicator self(MPI_COMM_SELF, boost::mpi::comm_attach);
  const PointContext::Environment environment{.team = self, .checkpoint_interval = 0.05};
  const GridPoint point = sweep.space.point(0);
  NoCheckpoint checkpoint;
  PointContext context(environment, point, sweep.shape, checkpoint);
  int due = 0;
  double first = 0;
  while (context.seconds() < 0.12) {
    if (!context.checkpoint_is_due()) continue;
    if (due++ == 0) first = context.seconds();
  }
  EXPECT_EQ(due, 2);
  EXPECT_GE(first, 0.05);
}

TEST(Attempt, TurnsNanIntoAFailedPoint) {
  const auto result = attempt_with([](const auto&, PointContext& context) { return context.solution(); });
  EXPECT_EQ(result.outcome, Outcome::failed);
  EXPECT_EQ(result.message, "overlap is not a number");
}

TEST(Attempt, APointThatOverranFailsEvenIfItNeverAsked) {
  const auto slow = [](const auto&, PointContext& context) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return complete(context.shape());
  };
  EXPECT_EQ(attempt_with(slow, 0.005).message, "exceeded point_timeout = 0.005 s");
  EXPECT_EQ(attempt_with(slow, 0.005).outcome, Outcome::failed);
}

TEST(Attempt, MayStayPendingOnlyWhereAskedToStop) {
  EXPECT_EQ(attempt_with(pending, infinity, true).outcome, Outcome::pending);
  EXPECT_EQ(attempt_with(pending, infinity, false).outcome, Outcome::failed);
}

}  // namespace
}  // namespace glasscape
