#include "glasscape/solvers/replicas.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "support/lone_context.hpp"
#include "support/random_field.hpp"

namespace glasscape {
namespace {

using testing::LoneContext;
using testing::MemoryCheckpoint;
using testing::RandomField;

Parameters parameters_of(double replicas, double steps = 20) {
  static const Schema schema = RandomField::schema();
  Parameters parameters(schema);
  parameters.set_scalar(schema.input_position("x"), 0.7);
  parameters.set_scalar(schema.input_position("replicas"), replicas);
  parameters.set_scalar(schema.input_position("steps"), steps);
  return parameters;
}

/// A sample of three numbers that differ between replicas, counted.
struct Sampler {
  int calls = 0;
  static std::vector<double> numbers(std::uint32_t replica) {
    return {std::sin(1.0 + replica), 1e6 + 1.0 / (replica + 1), -3.0};
  }
  Replica replica() {
    return [this](std::uint32_t replica, Checkpoint&) -> std::optional<std::vector<double>> {
      ++calls;
      return numbers(replica);
    };
  }
};

std::optional<ReplicaMean> average(
    Sampler& sampler, double replicas, Checkpoint& checkpoint, double steps = 20,
    const std::function<bool()>& stop = [] { return false; }) {
  LoneContext context(checkpoint, stop);
  return average_over_replicas(parameters_of(replicas, steps), context, sampler.replica());
}

void expect_same(const ReplicaMean& a, const ReplicaMean& b) {
  EXPECT_EQ(a.count(), b.count());
  EXPECT_EQ(a.mean(), b.mean());
  EXPECT_EQ(a.error(), b.error());
}

TEST(AverageOverReplicas, IsMeanAndStandardError) {
  Sampler sampler;
  NoCheckpoint none;
  const auto result = average(sampler, 8, none);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->count(), 8);
  for (std::size_t i = 0; i < 3; ++i) {
    double mean = 0;
    double squares = 0;
    for (std::uint32_t r = 0; r < 8; ++r) mean += Sampler::numbers(r)[i] / 8;
    for (std::uint32_t r = 0; r < 8; ++r) squares += std::pow(Sampler::numbers(r)[i] - mean, 2);
    EXPECT_NEAR(result->mean()[i], mean, 1e-15 * std::abs(mean) * 8) << i;
    EXPECT_NEAR(result->error()[i], std::sqrt(squares / 7 / 8), 1e-9) << i;
  }
  EXPECT_EQ(result->error()[2], 0);
}

TEST(AverageOverReplicas, MoreAreAddedWithTheSameBits) {
  Sampler sampler;
  NoCheckpoint none;
  const auto at_once = average(sampler, 8, none);
  MemoryCheckpoint kept;
  sampler.calls = 0;
  average(sampler, 3, kept);
  expect_same(*average(sampler, 8, kept), *at_once);
  EXPECT_EQ(sampler.calls, 8);
  expect_same(*average(sampler, 8, kept), *at_once);  // all there: nothing is computed
  EXPECT_EQ(sampler.calls, 8);
}

TEST(AverageOverReplicas, AStopBetweenReplicasLosesNone) {
  Sampler sampler;
  NoCheckpoint none;
  const auto at_once = average(sampler, 8, none);
  MemoryCheckpoint kept;
  sampler.calls = 0;
  std::optional<ReplicaMean> result;
  int asked = 0;
  int stops = 0;
  while (!(result = average(sampler, 8, kept, 20, [&] { return ++asked % 4 == 0; }))) ++stops;
  EXPECT_EQ(stops, 2);  // after three each time
  EXPECT_EQ(sampler.calls, 8);
  expect_same(*result, *at_once);
}

/// Three replicas that keep no state of their own: the one that was stopped begins again, the others are not lost.
TEST(AverageOverReplicas, AStopWithinAReplicaLosesThatOneOnly) {
  MemoryCheckpoint kept;
  Sampler sampler;
  int begun = 0;
  const Replica stopped_once = [&](std::uint32_t replica, Checkpoint& state) -> std::optional<std::vector<double>> {
    if (++begun == 3) return std::nullopt;
    return sampler.replica()(replica, state);
  };
  LoneContext context(kept, [] { return false; });
  EXPECT_FALSE(average_over_replicas(parameters_of(3), context, stopped_once));
  EXPECT_EQ(average_over_replicas(parameters_of(3), context, stopped_once)->count(), 3);
  EXPECT_EQ(begun, 4);
}

TEST(AverageOverReplicas, FewerOrOtherSamplesStartAnew) {
  Sampler sampler;
  MemoryCheckpoint kept;
  average(sampler, 8, kept);
  EXPECT_EQ(average(sampler, 3, kept)->count(), 3);
  EXPECT_EQ(sampler.calls, 11);
  average(sampler, 3, kept, 21);  // another end of the dynamics: the samples are others
  EXPECT_EQ(sampler.calls, 14);
}

TEST(AverageOverReplicas, AForeignStateDoesNotCount) {
  MemoryCheckpoint kept;
  kept.commit(std::vector<std::byte>(5));
  Sampler sampler;
  EXPECT_EQ(average(sampler, 2, kept)->count(), 2);
  kept.commit(std::vector<std::byte>(500, std::byte{0xff}));
  EXPECT_EQ(average(sampler, 2, kept)->count(), 2);
  EXPECT_EQ(sampler.calls, 4);
}

Solution solve(
    double replicas, Checkpoint& checkpoint, const std::function<bool()>& stop = [] { return false; },
    double steps = 20, bool keep_state = false) {
  static const Schema schema = RandomField::schema();
  const Parameters parameters = parameters_of(replicas, steps);
  const ParameterSpace space(schema, parameters, {});
  static const Shape shape(schema, space.fixed());
  const wrap::Communicator self(MPI_COMM_SELF, boost::mpi::comm_attach);
  const PointContext::Environment environment{.team = self, .keep_state = keep_state, .stop_requested = stop};
  const GridPoint point = space.point(0);
  PointContext context(environment, point, shape, checkpoint);
  return RandomField(point.values).solve(context);
}

TEST(AverageOverReplicas, AStopWithinASampleGoesOnFromItsState) {
  NoCheckpoint none;
  const Solution at_once = solve(4, none, [] { return false; });
  MemoryCheckpoint kept;
  int asked = 0;
  int stops = 0;
  Solution solution = solve(2, kept, [] { return false; });
  while ((solution = solve(4, kept, [&] { return ++asked % 7 == 0; })).outcome == Outcome::pending) ++stops;
  EXPECT_GE(stops, 5);  // two samples of 20 steps
  EXPECT_EQ(solution.values(0), at_once.values(0));
  EXPECT_EQ(solution.errors(0), at_once.errors(0));
  EXPECT_EQ(solution.values(2), (std::vector<double>{4}));
}

/// What a state serves: sums more replicas, ends of runs more steps, the state of a stopped run both.
TEST(AverageOverReplicas, SaysWhetherAStateGoesOn) {
  const auto goes_on = [](MemoryCheckpoint& state, double replicas, double steps) {
    return average_goes_on(state.latest().value(), parameters_of(replicas, steps));
  };
  const auto never = [] { return false; };
  MemoryCheckpoint sums, ends, stopped, foreign;
  solve(4, sums);
  solve(4, ends, never, 20, true);
  int asked = 0;
  solve(4, stopped, [&] { return ++asked == 7; });
  foreign.commit(std::vector<std::byte>(500, std::byte{0xff}));
  for (auto* state : {&sums, &ends}) EXPECT_TRUE(goes_on(*state, 4, 20) && goes_on(*state, 9, 20));
  for (auto* state : {&ends, &stopped}) EXPECT_TRUE(goes_on(*state, 4, 21) && goes_on(*state, 3, 21));
  EXPECT_FALSE(goes_on(sums, 4, 21) || goes_on(sums, 3, 20));
  EXPECT_FALSE(goes_on(ends, 4, 19) || goes_on(stopped, 4, 19));
  EXPECT_FALSE(goes_on(foreign, 4, 20));
}

/// Ends that were kept stay where only replicas are added, or taken away.
TEST(AverageOverReplicas, KeptEndsStay) {
  NoCheckpoint none;
  MemoryCheckpoint kept;
  int asked = 0;
  const auto count = [&] { return ++asked < 0; };
  solve(4, kept, count, 20, true);
  for (const double replicas : {6.0, 3.0, 5.0}) {
    const Solution at_once = solve(replicas, none);
    const Solution solution = solve(replicas, kept, count, 20, true);
    EXPECT_EQ(solution.values(0), at_once.values(0));
    EXPECT_EQ(solution.errors(0), at_once.errors(0));
  }
  asked = 0;
  EXPECT_EQ(solve(5, kept, count, 22, true).values(0), solve(5, none, count, 22).values(0));
  EXPECT_EQ(asked, 5 * (1 + 3) + 5 * (1 + 23));  // once before each replica, at steps 20 to 22, and at 0 to 22
}

/// A = 3B has the ratio 3 without error, however B scatters; of independent A and B relative errors add in squares.
TEST(ReplicaMean, RatioKnowsCorrelations) {
  RandomStream random(1, 2, Purpose::paths);
  ReplicaMean together, apart;
  for (int i = 0; i < 4000; ++i) {
    const double a = 3 + 0.3 * random.normal(), b = 1 + 0.1 * random.normal();
    together.add(std::vector{3 * b, b, 4 * b});
    apart.add(std::vector{a, b, a + b});
  }
  EXPECT_NEAR(ratio(together, 0, 1, 2).value, 3, 1e-12);
  EXPECT_NEAR(ratio(together, 0, 1, 2).error, 0, 1e-7);
  EXPECT_NEAR(ratio(apart, 0, 1, 2).error, 3 * std::sqrt(0.02 / 4000), 3e-4);
}

}  // namespace
}  // namespace glasscape
