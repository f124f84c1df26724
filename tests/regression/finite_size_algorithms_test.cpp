// AMP and averaged gradient descent on samples of finite size: against state evolution, reference values and exact
// properties.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "glasscape/models/spiked_matrix_tensor/fixed_points.hpp"
#include "glasscape/solvers/matrix.hpp"
#include "models/spiked_matrix_tensor/averaged_descent.hpp"
#include "models/spiked_matrix_tensor/message_passing.hpp"
#include "support/reference.hpp"
#include "support/solve_point.hpp"

namespace glasscape::spiked_matrix_tensor {
namespace {

using nlohmann::json;
using testing::parameter;
using testing::solve;
using testing::Solved;

const SolverEntry& solver(const std::string& name) { return testing::solver("spiked_matrix_tensor", name); }

std::vector<double> count_to(std::size_t last) {
  std::vector<double> steps;
  for (std::size_t t = 0; t <= last; ++t) steps.push_back(static_cast<double>(t));
  return steps;
}

Solved amp(testing::Values values, std::size_t steps) {
  values["steps"] = static_cast<double>(steps);
  const Solved solved = solve(solver("amp"), values, {{"observed_steps", count_to(steps)}});
  EXPECT_EQ(solved.solution.outcome, Outcome::done) << solved.solution.message;
  return solved;
}

RandomStream stream(Purpose purpose, std::uint32_t replica) { return {7, 8, purpose, replica}; }

// --- approximate message passing ------------------------------------------------------------------------------------

TEST(MessagePassing, StateEvolutionFollowsTheReference) {
  int seen = 0;
  for (const json& record : testing::reference_records("message_passing")) {
    if (record.at("item") != "1.traj") continue;
    SCOPED_TRACE(record.at("id"));
    const auto expected = record.at("value").get<std::vector<double>>();
    const Solved solved = amp({{"p", parameter(record, "p")},
                               {"delta2", parameter(record, "D2")},
                               {"deltap", parameter(record, "Dp")},
                               {"initial_overlap", parameter(record, "m0")},
                               {"size", 5},
                               {"replicas", 2}},
                              expected.size() - 1);
    const auto& found = solved.values("overlap_state_evolution");
    for (std::size_t t = 0; t < expected.size(); ++t) {
      EXPECT_NEAR(found[t], expected[t], std::min(1e-10, 1e-8 * expected[t]));
    }
    ++seen;
  }
  EXPECT_EQ(seen, 7);
}

TEST(MessagePassing, AgreesWithIndependentSimulations) {
  int seen = 0;
  for (const json& record : testing::reference_records("message_passing")) {
    if (record.at("item") != "6.sim") continue;
    SCOPED_TRACE(record.at("id"));
    const auto expected = record.at("value").get<std::vector<double>>();
    const double size = parameter(record, "N");
    const Solved solved = amp({{"delta2", parameter(record, "D2")},
                               {"deltap", parameter(record, "Dp")},
                               {"initial_overlap", parameter(record, "m0")},
                               {"size", size},
                               {"replicas", size == 100 ? 200 : 60}},
                              expected.size() - 1);
    const auto &overlap = solved.values("overlap"), &error = solved.errors("overlap");
    for (std::size_t t = 0; t < expected.size(); ++t) {
      EXPECT_NEAR(overlap[t], expected[t], record.at("atol").get<double>() + 4 * error[t]) << "step " << t;
    }
    ++seen;
  }
  EXPECT_EQ(seen, 3);
}

/// At sizes and through steps where a wrong reaction term shows: without it the second step is off already.
TEST(MessagePassing, FollowsStateEvolution) {
  struct Case {
    double p, delta2, deltap, initial_overlap, size, replicas, bias;
  };
  // a matrix alone, large; tensors, with what remains of 1/N
  for (const Case& c : {Case{3, 0.5, infinity, 0.2, 1500, 20, 0.002},
                        {3, 0.8, 0.3, 0.4, 200, 40, 0.01},
                        {4, 0.7, 0.15, 0.6, 60, 40, 0.02}}) {
    const Solved solved = amp({{"p", c.p},
                               {"delta2", c.delta2},
                               {"deltap", c.deltap},
                               {"initial_overlap", c.initial_overlap},
                               {"size", c.size},
                               {"replicas", c.replicas}},
                              8);
    for (std::size_t t = 0; t <= 8; ++t) {
      SCOPED_TRACE(::testing::Message() << "p=" << c.p << " size=" << c.size << " step " << t);
      const double expected = solved.values("overlap_state_evolution")[t];
      EXPECT_NEAR(solved.values("overlap")[t], expected, c.bias + 4 * solved.errors("overlap")[t]);
      EXPECT_NEAR(solved.values("self_overlap")[t], expected, c.bias + 4 * solved.errors("self_overlap")[t]);
    }
    EXPECT_EQ(solved["success_fraction"], 1);
  }
}

TEST(MessagePassing, StartsAsStateEvolutionHasIt) {
  const Landscape landscape(Covariance(3, 1, 1), 30, stream(Purpose::disorder, 0));
  const MessagePassing passing(landscape, 0.3, stream(Purpose::initial_state, 0));
  EXPECT_NEAR(Landscape::overlap(passing.estimate()), 0.3, 1e-14);
  EXPECT_NEAR(dot(passing.estimate(), passing.estimate()) / 30, 0.3, 1e-14);
}

// --- averaged descent -----------------------------------------------------------------------------------------------

/// Two points at ±√N along each axis: the mean of T[x, x] over them is the partial trace of T.
std::vector<double> axes(std::size_t size) {
  std::vector<double> points(2 * size * size, 0.0);
  for (std::size_t i = 0; i < size; ++i) {
    points[2 * i * size + i] = std::sqrt(static_cast<double>(size));
    points[(2 * i + 1) * size + i] = -std::sqrt(static_cast<double>(size));
  }
  return points;
}

void check_partial_trace(const json& record) {
  const auto size = static_cast<std::size_t>(parameter(record, "N"));
  const auto points = axes(size);
  double along = 0, all = 0;
  for (std::uint32_t replica = 0; replica < 300; ++replica) {
    const Landscape landscape(Covariance(3, infinity, parameter(record, "Dp")), size,
                              stream(Purpose::disorder, replica));
    const auto force = mean_force(landscape, points);
    const double m = Landscape::overlap(force);
    along += m * m;
    all += dot(force, force) / static_cast<double>(size);
  }
  EXPECT_NEAR(along / all, record.at("value").get<double>(), record.at("atol").get<double>());
}

void check_noise_ratio(const json& record) {
  const auto size = static_cast<std::size_t>(parameter(record, "N")),
             count = static_cast<std::size_t>(parameter(record, "R"));
  double mean = 0, one = 0;
  std::vector<double> points(size * count), forces(size * count);
  for (std::uint32_t replica = 0; replica < 300; ++replica) {
    const Landscape noise(Covariance(3, infinity, 1e12), size, stream(Purpose::disorder, replica));  // no signal to see
    RandomStream random = stream(Purpose::initial_state, replica);
    fill_normal(random, points);
    for (std::size_t r = 0; r < count; ++r) {
      const auto x = std::span(points).subspan(r * size, size);
      const double norm = std::sqrt(dot(x, x) / static_cast<double>(size));
      for (double& element : x) element /= norm;
    }
    noise.evaluate(points, forces);
    const auto force = mean_force(noise, points);
    mean += dot(force, force);
    one += dot(forces, forces) / static_cast<double>(count);
  }
  EXPECT_NEAR(mean / one, record.at("value").get<double>(), record.at("atol").get<double>());
}

TEST(AveragedDescent, TheMeanForceHasLessNoise) {
  int seen = 0;
  for (const json& record : testing::reference_records("message_passing")) {
    if (record.at("item") != "5.agd") continue;
    SCOPED_TRACE(record.at("id"));
    record.at("params").contains("R") ? check_noise_ratio(record) : check_partial_trace(record);
    ++seen;
  }
  EXPECT_EQ(seen, 3);
}

TEST(AveragedDescent, TheMeanForceIsTheMeanOfTheForces) {
  const std::size_t size = 11, count = 150;  // more points than are evaluated at once
  const Landscape landscape(Covariance(4, 0.5, 0.3), size, stream(Purpose::disorder, 0));
  std::vector<double> points(size * count), forces(size * count);
  RandomStream random = stream(Purpose::initial_state, 0);
  fill_normal(random, points);
  landscape.evaluate(points, forces);
  const auto mean = mean_force(landscape, points);
  for (std::size_t i = 0; i < size; ++i) {
    double sum = 0;
    for (std::size_t r = 0; r < count; ++r) sum += forces[r * size + i];
    EXPECT_NEAR(mean[i], sum / static_cast<double>(count), 1e-12);
  }
}

TEST(AveragedDescent, OnlyTheCentreMoves) {
  const std::size_t size = 20;
  const Landscape landscape(Covariance(3, infinity, 0.1), size, stream(Purpose::disorder, 0));
  const AveragedDescent::Settings settings{.points = 50, .averaging_steps = 3, .averaging_step = 0.2};
  AveragedDescent descent(landscape, settings, stream(Purpose::initial_state, 0));
  // the same, step by step with the definition: all points, never projected
  std::vector<double> points(size * settings.points), move(size);
  RandomStream random = stream(Purpose::initial_state, 0);
  fill_normal(random, points);
  for (std::size_t r = 0; r < settings.points; ++r) {
    const auto x = std::span(points).subspan(r * size, size);
    const double norm = std::sqrt(dot(x, x) / static_cast<double>(size));
    for (double& element : x) element /= norm;
  }
  for (int t = 0; t < 3; ++t) {
    EXPECT_TRUE(descent.is_averaging());
    descent.step(move);  // its force at the position does not count
    move = mean_force(landscape, points);
    const double eta = settings.averaging_step / std::sqrt(dot(move, move) / static_cast<double>(size));
    for (std::size_t i = 0; i < points.size(); ++i) points[i] += eta * move[i % size];
  }
  EXPECT_FALSE(descent.is_averaging());
  std::vector<double> centre(size, 0.0);
  for (std::size_t i = 0; i < points.size(); ++i) centre[i % size] += points[i];
  const double norm = std::sqrt(dot(centre, centre) / static_cast<double>(size));
  for (std::size_t i = 0; i < size; ++i) EXPECT_NEAR(descent.position()[i], centre[i] / norm, 1e-12);
}

TEST(AveragedDescent, PlainDescentGoesDownToAMinimum) {
  for (const double p : {3.0, 4.0}) {
    const Landscape landscape(Covariance(static_cast<int>(p), 0.6, 0.8), 40, stream(Purpose::disorder, 3));
    AveragedDescent descent(landscape, {}, stream(Purpose::initial_state, 3));
    std::vector<double> force(40);
    double before = infinity;
    for (int t = 0; t < 5000; ++t) {
      const double energy = landscape.evaluate(descent.position(), force)[0].sum();
      EXPECT_LE(energy, before + 1e-14);
      before = energy;
      EXPECT_NEAR(dot(descent.position(), descent.position()) / 40, 1, 1e-14);
      descent.step(force);
    }
    const auto& x = descent.position();
    const double multiplier = dot(x, force) / 40;
    for (std::size_t i = 0; i < 40; ++i) EXPECT_NEAR(force[i], multiplier * x[i], 1e-8);
  }
}

Solved averaged_descent(const testing::Values& values) {
  const Solved solved = solve(solver("averaged_gradient_descent"), values, {{"observed_steps", {0, 400}}});
  EXPECT_EQ(solved.solution.outcome, Outcome::done) << solved.solution.message;
  return solved;
}

/// Runs side by side, each of which may come to rest alone, are as they would be one by one.
TEST(AveragedDescent, RunsDoNotFeelEachOther) {
  const Covariance q(3, 0.4, 0.5);
  const double rest = 0.01;
  const auto energies = [&](double starts) {
    const Solved solved = averaged_descent({{"delta2", 0.4},
                                            {"deltap", 0.5},
                                            {"size", 20},
                                            {"points", 7},
                                            {"averaging_steps", 2},
                                            {"steps", 400},
                                            {"stationarity", rest},
                                            {"starts", starts},
                                            {"replicas", 2}});
    EXPECT_LT(solved.values("gradient_norm")[1], rest * std::sqrt(q.derivative(1)));
    return solved.values("energy");
  };
  const auto one = energies(1), two = energies(2), three = energies(3);
  // Other numbers of starts draw other starts: at first the third is a sum of independent energies of variance Q(1)/N,
  // 9/3 + 4/2 of them, over two samples.
  const double spread = std::sqrt(5 * q.value(1) / (2 * 20));
  for (std::size_t t = 0; t < 2; ++t) {
    const double second = 2 * two[t] - one[t], third = 3 * three[t] - 2 * two[t];  // of sums of means
    for (const double energy : {one[t], second, third}) {
      EXPECT_LT(energy, t == 0 ? 4 * spread : -1.5);
      EXPECT_GT(energy, t == 0 ? -4 * spread : -4);
    }
    EXPECT_GT(std::abs(second - third), 1e-6);
  }
}

TEST(AveragedDescent, FindsTheSignalWhereItIsEasy) {
  for (const double averaging_steps : {0.0, 3.0}) {
    const Solved solved = averaged_descent({{"p", 3},
                                            {"delta2", 0.05},
                                            {"deltap", 0.5},
                                            {"size", 100},
                                            {"points", 50},
                                            {"averaging_steps", averaging_steps},
                                            {"replicas", 20}});
    // with the matrix that strong both signs are minima; a random start chooses
    const double expected = maximum_likelihood_overlap(Covariance(3, 0.05, 0.5)).value;
    EXPECT_GT(solved["success_fraction"], 0.2);
    EXPECT_LT(std::abs(solved["final_overlap"]), expected + 0.01);
    EXPECT_GT(solved["recovery_time"], 0);
  }
}

/// Tensor PCA at a signal-to-noise ratio 1/√Δp between N^(1/4) and N^(1/2): averaging helps.
TEST(AveragedDescent, FindsTheSignalBeforePlainDescent) {
  const auto success = [](double points, double averaging_steps) {
    return averaged_descent({{"delta2", infinity},
                             {"deltap", 0.03},
                             {"size", 100},
                             {"points", points},
                             {"averaging_steps", averaging_steps},
                             {"replicas", 40}})["success_fraction"];
  };
  const double plain = success(1, 0), averaged = success(200, 3);
  EXPECT_GT(averaged, plain + 0.4);
}

// --- what cannot be ------------------------------------------------------------------------------------------------

// --- both -----------------------------------------------------------------------------------------------------------

TEST(FiniteSizeAlgorithms, CorrelationAtLagZeroIsTheSelfOverlap) {
  for (const std::string name : {"amp", "averaged_gradient_descent"}) {
    const Solved solved =
        solve(solver(name), {{"delta2", 0.4}, {"deltap", 1}, {"size", 60}, {"replicas", 4}, {"steps", 12}},
              {{"observed_steps", {0, 3, 12}}, {"waiting_times", {0, 3}}, {"lags", {0, 9, 12}}});
    const auto &correlation = solved.values("correlation"), &self_overlap = solved.values("self_overlap");
    EXPECT_NEAR(correlation[0], self_overlap[0], 1e-14) << name;
    EXPECT_NEAR(correlation[3], self_overlap[1], 1e-14) << name;
    EXPECT_GT(correlation[1], 0) << name;               // of steps 0 and 9
    EXPECT_GT(correlation[4], correlation[2]) << name;  // 3 and 12 are closer than 0 and 12
    EXPECT_TRUE(std::isnan(correlation[5])) << name;    // step 15 lies beyond the end
  }
}

/// The steps after a run came to rest show where it stands: a minimum.
TEST(FiniteSizeAlgorithms, DescentEndsWhereTheHessianIsPositive) {
  const Solved solved =
      solve(solver("averaged_gradient_descent"),
            {{"delta2", 0.4},
             {"deltap", 1},
             {"size", 40},
             {"replicas", 3},
             {"steps", 5000},
             {"hessian", 1},
             {"averaging_steps", 3},
             {"points", 20},
             {"n_eigenvalues", 2},
             {"n_bins", 24}},
            {{"observed_steps", {5000}}, {"waiting_times", {4990}}, {"lags", {5}}, {"hessian_times", {0, 5000}}});
  EXPECT_LT(solved.values("gradient_norm")[0], 1e-5);
  EXPECT_NEAR(solved.values("correlation")[0], 1, 1e-12);
  const auto& eigenvalue = solved.values("hessian_eigenvalue");
  EXPECT_LT(eigenvalue[0], 0);  // at the start, by a saddle
  EXPECT_GT(eigenvalue[2], 0);
  EXPECT_GT(eigenvalue[3], eigenvalue[2]);
  double all = 0;
  for (std::size_t bin = 24; bin < 48; ++bin) all += solved.values("hessian_density")[bin] * 12 / 24;
  EXPECT_NEAR(all, 1, 1e-12);
}

/// Where AMP finds the signal, its estimate's direction is near a minimum: the signal lies in no soft direction.
TEST(FiniteSizeAlgorithms, AmpEndsWhereTheHessianIsPositive) {
  const Solved solved = solve(solver("amp"),
                              {{"delta2", 0.15},
                               {"deltap", 1},
                               {"size", 100},
                               {"replicas", 3},
                               {"steps", 40},
                               {"initial_overlap", 0.3},
                               {"hessian", 1},
                               {"n_eigenvalues", 1}},
                              {{"observed_steps", {40}}, {"hessian_times", {40}}});
  EXPECT_GT(solved.values("overlap")[0], 0.7);
  EXPECT_GT(solved.values("hessian_eigenvalue")[0], 0);
  EXPECT_NEAR(solved.values("hessian_eigenvalue")[0], solved.values("hessian_bulk_edge")[0], 1.5);
}

TEST(FiniteSizeAlgorithms, WhatBlowsUpFailsWithItsTime) {
  const Solved descent = solve(solver("averaged_gradient_descent"),
                               {{"delta2", 1}, {"deltap", 1}, {"size", 10}, {"relative_learning_rate", 1e308}});
  EXPECT_EQ(descent.solution.outcome, Outcome::failed);
  EXPECT_NE(descent.solution.message.find("blew up at step"), std::string::npos) << descent.solution.message;
  const Solved passing = solve(solver("amp"), {{"delta2", 1e-309}, {"deltap", 1}, {"size", 10}});
  EXPECT_EQ(passing.solution.outcome, Outcome::failed);
  EXPECT_NE(passing.solution.message.find("blew up"), std::string::npos) << passing.solution.message;
}

TEST(FiniteSizeAlgorithms, SayWhatTheSampleTakes) {
  for (const char* name : {"amp", "averaged_gradient_descent"}) {
    const SolverEntry& entry = solver(name);
    Parameters parameters(entry.schema);
    const auto set = [&](const char* input, double value) {
      parameters.set_scalar(entry.schema.input_position(input), value);
    };
    set("delta2", 1);
    set("deltap", 1);
    set("size", 2000);
    EXPECT_GT(entry.cost(parameters).bytes, 8 * 2000.0 * 2001 * 2002 / 6);
    EXPECT_LT(entry.cost(parameters).bytes, 1.1 * 8 * 2000.0 * 2001 * 2002 / 6);
    set("deltap", infinity);
    EXPECT_LT(entry.cost(parameters).bytes, 1e8);
  }
}

}  // namespace
}  // namespace glasscape::spiked_matrix_tensor
