// The complexity of minima: against reference values, exact limits, and a maximisation over both energies by brute
// force with the determinant and the outlier's cost by quadrature.
#include <gtest/gtest.h>

#include <boost/math/quadrature/tanh_sinh.hpp>
#include <boost/math/tools/minima.hpp>
#include <cmath>
#include <functional>
#include <numbers>
#include <random>

#include "glasscape/models/spiked_matrix_tensor/complexity.hpp"
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

constexpr double epsilon = std::numeric_limits<double>::epsilon();

const SolverEntry& kac_rice_solver() { return testing::solver("spiked_matrix_tensor", "kac_rice"); }

Solved kac_rice(int p, double delta2, double deltap, const testing::Lists& lists = {}) {
  return solve(kac_rice_solver(), {{"p", p}, {"delta2", delta2}, {"deltap", deltap}}, lists);
}

Solved thresholds(int p, double deltap) {
  return solve(testing::solver("spiked_matrix_tensor", "thresholds"), {{"p", p}, {"deltap", deltap}});
}

// --- reference values -----------------------------------------------------------------------------------------------

int order(const json& record) { return record.at("params").at("p").get<int>(); }

Complexity complexity_of(const json& record) {
  return Complexity(Covariance(order(record), parameter(record, "D2"), parameter(record, "Dp")));
}

bool starts_with(const json& record, const std::string& quantity) {
  return record.at("quantity").get<std::string>().starts_with(quantity);
}

void check_maximum(const json& record) {
  const double m = parameter(record, "m"), atol = record.at("atol").get<double>();
  const Solved solved = kac_rice(order(record), parameter(record, "D2"), parameter(record, "Dp"), {{"overlaps", {m}}});
  const char* outputs[] = {"complexity", "hessian_edge", "outlier_strength", "energy_matrix", "energy_tensor"};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_NEAR(solved[outputs[i]], record.at("value").at(i).get<double>(), atol) << outputs[i];
  }
}

void check_pair(const json& record, double theta, double t, const json& pair) {
  const double atol = record.at("atol").get<double>();
  EXPECT_NEAR(log_determinant(t), pair.at(0).get<double>(), atol);
  EXPECT_NEAR(outlier_cost(theta, t), pair.at(1).get<double>(), atol);
}

void check_at_energies(const json& record) {
  const auto& value = record.at("value");
  const double m = parameter(record, "m"), atol = record.at("atol").get<double>();
  const Complexity complexity = complexity_of(record);
  const double theta = complexity.at(m).outlier_strength, t = value.at(1).get<double>();
  const double found = complexity.at(m, parameter(record, "eps2"), parameter(record, "epsp"));
  EXPECT_NEAR(theta, value.at(2).get<double>(), atol);
  if (t < 2) {
    EXPECT_EQ(found, -infinity);
    return;
  }
  EXPECT_NEAR(found, value.at(0).get<double>(), atol);
  check_pair(record, theta, t, json::array({value.at(3), value.at(4)}));
}

/// The pure glass has no minima above its threshold energy, and few below that of its ground state.
void check_energy_range(const json& record) {
  const double threshold = record.at("value").at(0).get<double>(), ground = record.at("value").at(1).get<double>();
  const Complexity pure(Covariance(order(record), infinity, parameter(record, "Dp")));
  EXPECT_EQ(pure.at(0, threshold + 1e-9), -infinity);
  const Root found = monotone_root([&](double e) { return pure.at(0, e); }, 2 * ground, threshold - 1e-9);
  EXPECT_NEAR(found.value, ground, record.at("atol").get<double>());
}

