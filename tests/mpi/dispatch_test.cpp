// Master and workers, on as many ranks as mpirun starts.
#include "glasscape/sweep/dispatch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/mpi/collectives.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>
#include <numeric>
#include <thread>

#include "glasscape/core/errors.hpp"

namespace glasscape {
namespace {

using sweep::StopSource;
using sweep::Tally;
using Indices = std::vector<std::size_t>;

/// One rank's side of a dispatched sweep: notes what it solves and what it commits.
class Dispatched {
 public:
  std::function<Outcome(std::size_t)> solve = [](std::size_t) { return Outcome::done; };
  std::function<sweep::Solved(std::size_t)> solve_with_value = [this](std::size_t index) { return solve(index); };
  std::function<void()> commit = [] {};
  sweep::Steering steering;

  Tally run(const Indices& queue, double deadline = infinity) {
    const StopSource stop(deadline);
    const sweep::Work work{.solve =
                               [this](std::size_t index) {
                                 const sweep::Solved solved = solve_with_value(index);
                                 if (solved.outcome != Outcome::pending) solved_.push_back(index);
                                 return solved;
                               },
                           .commit =
                               [this] {
                                 commit();
                                 committed_ = solved_.size();
                               }};
    const Tally tally = dispatch(teams_, is_master() ? queue : Indices{}, work, stop, steering);
    EXPECT_EQ(committed_, solved_.size());
    return tally;
  }

  const wrap::Communicator& world() const { return world_; }
  bool is_master() const { return world_.rank() == 0; }
  /// Whether this rank solves points: all but the master, who does where it is alone.
  bool is_worker() const { return world_.size() == 1 || !is_master(); }

  const Indices& solved_here() const { return solved_; }

  /// What all ranks have solved, sorted; on rank 0.
  Indices solved_everywhere() const {
    std::vector<Indices> parts;
    boost::mpi::gather(world_, solved_, parts, 0);
    Indices all;
    for (const Indices& part : parts) all.insert(all.end(), part.begin(), part.end());
    std::ranges::sort(all);
    return all;
  }

