// Every reference value of the model's static theory, by an independent computation, within its tolerance.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "glasscape/models/spiked_matrix_tensor/covariance.hpp"
#include "glasscape/models/spiked_matrix_tensor/fixed_points.hpp"
#include "glasscape/models/spiked_matrix_tensor/lines.hpp"
#include "support/reference.hpp"
#include "support/solve_point.hpp"

namespace glasscape::spiked_matrix_tensor {
namespace {

using nlohmann::json;
using testing::parameter;
using testing::solve;
using testing::Solved;

int order(const json& record) { return record.at("params").at("p").get<int>(); }

Solved state_evolution(const json& record, double temperature = 1) {
  return solve(testing::solver("spiked_matrix_tensor", "state_evolution"), {{"p", order(record)},
                                                                            {"delta2", parameter(record, "D2")},
                                                                            {"deltap", parameter(record, "Dp")},
                                                                            {"temperature", temperature}});
}

Solved thresholds(const json& record, double temperature = 1) {
  return solve(testing::solver("spiked_matrix_tensor", "thresholds"),
               {{"p", order(record)}, {"deltap", parameter(record, "Dp")}, {"temperature", temperature}});
}

bool starts_with(const json& record, const std::string& quantity) {
  return record.at("quantity").get<std::string>().starts_with(quantity);
}

void expect_near(const json& record, const std::vector<double>& found) {
  std::vector<double> expected;
  if (record.at("value").is_array()) {
    expected = record.at("value").get<std::vector<double>>();
  } else {
    expected = {record.at("value").get<double>()};
  }
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], record.at("atol").get<double>());
}

/// Runs `check` on every record of `item` and makes sure that there were as many as known.
void for_each_record(const std::string& item, std::size_t count, const std::function<void(const json&)>& check) {
  std::size_t seen = 0;
  for (const json& record : testing::reference_records("spiked")) {
    if (record.at("item") != item) continue;
    SCOPED_TRACE(record.dump());
    check(record);
    ++seen;
  }
  EXPECT_EQ(seen, count);
}

TEST(SpikedMatrixTensorReference, FixedPointsOfBayesOptimalAmp) {
  for_each_record("1.amp", 39, [](const json& record) {
    if (starts_with(record, "all_positive_fixed_points")) {
      std::vector<double> overlaps;
      const Covariance q(order(record), parameter(record, "D2"), parameter(record, "Dp"));
      for (const FixedPoint& point : bayes_optimal(q).positive) overlaps.push_back(point.overlap);
      expect_near(record, overlaps);
    } else if (starts_with(record, "m_uninformative")) {
      expect_near(record, {state_evolution(record)["overlap_uninformative"]});
    } else if (starts_with(record, "m_informative")) {
      expect_near(record, {state_evolution(record)["overlap_informative"]});
    } else {
      FAIL() << "an unknown quantity";
    }
  });
}

TEST(SpikedMatrixTensorReference, FreeEntropies) {
  for_each_record("1.rs", 26, [](const json& record) {
    const bool informative = starts_with(record, "Phi_RS at m_informative");
    ASSERT_TRUE(informative || starts_with(record, "Phi_RS at m_uninformative"));
    const Solved solved = state_evolution(record);
    expect_near(record, {solved[informative ? "free_entropy_informative" : "free_entropy_uninformative"]});
  });
}

/// The lines as records state them, by 1/Δ₂, and what `thresholds` makes of the value.
void expect_line(const json& record, const Root& inverse, const std::string& output) {
  expect_near(record, {inverse.value});
  const double expected = record.at("value").get<double>();
  const double found = thresholds(record)[output];
  if (expected <= 0) {
    EXPECT_EQ(found, infinity);
  } else {
    EXPECT_NEAR(1 / found, expected, record.at("atol").get<double>());
  }
}

void check_special_point(const json& record) {
  const int p = order(record);
  if (starts_with(record, "tricritical")) {
    const double m = (p - 3.0) / (p - 1.0);
    // The two spinodals merge here: they exist just below this Δp, around this overlap, and not just above.
    const auto value = record.at("value").get<std::vector<double>>();
    EXPECT_TRUE(spinodals(p, value[0] * (1 + 1e-12)).empty());
    const auto merging = spinodals(p, value[0] * (1 - 1e-12));
    ASSERT_EQ(merging.size(), p == 3 ? 1u : 2u);
    EXPECT_NEAR(1 / merging.back().inverse_delta2.value, value[1], 1e-9);
    EXPECT_NEAR(merging.back().overlap, m, 1e-5);
  } else if (starts_with(record, "Dp where informative spinodal")) {
    const double deltap = record.at("value").get<double>();
    EXPECT_NEAR(spinodals(p, deltap).back().inverse_delta2.value, 0, 1e-10);
  } else if (starts_with(record, "Dp_IT at D2=inf")) {
    const auto value = record.at("value").get<std::vector<double>>();
    const auto transition = information_theoretic_transition(p, value[0]);
    EXPECT_NEAR(transition->inverse_delta2.value, 0, 1e-8);
    EXPECT_NEAR(transition->overlap, value[1], 1e-8);
  } else if (starts_with(record, "p=4: Dp where IT line crosses D2=1")) {
    const auto value = record.at("value").get<std::vector<double>>();
    const auto transition = information_theoretic_transition(p, value[0]);
    EXPECT_NEAR(transition->inverse_delta2.value, 1, 1e-9);
    EXPECT_NEAR(transition->overlap, value[1], 1e-9);
  } else {
    FAIL() << "an unknown quantity";
  }
}