TEST(ComplexityReference, AtGivenOverlapsAndEnergies) {
  int maxima = 0, points = 0, pairs = 0, ends = 0, pure = 0;
  for (const json& record : testing::reference_records("complexity")) {
    if (record.at("item") != "4.kr") continue;
    SCOPED_TRACE(record.dump());
    if (starts_with(record, "Sigma(m)=max")) {
      check_maximum(record);
      ++maxima;
    } else if (starts_with(record, "Sigma(m,eps2,epsp) pointwise")) {
      check_at_energies(record);
      ++points;
    } else if (starts_with(record, "m_c")) {
      const Solved solved = kac_rice(order(record), parameter(record, "D2"), parameter(record, "Dp"));
      EXPECT_NEAR(solved["band_end"], record.at("value").get<double>(), record.at("atol").get<double>());
      ++ends;
    } else if (starts_with(record, "pure p-spin total")) {
      const double found = kac_rice(order(record), infinity, 1e9)["complexity_max"];
      EXPECT_NEAR(found, record.at("value").get<double>(), record.at("atol").get<double>());
      ++pure;
    } else if (starts_with(record, "pure p-spin, Dp=1")) {
      check_energy_range(record);
      ++pure;
    } else {
      ASSERT_TRUE(starts_with(record, "[Phi(t),L(theta,t)]"));
      check_pair(record, parameter(record, "theta"), parameter(record, "t"), record.at("value"));
      ++pairs;
    }
  }
  EXPECT_EQ(maxima, 15);
  EXPECT_EQ(points, 8);
  EXPECT_EQ(pairs, 6);
  EXPECT_EQ(ends, 5);
  EXPECT_EQ(pure, 4);
}

TEST(ComplexityReference, Trivialization) {
  int seen = 0;
  for (const json& record : testing::reference_records("complexity")) {
    if (record.at("item") != "4.triv") continue;
    SCOPED_TRACE(record.dump());
    const int p = order(record);
    const double deltap = parameter(record, "Dp");
    const Solved lines = thresholds(p, deltap);
    const double line = lines["delta2_trivialization"];
    EXPECT_NEAR(line, record.at("value").get<double>(), record.at("atol").get<double>());
    EXPECT_LT(line, lines["delta2_gradient_flow"]);
    EXPECT_EQ(kac_rice(p, line * (1 + 1e-9), deltap)["spurious_minima"], 1);
    EXPECT_EQ(kac_rice(p, line * (1 - 1e-9), deltap)["spurious_minima"], 0);
    EXPECT_EQ(kac_rice(p, line * (1 + 1e-9), deltap)["gradient_flow"], 1);
    EXPECT_EQ(kac_rice(p, line * (1 - 1e-9), deltap)["gradient_flow"], 2);
    const double flow = lines["delta2_gradient_flow"];
    EXPECT_EQ(kac_rice(p, flow * (1 + 1e-9), deltap)["gradient_flow"], 0);
    EXPECT_EQ(kac_rice(p, flow * (1 - 1e-9), deltap)["gradient_flow"], 1);
    ++seen;
  }
  EXPECT_EQ(seen, 10);
}

// --- brute force ----------------------------------------------------------------------------------------------------

/// 1/2 + ∫ρ(λ) ln(t − λ)dλ, λ = 2cos φ.
double log_determinant_by_quadrature(double t) {
  boost::math::quadrature::tanh_sinh<double> rule;
  const auto integrand = [t](double phi) {
    const double sine = std::sin(phi / 2);  // t − 2cos φ with its digits near 0
    if (t == 2 && sine * sine == 0) return 0.0;
    return 2 / std::numbers::pi * std::pow(std::sin(phi), 2) * std::log(t - 2 + 4 * sine * sine);
  };
  return 0.5 + rule.integrate(integrand, 0.0, std::numbers::pi);
}

double outlier_cost_by_quadrature(double theta, double t) {
  if (theta <= 1 || t >= theta + 1 / theta) return 0;
  boost::math::quadrature::tanh_sinh<double> rule;
  const auto fall = [theta](double x) { return theta / 2 - (x + std::sqrt(std::max(x * x - 4, 0.0))) / 4; };
  return rule.integrate(fall, t, theta + 1 / theta);
}

double maximum(const std::function<double(double)>& f, double lower, double upper) {
  return -boost::math::tools::brent_find_minima([&](double x) { return -f(x); }, lower, upper, 40).second;
}