 private:
  wrap::Communicator world_;
  sweep::Teams teams_{world_, 1};
  Indices solved_;
  std::size_t committed_ = 0;
};

Indices indices_up_to(std::size_t count) {
  Indices indices(count);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  return indices;
}

void pause(double milliseconds) {
  std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(milliseconds));
}

TEST(Dispatch, SolvesEveryIndexOnce) {
  for (const std::size_t count : {1UL, 2UL, 7UL, 50'000UL}) {
    Dispatched ranks;
    const Tally tally = ranks.run(indices_up_to(count));
    const Indices solved = ranks.solved_everywhere();
    if (!ranks.is_master()) continue;
    EXPECT_EQ(solved, indices_up_to(count));
    EXPECT_EQ(tally.points.done, count);
    EXPECT_FALSE(tally.stopped);
  }
}

TEST(Dispatch, AnEmptyQueueEndsAtOnce) {
  Dispatched ranks;
  const Tally tally = ranks.run({});
  EXPECT_EQ(tally.points.all(), 0u);
  EXPECT_FALSE(tally.stopped);
  EXPECT_TRUE(ranks.solved_here().empty());
}

TEST(Dispatch, TheMasterSolvesOnlyWhenAlone) {
  Dispatched ranks;
  ranks.solve = [](std::size_t) { return pause(2), Outcome::done; };
  ranks.run(indices_up_to(40));
  EXPECT_EQ(ranks.solved_here().empty(), !ranks.is_worker());
}

/// A queue in no particular order, with gaps: each rank works through its share in the queue's order.
TEST(Dispatch, KeepsTheOrderOfTheQueue) {
  Indices queue;
  for (std::size_t i = 0; i < 2000; ++i) queue.push_back(3 * ((i * 777) % 2000));
  Dispatched ranks;
  ranks.run(queue);
  std::size_t last = 0;
  for (const std::size_t index : ranks.solved_here()) {
    const auto place = static_cast<std::size_t>(std::ranges::find(queue, index) - queue.begin());
    ASSERT_LT(place, queue.size());
    EXPECT_TRUE(index == ranks.solved_here().front() || place > last);
    last = place;
  }
  const Indices solved = ranks.solved_everywhere();
  std::ranges::sort(queue);
  if (ranks.is_master()) {
    EXPECT_EQ(solved, queue);
  }
}

TEST(Dispatch, CountsOutcomes) {
  Dispatched ranks;
  ranks.solve = [](std::size_t index) {
    return index % 4 == 1 ? Outcome::failed : index % 4 == 2 ? Outcome::unconverged : Outcome::done;
  };
  const Tally tally = ranks.run(indices_up_to(1000));
  if (!ranks.is_master()) return;
  EXPECT_EQ(tally.points.failed, 250u);
  EXPECT_EQ(tally.points.unconverged, 250u);
  EXPECT_EQ(tally.points.done, 500u);
}

TEST(Dispatch, AfterTheDeadlineTheRestIsLeft) {
  Dispatched ranks;
  ranks.solve = [](std::size_t) { return pause(2), Outcome::done; };
  const Tally tally = ranks.run(indices_up_to(10'000), 1);
  const Indices solved = ranks.solved_everywhere();
  if (!ranks.is_master()) return;
  EXPECT_TRUE(tally.stopped);
  EXPECT_GT(tally.points.done, 0u);
  EXPECT_LT(tally.points.done, 10'000u);
  EXPECT_EQ(tally.points.done, solved.size());
  EXPECT_EQ(std::ranges::adjacent_find(solved), solved.end());
}

/// A batch sized by cheap points that meets expensive ones is shared again.
TEST(Dispatch, ExpensivePointsAmongCheapOnesAreShared) {
  constexpr std::size_t cheap = 20'000;
  constexpr std::size_t expensive = 40;
  Dispatched ranks;
  ranks.solve = [](std::size_t index) {
    if (index >= cheap) pause(20);
    return Outcome::done;
  };
  const Tally tally = ranks.run(indices_up_to(cheap + expensive));
  const auto here = std::ranges::count_if(ranks.solved_here(), [](std::size_t index) { return index >= cheap; });
  if (ranks.world().size() >= 3) {
    EXPECT_LT(here, 3 * expensive / 4);
  }
  const Indices solved = ranks.solved_everywhere();
  if (ranks.is_master()) {
    EXPECT_EQ(tally.points.done, cheap + expensive);
    EXPECT_EQ(solved, indices_up_to(cheap + expensive));
  }
}

/// A long point that is told to stop leaves its row pending.
TEST(Dispatch, APendingPointIsNotCounted) {
  Dispatched ranks;
  const StopSource deadline(0.1);
  ranks.solve = [&](std::size_t) {
    sweep::StopOrder stop_order(ranks.world());
    while (!deadline.requested() && !stop_order.has_come()) pause(1);
    return Outcome::pending;
  };
  const Tally tally = ranks.run(indices_up_to(20), 0.1);
  EXPECT_EQ(tally.points.all(), 0u);
  if (ranks.is_master()) {
    EXPECT_TRUE(tally.stopped);
  }
}

/// The disk of one worker is full: the sweep ends, the other ranks commit what they have, all learn why.
TEST(Dispatch, AFailedCommitReachesEveryRank) {
  Dispatched ranks;
  const int culprit = ranks.world().size() - 1;
  ranks.solve = [](std::size_t) { return pause(1), Outcome::done; };
  ranks.commit = [&] {
    if (ranks.world().rank() == culprit) throw MachineError("a.h5: No space left on device");
  };
  std::string what = "nothing was thrown";
  try {
    const StopSource stop(infinity);
    const sweep::Work work{.solve = ranks.solve, .commit = ranks.commit};
    dispatch(sweep::Teams(ranks.world(), 1), ranks.is_master() ? indices_up_to(5000) : Indices{}, work, stop, {});
  } catch (const MachineError& error) {
    what = error.what();
  }
  EXPECT_EQ(what, "a.h5: No space left on device");
}

/// A binary tree grown while it is walked: every point but the leaves adds two, by the value it gave.
TEST(Dispatch, PointsMayBeAddedWhileTheSweepRuns) {
  constexpr std::size_t all = (1U << 15U) - 1;
  for (const double milliseconds : {0.0, 0.002}) {
    Dispatched ranks;
    ranks.solve_with_value = [&](std::size_t index) {
      if (milliseconds > 0) pause(milliseconds);
      return sweep::Solved(index % 3 == 0 ? Outcome::unconverged : Outcome::done, static_cast<double>(2 * index));
    };
    ranks.steering.more = [&](std::size_t index, const sweep::Solved& solved) {
      EXPECT_EQ(solved.value, static_cast<double>(2 * index));
      EXPECT_EQ(solved.outcome, index % 3 == 0 ? Outcome::unconverged : Outcome::done);
      return 2 * index + 2 < all ? Indices{2 * index + 1, 2 * index + 2} : Indices{};
    };
    const Tally tally = ranks.run({0});
    const Indices solved = ranks.solved_everywhere();
    if (!ranks.is_master()) continue;
    EXPECT_EQ(solved, indices_up_to(all));
    EXPECT_EQ(tally.points.all(), all);
    EXPECT_FALSE(tally.stopped);
  }
}

TEST(Dispatch, ManySweepsInARowLeaveNoMessageBehind) {
  for (std::size_t i = 0; i < 50; ++i) {
    Dispatched ranks;
    const Tally tally = ranks.run(indices_up_to(i), i % 5 == 4 ? 0 : infinity);
    const Indices solved = ranks.solved_everywhere();
    if (ranks.is_master()) {
      EXPECT_EQ(solved.size(), tally.points.done);
    }
    if (ranks.is_master() && i % 5 != 4) {
      EXPECT_EQ(tally.points.done, i);
    }
  }
}

}  // namespace
}  // namespace glasscape
