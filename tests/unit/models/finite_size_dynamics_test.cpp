// The finite-size solvers of the spiked matrix-tensor model: what they observe, and that a stopped run is the same one.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "glasscape/models/spiked_matrix_tensor/fixed_points.hpp"
#include "glasscape/models/spiked_matrix_tensor/landscape.hpp"
#include "support/lone_context.hpp"
#include "support/solve_point.hpp"

namespace glasscape::spiked_matrix_tensor {
namespace {

using testing::Lists;
using testing::Solved;
using testing::Values;

Solved run(const std::string& solver, Values values, const Lists& lists) {
  values.insert({{"delta2", 0.3}, {"deltap", 1}, {"size", 40}, {"replicas", 3}, {"initial_overlap", 0.2}});
  return testing::solve(testing::solver("spiked_matrix_tensor", solver), values, lists);
}

const std::vector<double> times{0, 0.1, 0.3, 1, 2, 3, 5, 10};

TEST(GradientFlowSolver, GoesDownhillAndComesToRest) {
  const Solved flow = run("gradient_flow", {{"t_max", 400}, {"stationarity", 1e-4}}, {{"times", times}});
  ASSERT_EQ(flow.solution.outcome, Outcome::done) << flow.solution.message;
  EXPECT_NEAR(flow.values("overlap")[0], 0.2, 1e-12);
  for (std::size_t i = 0; i < times.size(); ++i) {
    EXPECT_NEAR(flow.values("energy")[i], flow.values("energy_matrix")[i] + flow.values("energy_tensor")[i], 1e-12);
    EXPECT_NEAR(flow.values("radial_multiplier")[i],
                -2 * flow.values("energy_matrix")[i] - 3 * flow.values("energy_tensor")[i], 1e-12);
  }
  EXPECT_TRUE(std::ranges::is_sorted(flow.values("energy"), std::greater()));
  EXPECT_EQ(flow["stationary_fraction"], 1);
  EXPECT_LE(flow["final_energy"], flow.values("energy").back());
  EXPECT_GT(flow["evaluations"], 50);
}

/// dE/dt = −|∇H|²/N: the integral of the one is the difference of the other.
TEST(GradientFlowSolver, EnergyFallsAsTheGradientSays) {
  std::vector<double> fine;
  for (int i = 0; i <= 200; ++i) fine.push_back(i * 0.005);
  const Solved flow = run("gradient_flow", {{"t_max", 1}, {"replicas", 1}, {"tolerance", 1e-8}}, {{"times", fine}});
  double integral = 0;  // Simpson
  for (std::size_t i = 0; i < fine.size(); ++i) {
    const double weight = i == 0 || i + 1 == fine.size() ? 1 : i % 2 == 1 ? 4 : 2;
    integral += weight * std::pow(flow.values("gradient_norm")[i], 2) * 0.005 / 3;
  }
  EXPECT_NEAR(flow.values("energy").front() - flow.values("energy").back(), integral, 1e-6);
}

TEST(GradientFlowSolver, DescentOfSmallStepsAndLangevinAtZeroTemperatureFollowIt) {
  const Lists lists{{"times", {1, 2}}, {"waiting_times", {0.5, 1}}, {"lags", {0.5, 1}}};
  const Solved flow = run("gradient_flow", {{"t_max", 2}, {"tolerance", 1e-7}}, lists);
  const Solved cold = run("langevin", {{"t_max", 2}, {"temperature", 0}, {"time_step", 0.002}}, lists);
  const Solved descent = run("gradient_descent", {{"steps", 2000}, {"learning_rate", 0.001}},
                             {{"observed_steps", {1000, 2000}}, {"waiting_times", {500, 1000}}, {"lags", {500, 1000}}});
  // each observable's largest differences from the flow: of second and first order in the step
  for (const auto* name : {"overlap", "energy", "energy_matrix", "gradient_norm", "correlation", "final_overlap",
                           "final_energy", "success_fraction", "recovery_time"}) {
    for (std::size_t i = 0; i < flow.values(name).size(); ++i) {
      EXPECT_NEAR(cold.values(name)[i], flow.values(name)[i], 5e-5) << name << i;
      EXPECT_NEAR(descent.values(name)[i], flow.values(name)[i], 5e-3) << name << i;
      EXPECT_NEAR(cold.errors(name)[i], flow.errors(name)[i], 5e-5) << name << i;
    }
  }
}

/// The first time at which the overlap is half of the recovered one, by the observed overlaps.
TEST(GradientFlowSolver, RecoveryTimeIsWhereTheOverlapPassesTheLevel) {
  std::vector<double> fine;
  for (int i = 0; i <= 400; ++i) fine.push_back(i * 0.005);
  const Solved flow =
      run("gradient_flow", {{"t_max", 2}, {"replicas", 1}, {"tolerance", 1e-7}, {"initial_overlap", 0.4}},
          {{"times", fine}});
  const double level = 0.5 * recovered_overlap(Covariance(3, 0.3, 1), 0);
  const auto& overlap = flow.values("overlap");
  const auto above = std::ranges::find_if(overlap, [&](double m) { return m >= level; });
  ASSERT_NE(above, overlap.end());
  EXPECT_EQ(flow["success_fraction"], 1);
  EXPECT_NEAR(flow["recovery_time"], fine[static_cast<std::size_t>(above - overlap.begin())], 0.006);
}

TEST(GradientFlowSolver, SaysWhereNothingIsRecovered) {
  const Solved stuck =
      run("gradient_flow", {{"delta2", 2}, {"deltap", 8}, {"t_max", 1}, {"initial_overlap", 0}}, {{"times", {1}}});
  EXPECT_EQ(stuck["success_fraction"], 0);
  EXPECT_TRUE(std::isnan(stuck["recovery_time"]));
  EXPECT_FALSE(stuck.solution.message.empty());
}

/// Starts at the signal are all the same: their mean is each of them.
TEST(FiniteSizeSolvers, StartsShareTheirSample) {
  const Lists lists{{"times", {0.5, 1}}, {"waiting_times", {0.5}}, {"lags", {0.5}}, {"hessian_times", {1}}};
  Values values{{"t_max", 1}, {"replicas", 2}, {"starts", 5}, {"initial_overlap", 1}, {"hessian", 1}};
  const Solved several = run("gradient_flow", values, lists);
  values["starts"] = 1;
  const Solved one = run("gradient_flow", values, lists);
  for (const auto* name : {"overlap", "energy", "gradient_norm", "correlation", "success_fraction", "recovery_time",
                           "final_energy", "hessian_eigenvalue", "hessian_signal_overlap", "hessian_density"}) {
    for (std::size_t i = 0; i < one.values(name).size(); ++i) {
      EXPECT_NEAR(several.values(name)[i], one.values(name)[i], 1e-9) << name;
      EXPECT_NEAR(several.errors(name)[i], one.errors(name)[i], 1e-9) << name;
    }
  }
  values["initial_overlap"] = 0;
  const Solved random_one = run("gradient_flow", values, lists);
  values["starts"] = 5;
  const Solved random_several = run("gradient_flow", values, lists);
  EXPECT_GT(std::abs(random_several.values("energy")[0] - random_one.values("energy")[0]), 1e-3);
}

TEST(FiniteSizeSolvers, StepsThatBlowUpFailThePoint) {
  const Solved langevin = run("langevin", {{"time_step", 5}, {"t_max", 50}}, {{"times", {50}}});
  EXPECT_EQ(langevin.solution.outcome, Outcome::failed);
  EXPECT_NE(langevin.solution.message.find("blows up: the step to t = 5 takes the norm"), std::string::npos)
      << langevin.solution.message;
  const Solved descent = run("gradient_descent", {{"learning_rate", 5}}, {{"observed_steps", {10}}});
  EXPECT_EQ(descent.solution.outcome, Outcome::failed);
}

TEST(FiniteSizeSolvers, SayWhatTheyNeed) {
  const SolverEntry& entry = testing::solver("spiked_matrix_tensor", "gradient_flow");
  Parameters parameters(entry.schema);
  for (const auto& [name, value] : Values{{"delta2", 1}, {"deltap", 1}, {"size", 2000}}) {
    parameters.set_scalar(entry.schema.input_position(name), value);
  }
  EXPECT_NEAR(entry.cost(parameters).bytes, 10.7e9, 0.1e9);
  parameters.set_scalar(entry.schema.input_position("size"), 10000);
  EXPECT_GT(entry.cost(parameters).bytes, 1.3e12);
}

// --- stop and resume ------------------------------------------------------------------------------------------------

/// Solves a point that is stopped after `patience` questions, again and again until it is done; after so many more each
/// time where what lies between two states may take long.
Solution solve_in_pieces(const SolverEntry& entry, const Parameters& parameters, int patience, int more) {
  const wrap::Communicator self(MPI_COMM_SELF, boost::mpi::comm_attach);
  const GridPoint point = ParameterSpace(entry.schema, parameters, {}).point(0);
  static std::vector<std::unique_ptr<Shape>> shapes;  // solutions refer to them
  shapes.push_back(std::make_unique<Shape>(entry.schema, parameters));
  testing::MemoryCheckpoint checkpoint;
  for (int pieces = 1;; ++pieces) {
    int asked = 0;
    const PointContext::Environment environment{
        .team = self, .checkpoint_interval = 0, .stop_requested = [&] { return ++asked > patience + more * pieces; }};
    PointContext context(environment, point, *shapes.back(), checkpoint);
    Solution solution = attempt(entry, parameters, context);
    if (solution.outcome != Outcome::pending) return solution;
    if (pieces > 1000) throw std::logic_error("does not come forward");
  }
}

void expect_same_bits_in_pieces(const SolverEntry& entry, const Parameters& parameters, int patience, int more) {
  const Solution whole = solve_in_pieces(entry, parameters, 1000000, 0);
  const Solution pieces = solve_in_pieces(entry, parameters, patience, more);
  ASSERT_EQ(whole.outcome, Outcome::done) << whole.message;
  EXPECT_EQ(pieces.values(entry.schema.output_position("samples")),
            std::vector{static_cast<double>(parameters.integer("replicas"))});
  for (std::size_t i = 0; i < entry.schema.outputs.size(); ++i) {
    const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
    const std::string name = entry.schema.solver + " " + entry.schema.outputs[i].name;
    EXPECT_TRUE(std::ranges::equal(whole.values(i), pieces.values(i), same)) << name;
    EXPECT_TRUE(std::ranges::equal(whole.errors(i), pieces.errors(i), same)) << name;
  }
}

TEST(FiniteSizeSolvers, StoppedRunsEndWithTheSameBits) {
  for (const std::string name : {"gradient_flow", "langevin", "gradient_descent"}) {
    const SolverEntry& entry = testing::solver("spiked_matrix_tensor", name);
    const bool counts_steps = name == "gradient_descent";
    Parameters parameters(entry.schema);
    for (const auto& [key, value] : Values{{"delta2", 0.3},
                                           {"deltap", 1},
                                           {"size", 25},
                                           {"replicas", 3},
                                           {"starts", 2},
                                           {"hessian", 1},
                                           {"n_bins", 10}}) {
      parameters.set_scalar(entry.schema.input_position(key), value);
    }
    parameters.set_scalar(entry.schema.input_position(counts_steps ? "steps" : "t_max"), counts_steps ? 60 : 3);
    const double unit = counts_steps ? 20 : 1;
    for (const auto& [key, list] : Lists{{counts_steps ? "observed_steps" : "times", {0, unit, 2 * unit, 3 * unit}},
                                         {"waiting_times", {unit}},
                                         {"lags", {unit}},
                                         {"hessian_times", {2 * unit}}}) {
      parameters.set_list(entry.schema.input_position(key), list);
    }
    expect_same_bits_in_pieces(entry, parameters, 0, 7);
  }
}

/// Each piece is shorter than a sample takes. Stops lie in the averaging, in the descent, and where some runs have come
/// to rest before others.
TEST(FiniteSizeSolvers, StoppedAlgorithmsEndWithTheSameBits) {
  const Values common{{"delta2", 0.3}, {"deltap", 1},  {"size", 25},  {"replicas", 3},
                      {"steps", 60},   {"hessian", 1}, {"n_bins", 10}};
  const Values own{{"starts", 4}, {"points", 10}, {"averaging_steps", 12}, {"stationarity", 1e-2}};
  for (const std::string name : {"amp", "averaged_gradient_descent"}) {
    const SolverEntry& entry = testing::solver("spiked_matrix_tensor", name);
    Parameters parameters(entry.schema);
    const auto set = [&](const Values& values) {
      for (const auto& [key, value] : values) parameters.set_scalar(entry.schema.input_position(key), value);
    };
    set(common);
    if (name != "amp") set(own);
    for (const auto& [key, list] : Lists{{"observed_steps", {0, 5, 20, 60}},
                                         {"waiting_times", {5, 30}},
                                         {"lags", {1, 25}},
                                         {"hessian_times", {20, 60}}}) {
      parameters.set_list(entry.schema.input_position(key), list);
    }
    expect_same_bits_in_pieces(entry, parameters, 8, 0);
  }
}

// --- the tangent Hessian --------------------------------------------------------------------------------------------

/// At a random point: a semicircle of centre μ and radius 2√Q''(1); its lower edge lies within N^(−2/3).
TEST(Hessian, IsASemicircleAtARandomPoint) {
  const Solved start = run("gradient_flow",
                           {{"t_max", 1e-6},
                            {"size", 300},
                            {"replicas", 4},
                            {"initial_overlap", 0},
                            {"delta2", 1.5},
                            {"hessian", 1},
                            {"n_bins", 24}},
                           {{"times", {0}}, {"hessian_times", {0}}});
  ASSERT_EQ(start.solution.outcome, Outcome::done) << start.solution.message;
  const double radius = 2 * std::sqrt(Covariance(3, 1.5, 1).second_derivative(1));
  EXPECT_NEAR(start["hessian_bulk_edge"], start.values("radial_multiplier")[0] - radius, 1e-10);
  EXPECT_NEAR(start["hessian_eigenvalue"], start["hessian_bulk_edge"], radius * std::pow(300, -2.0 / 3));
  const auto& density = start.values("hessian_density");  // bins of width 1/2 from −6
  const auto cumulative = [](double x) { return x * std::sqrt(4 - x * x) / 2 + 2 * std::asin(x / 2); };
  for (std::size_t bin = 0; bin < 24; ++bin) {
    const double left = std::clamp(-6 + 0.5 * static_cast<double>(bin), -2.0, 2.0);
    const double right = std::clamp(-5.5 + 0.5 * static_cast<double>(bin), -2.0, 2.0);
    const double expected = (cumulative(right) - cumulative(left)) / (2 * std::numbers::pi * 0.5);
    EXPECT_NEAR(density[bin], expected, 0.02) << bin;
  }
}

/// With a strong signal the lowest eigenvalue lies at μ − √Q''(1) (θ + 1/θ), θ = Q''(m)(1 − m²)/√Q''(1), and its
/// eigenvector has squared overlap 1 − 1/θ² with the signal's tangent part.
TEST(Hessian, HasTheSignalsOutlier) {
  const Covariance q(3, 0.2, 1);
  const double m = 0.3, scale = std::sqrt(q.second_derivative(1)), theta = q.second_derivative(m) * (1 - m * m) / scale;
  ASSERT_GT(theta, 1.5);
  for (const double size : {300.0, 520.0}) {  // both ways to find eigenvalues
    const Solved start = run("gradient_flow",
                             {{"t_max", 1e-6},
                              {"size", size},
                              {"replicas", 4},
                              {"initial_overlap", m},
                              {"delta2", 0.2},
                              {"hessian", 1},
                              {"n_eigenvalues", 3}},
                             {{"times", {0}}, {"hessian_times", {0}}});
    const double shift = start.values("radial_multiplier")[0];
    EXPECT_NEAR((start["hessian_eigenvalue"] - shift) / scale, -(theta + 1 / theta), 0.1);
    EXPECT_NEAR(start["hessian_signal_overlap"], 1 - 1 / (theta * theta), 0.06);
    EXPECT_NEAR(start.values("hessian_eigenvalue")[1], start["hessian_bulk_edge"],
                4 * scale * std::pow(size, -2.0 / 3));
    EXPECT_LE(start.values("hessian_eigenvalue")[1], start.values("hessian_eigenvalue")[2]);
    EXPECT_EQ(std::isnan(start.values("hessian_density")[0]), size > 500);
  }
}

TEST(Hessian, IsLeftOutUnlessAskedFor) {
  const Solved flow = run("gradient_flow", {{"t_max", 1}}, {{"times", {1}}, {"hessian_times", {1}}});
  EXPECT_EQ(flow.solution.outcome, Outcome::done);
  EXPECT_EQ(flow.shape->count(flow.shape->schema().output_position("hessian_eigenvalue")), 0u);
}

}  // namespace
}  // namespace glasscape::spiked_matrix_tensor