/// The paper's formula, its determinant and cost by quadrature, maximised over both energies.
double brute_force(const Covariance& q, double m) {
  const double p = q.p(), a = q.delta2(), b = q.deltap(), unit = std::sqrt(q.second_derivative(1));
  const double theta = q.second_derivative(m) * (1 - m * m) / unit;
  const double volume = std::log(q.second_derivative(1) / q.derivative(1)) / 2 + std::log(1 - m * m) / 2 -
                        std::pow(q.derivative(m), 2) * (1 - m * m) / (2 * q.derivative(1));
  const auto at_edge = [&](double s) {
    const double t = 2 + s * s;
    const auto tensor_alone = [&](double tensor) {
      return -p * b / 2 * std::pow(tensor + std::pow(m, p) / (p * b), 2);
    };
    const auto both = [&](double matrix) {
      return -a * std::pow(matrix + m * m / (2 * a), 2) + tensor_alone(-(t * unit + 2 * matrix) / p);
    };
    const double scale = 5 * (unit + 1 / a);
    const double energies = std::isinf(a) ? tensor_alone(-t * unit / p) : maximum(both, -scale, scale);
    return energies + log_determinant_by_quadrature(t) - outlier_cost_by_quadrature(theta, t);
  };
  return volume + maximum(at_edge, 0, 3);
}

TEST(Complexity, IsTheMaximumOverBothEnergies) {
  std::mt19937 random(2);
  std::uniform_real_distribution<double> uniform(0, 1);
  int edges = 0, costs = 0, free = 0;
  for (int sample = 0; sample < 200; ++sample) {
    const int p = 3 + sample % 4;
    const double delta2 = 0.15 + uniform(random), deltap = 0.1 + 2 * uniform(random), m = 2 * uniform(random) - 1;
    SCOPED_TRACE(::testing::Message() << "p=" << p << " delta2=" << delta2 << " deltap=" << deltap << " m=" << m);
    const Covariance q(p, delta2, deltap);
    const Minima minima = Complexity(q).at(m);
    EXPECT_NEAR(minima.complexity, brute_force(q, m), 1e-10);
    // and its place: what it says of the energies gives the same, a little on the safe side of t = 2
    const double matrix = minima.energy_matrix - 1e-14, tensor = minima.energy_tensor - 1e-14;
    EXPECT_NEAR(Complexity(q).at(m, matrix, tensor), minima.complexity, 1e-12);
    const double t = minima.hessian_edge, theta = minima.outlier_strength;
    (t == 2 ? edges : t < theta + 1 / theta ? costs : free) += 1;
  }
  EXPECT_GT(edges, 5);
  EXPECT_GT(costs, 5);
  EXPECT_GT(free, 5);
}

TEST(Complexity, AtAnEnergyIsTheMaximumOverItsShares) {
  for (const int p : {3, 4, 6}) {
    for (const double m : {-0.4, 0.0, 0.3, 0.7}) {
      const Complexity complexity(Covariance(p, 0.5, 0.8));
      const Minima minima = complexity.at(m);
      const double best = minima.energy_matrix + minima.energy_tensor;
      EXPECT_NEAR(complexity.at(m, best), minima.complexity, 1e-12) << p << " " << m;
      for (const double energy : {best - 0.3, best - 0.02, best + 0.02}) {
        const auto share = [&](double matrix) {
          return std::max(complexity.at(m, matrix, energy - matrix), -1e3);  // finite for the search
        };
        // t ≥ 2 bounds the share from one side: (p − 2)e₂ ≥ p e + 2√Q''(1)
        const double bound = (p * energy + 2 * std::sqrt(complexity.covariance().second_derivative(1))) / (p - 2);
        const double found = complexity.at(m, energy);
        EXPECT_NEAR(found, maximum([&](double s) { return share(bound + s * s + 1e-15); }, 0, 3), 1e-9)
            << p << " " << m << " " << energy;
        EXPECT_LT(found, minima.complexity);
      }
    }
  }
}

// --- exact limits ---------------------------------------------------------------------------------------------------