void check_line(const json& record) {
  if (!record.at("params").contains("Dp")) return check_special_point(record);
  const int p = order(record);
  const double deltap = parameter(record, "Dp");
  if (starts_with(record, "informative(dynamic) spinodal: 1/D2")) {
    expect_line(record, spinodals(p, deltap).back().inverse_delta2, "delta2_informative_spinodal");
  } else if (starts_with(record, "informative(dynamic) spinodal: m")) {
    expect_near(record, {spinodals(p, deltap).back().overlap});
  } else if (starts_with(record, "AMP (uninformative) spinodal: m")) {
    expect_near(record, {spinodals(p, deltap).front().overlap});
  } else if (starts_with(record, "AMP (uninformative")) {
    expect_near(record, {thresholds(record)["delta2_amp_spinodal"]});
  } else if (starts_with(record, "IT transition: 1/D2")) {
    expect_line(record, information_theoretic_transition(p, deltap)->inverse_delta2, "delta2_information_theoretic");
  } else if (starts_with(record, "IT transition: m_s")) {
    expect_near(record, {information_theoretic_transition(p, deltap)->overlap});
  } else if (starts_with(record, "IT transition: m_u")) {
    expect_near(record, {information_theoretic_transition(p, deltap)->lower_overlap});
  } else {
    FAIL() << "an unknown quantity";
  }
}

TEST(SpikedMatrixTensorReference, LinesOfTheBayesOptimalDiagram) { for_each_record("1.lines", 124, check_line); }

/// Where iteration of maximum-likelihood AMP leaves m = 0, by bisection of its growth from an infinitesimal overlap.
double maximum_likelihood_instability(int p, double deltap) {
  const auto grows = [&](double delta2) {
    const Covariance q(p, delta2, deltap);
    const double m = 1e-100, force = q.derivative(m);
    return force / std::sqrt(q.derivative(1) + force * force) > m;
  };
  double lower = 0.01, upper = 2;
  for (int step = 0; step < 100; ++step) (grows((lower + upper) / 2) ? lower : upper) = (lower + upper) / 2;
  return lower;
}

TEST(SpikedMatrixTensorReference, MaximumLikelihoodAmp) {
  for_each_record("1.ml", 8, [](const json& record) {
    if (starts_with(record, "ML-AMP SE fixed point")) {
      expect_near(record, {state_evolution(record)["overlap_ml"]});
    } else {
      ASSERT_TRUE(starts_with(record, "ML-AMP instability"));
      for (const int p : {3, 4, 7}) expect_near(record, {maximum_likelihood_instability(p, parameter(record, "Dp"))});
    }
  });
}

TEST(SpikedMatrixTensorReference, LangevinLine) {
  for_each_record("2.thr", 40, [](const json& record) {
    const double T = parameter(record, "T"), deltap = parameter(record, "Dp");
    const double atol = record.at("atol").get<double>();
    const Solved solved = thresholds(record, T);
    const double line = solved["delta2_langevin"];
    expect_near(record, {line});
    if (T == 0) {
      EXPECT_NEAR(solved["delta2_gradient_flow"], line, atol);
    }

    const auto roots = record.at("all_roots_D2").get<std::vector<double>>();
    const auto found = langevin_instabilities(order(record), deltap, T);
    ASSERT_EQ(found.size(), roots.size());
    for (std::size_t i = 0; i < roots.size(); ++i) {
      EXPECT_NEAR(found[i].value, roots[i], atol);
      EXPECT_EQ(on_largest_branch(order(record), found[i].value, deltap, T),
                record.at("root_on_largest_q_branch").at(i).get<bool>());
    }
    const bool genuine = roots.size() > 1 && record.at("root_on_largest_q_branch").at(1).get<bool>();
    if (genuine) {
      EXPECT_NEAR(solved["delta2_langevin_upper"], roots[1], atol);
    } else {
      EXPECT_TRUE(std::isnan(solved["delta2_langevin_upper"]));
      EXPECT_NE(solved.solution.message.find("delta2_langevin_upper"), std::string::npos);
    }
    if (T > 0 && !roots.empty()) {  // on the line the marginal overlap is q = 1 − TΔ₂
      const double q = threshold_overlap(Covariance(order(record), line, deltap), T);
      EXPECT_NEAR(q, record.at("q_th").get<double>(), 1e-9);
    }
  });
}

TEST(SpikedMatrixTensorReference, OverlapOfTheThresholdStates) {
  for_each_record("2.qth", 8, [](const json& record) {
    if (record.at("params").contains("T")) {
      expect_near(record, {state_evolution(record, parameter(record, "T"))["q_threshold"]});
      return;
    }
    // The marginal states of the pure tensor end at this temperature, at this overlap.
    const auto value = record.at("value").get<std::vector<double>>();
    const Covariance pure(order(record), infinity, parameter(record, "Dp"));
    EXPECT_TRUE(std::isnan(threshold_overlap(pure, value[0] + 1e-12)));
    EXPECT_NEAR(threshold_overlap(pure, value[0] - 1e-12), value[1], 1e-5);
  });
}

}  // namespace
}  // namespace glasscape::spiked_matrix_tensor