/// Auffinger, Ben Arous, Černý (arXiv:1003.1129): their unit of energy has variance 1.
TEST(Complexity, OfThePureSphericalGlass) {
  for (const int p : {3, 4, 5, 10, 100}) {
    const Solved solved = kac_rice(p, infinity, 1e9, {{"overlaps", {0.0}}});
    EXPECT_NEAR(solved["complexity"], std::log(p - 1.0) / 2 - (p - 2.0) / p, 4 * epsilon * (1 + std::log(p)));
    EXPECT_EQ(solved["complexity_max"], solved["complexity"]);
    EXPECT_EQ(solved["overlap_max"], 0);
    EXPECT_EQ(solved["energy_matrix"], 0);
  }
  const Complexity pure(Covariance(3, infinity, 1.0 / 3));
  EXPECT_NEAR(monotone_root([&](double e) { return pure.at(0, e); }, -2, -1.64).value, -1.656998, 5e-7);
  const double threshold = -2 * std::sqrt(2.0 / 3);
  EXPECT_NEAR(pure.at(0, threshold - 1e-12), pure.at(0).complexity, 1e-11);
  EXPECT_EQ(pure.at(0, threshold + 1e-12), -infinity);
  const Solved solved = kac_rice(3, infinity, 1.0 / 3, {{"overlaps", {0.0}}, {"energies", {-1.65, -1.62}}});
  EXPECT_NEAR(solved.values("complexity_at_energy")[0], pure.at(0, -1.65), 0);
  EXPECT_TRUE(std::isnan(solved.values("complexity_at_energy")[1]));
}

/// Tensor PCA: by signal-to-noise r = 1/√(2pΔp), as in Ros, Ben Arous, Biroli, Cammarota (arXiv:1804.02686).
TEST(Complexity, BandsOfTensorPca) {
  const auto deltap = [](double r) { return 1 / (6 * r * r); };
  // without a signal the complexity at q is that of the pure glass + ln(1 − q²)/2
  const double glass = std::log(2.0) / 2 - 1.0 / 3;
  EXPECT_NEAR(kac_rice(3, infinity, 1e12)["band_end"], std::sqrt(1 - std::exp(-2 * glass)), 1e-7);
  for (const double r : {0.5, 1.0, 1.5, 3.0}) {
    const double end = kac_rice(3, infinity, deltap(r))["band_end"];
    EXPECT_NEAR(brute_force(Covariance(3, infinity, deltap(r)), end), 0, 1e-10) << r;
  }
  // where a band ends without the cost of an outlier, which its minima have from r = 1 on: beyond the true end, then
  for (const auto& [r, without] : {std::pair{0.3, 0.18426}, {0.7, 0.26517}, {1.0, 0.52725}, {1.5, 0.37072}}) {
    const Complexity complexity(Covariance(3, infinity, deltap(r)));
    const double end = kac_rice(3, infinity, deltap(r))["band_end"];
    if (complexity.at(end).outlier_strength < 1) {
      EXPECT_NEAR(end, without, 1e-5) << r;
      EXPECT_LT(r, 1);
    } else {
      EXPECT_LT(end, without - 0.01) << r;
    }
  }
  // the good minimum: q²(1 − q²) = 1/(6r²), and its energy in units of standard deviation 1/√2
  const double q = maximum_likelihood_overlap(Covariance(3, infinity, deltap(1))).value;
  EXPECT_NEAR(q, 0.88807, 5e-6);
  const Minima good = Complexity(Covariance(3, infinity, deltap(1))).at(q);
  EXPECT_NEAR(good.complexity, 0, 1e-14);
  EXPECT_NEAR(good.energy_tensor / 2, -1.26342, 5e-6);
}

/// θ(m) = √((p − 1)/Δp) m^(p−2) (1 − m²) reaches 1 first at m² = (p − 2)/p: with more noise, no marginal minimum of
/// tensor PCA has a direction towards the signal, wherever it lies.
TEST(Complexity, FirstOutlierOfMarginalMinimaOfTensorPca) {
  for (const auto& [p, deltap, m] : {std::tuple{3, 8.0 / 27, std::sqrt(1.0 / 3)}, {4, 3.0 / 16, std::sqrt(0.5)}}) {
    const Complexity complexity(Covariance(p, infinity, deltap));
    EXPECT_NEAR(complexity.at(m).outlier_strength, 1, 1e-14) << p;
    for (const double step : {-1e-3, 1e-3}) EXPECT_LT(complexity.at(m + step).outlier_strength, 1) << p;
  }
}

/// Where the good minimum is a single one: stable against replica symmetry breaking, Q''(1)χ² < 1 with χ = m/Q'(m).
TEST(Complexity, VanishesAtTheGoodMinimum) {
  int seen = 0;
  for (const int p : {2, 3, 4, 6}) {
    for (const double delta2 : {0.1, 0.3, 0.6}) {
      for (const double deltap : {0.1, 0.5, 3.0, infinity}) {
        const Complexity complexity(Covariance(p, delta2, deltap));
        const Covariance& q = complexity.covariance();
        const double m = maximum_likelihood_overlap(q).value;
        if (m == 0 || q.second_derivative(1) * std::pow(m / q.derivative(m), 2) >= 1) continue;
        ++seen;
        SCOPED_TRACE(::testing::Message() << "p=" << p << " delta2=" << delta2 << " deltap=" << deltap << " m=" << m);
        EXPECT_NEAR(complexity.at(m).complexity, 0, 1e-13);
        EXPECT_GT(complexity.at(m).hessian_edge, 2);
        for (const double step : {-1e-3, 1e-3}) EXPECT_LT(complexity.at(m + step * (1 - m)).complexity, -1e-12);
      }
    }
  }
  EXPECT_GT(seen, 40);
}

TEST(Complexity, OfMatricesAloneIsNeverPositive) {
  for (const auto& [p, delta2, deltap] :
       {std::tuple{3, 0.5, infinity}, {3, 2.0, infinity}, {2, 0.8, 0.9}, {2, 3.0, 4.0}}) {
    const Solved solved = kac_rice(p, delta2, deltap, {{"overlaps", {-0.5, 0.0, 0.3, 0.9}}});
    EXPECT_EQ(solved["spurious_minima"], 0);
    EXPECT_NEAR(solved["complexity_max"], 0, 1e-14);
    EXPECT_TRUE(std::isnan(solved["band_end"]));
    EXPECT_NE(solved.solution.message.find("band_end"), std::string::npos);
    for (const double value : solved.values("complexity")) EXPECT_LT(value, 1e-14);
  }
}

/// The slide formula at the energies found, with all terms in extended precision.
long double extended(const Covariance& q, double overlap, const Minima& minima) {
  const long double p = q.p(), m = overlap, a = 1 / static_cast<long double>(q.delta2()),
                    b = 1 / static_cast<long double>(q.deltap());
  const long double gradient = a + b, hessian = a + (p - 1) * b, unit = std::sqrt(hessian);
  const long double force = a * m + b * std::pow(m, p - 1);
  const long double theta = (a + (p - 1) * b * std::pow(m, p - 2)) * (1 - m * m) / unit, t = minima.hessian_edge;
  const long double excess = t * unit - m * force, u = (t + std::sqrt(t * t - 4)) / 2;
  const long double cost = u < theta ? (theta - u) * (theta - u) / 4 - (theta / u - 1 - std::log(theta / u)) / 2 : 0;
  return std::log(hessian / gradient) / 2 + std::log1p(-m * m) / 2 - force * force * (1 - m * m) / (2 * gradient) -
         excess * excess / (2 * (gradient + hessian)) + 0.5L + 1 / (2 * u * u) + std::log(u) - cost;
}

TEST(Complexity, IsRightWithinTheStatedError) {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (int sample = 0; sample < 3000; ++sample) {
    const int p = 2 + sample % 7;
    const Covariance q(p, std::pow(10, 4 * uniform(random) - 3), std::pow(10, 6 * uniform(random) - 3));
    const double m = sample % 3 == 0 ? 0 : 2 * uniform(random) - 1;
    const Minima minima = Complexity(q).at(m);
    const auto exact = static_cast<double>(extended(q, m, minima));
    EXPECT_NEAR(minima.complexity, exact, minima.error + 1e-18)
        << p << " " << q.delta2() << " " << q.deltap() << " " << m;
    EXPECT_LT(minima.error, 1e-11 + 1e-14 * std::abs(exact));
  }
}

// --- bands and lines ------------------------------------------------------------------------------------------------

TEST(MinimaTowardsSignal, AgreeWithAFineScan) {
  std::mt19937 random(4);
  std::uniform_real_distribution<double> uniform(0, 1);
  int rough = 0, smooth = 0;
  for (int sample = 0; sample < 100; ++sample) {
    const int p = 3 + sample % 4;
    const Complexity complexity(
        Covariance(p, sample % 10 == 0 ? infinity : 0.1 + uniform(random), std::pow(10, 2 * uniform(random) - 1)));
    SCOPED_TRACE(::testing::Message() << "p=" << p << " delta2=" << complexity.covariance().delta2()
                                      << " deltap=" << complexity.covariance().deltap());
    const Band band = minima_towards_signal(complexity);
    double largest = -infinity, end = not_a_number;
    for (int i = 0; i < 20'000; ++i) {
      const double m = i / 20'000.0, value = complexity.at(m).complexity;
      largest = std::max(largest, value);
      if (std::isnan(end) && value <= 0) end = m;
    }
    EXPECT_GE(band.complexity.value, largest - 1e-14);
    EXPECT_NEAR(band.complexity.value, largest, 1e-7);
    EXPECT_NEAR(complexity.at(band.overlap).complexity, band.complexity.value, 1e-15);
    EXPECT_EQ(band.spurious, largest > 1e-14);
    (band.spurious ? rough : smooth) += 1;
    if (!band.spurious) continue;
    EXPECT_NEAR(band.end.value, end, 1e-4);
    EXPECT_LT(band.end.error, 1e-9);
    EXPECT_GT(complexity.at(band.end.value - band.end.error - 1e-12).complexity, 0);
    EXPECT_LT(complexity.at(band.end.value + band.end.error + 1e-12).complexity, 0);
  }
  EXPECT_GT(rough, 30);
  EXPECT_GT(smooth, 10);
}

/// From artanh w − w = L(θ, 2) in extended precision, by bisection in Δ₂.
long double exact_trivialization(int p, double deltap) {
  const auto sigma = [&](long double delta2) {
    const long double ratio = delta2 / deltap, w = (p - 2) * ratio / (2 + p * ratio);
    const long double theta = 1 / std::sqrt(delta2 * (1 + (p - 1) * ratio)), h = theta - 1;
    return std::atanh(w) - w - (theta > 1 ? h * h / 4 - h / 2 + std::log1p(h) / 2 : 0);
  };
  long double lower = 0, upper = gradient_flow_instability(p, deltap).value;
  for (int step = 0; step < 100; ++step) (sigma((lower + upper) / 2) < 0 ? lower : upper) = (lower + upper) / 2;
  return lower;
}

TEST(Trivialization, IsRightWithinItsError) {
  for (const int p : {3, 4, 7}) {
    for (double deltap = 1e-8; deltap < 1e4; deltap *= 7) {
      const Root line = trivialization(p, deltap);
      EXPECT_NEAR(line.value, static_cast<double>(exact_trivialization(p, deltap)), line.error) << p << " " << deltap;
      EXPECT_LT(line.error, 1e-13 * line.value);
    }
  }
}

TEST(Trivialization, LiesBelowGradientFlowAtAnyVariance) {
  for (const int p : {3, 5, 30, 1000}) {
    for (const double deltap : {1e-300, 1e-12, 1e-3, 1.0, 1e3, 1e9}) {
      const double line = trivialization(p, deltap).value, flow = gradient_flow_instability(p, deltap).value;
      EXPECT_LT(line, flow) << p << " " << deltap;
      if (deltap < 1e-9 || deltap > 1e6) continue;
      const auto at_equator = [&](double delta2) { return Complexity(Covariance(p, delta2, deltap)).at(0).complexity; };
      EXPECT_LT(at_equator(line * (1 - 1e-9)), 0) << p << " " << deltap;
      EXPECT_GT(at_equator(line * (1 + 1e-9)), 0) << p << " " << deltap;
    }
    EXPECT_EQ(trivialization(p, infinity).value, 1);
  }
}

TEST(KacRiceSolver, RefusesWhatHasNoMinimaToCount) {
  const Solved solved = kac_rice(3, infinity, infinity);
  EXPECT_EQ(solved.solution.outcome, Outcome::failed);
  EXPECT_NE(solved.solution.message.find("no landscape"), std::string::npos);
  const Schema& schema = kac_rice_solver().schema;
  EXPECT_FALSE(schema.find_input("overlaps")->domain.contains(1));
  EXPECT_FALSE(schema.find_input("overlaps")->domain.contains(-1));
  EXPECT_FALSE(schema.find_input("temperature")->domain.contains(1));
}

}  // namespace
}  // namespace glasscape::spiked_matrix_tensor
