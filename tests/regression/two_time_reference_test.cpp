// Every reference value of the Langevin dynamics, by an independent program, within its tolerance by both schemes.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <memory>
#include <string>

#include "glasscape/solvers/two_time/dynamics.hpp"
#include "support/lone_context.hpp"
#include "support/reference.hpp"
#include "support/spherical_spin_glass.hpp"
#include "support/spiked_equations.hpp"

namespace glasscape::two_time {
namespace {

using nlohmann::json;
using testing::parameter;
using testing::Spiked;

Spiked spiked(const json& record) {
  return {.p = record.at("params").at("p").get<int>(),
          .delta2 = parameter(record, "D2"),
          .deltap = parameter(record, "Dp"),
          .temperature = parameter(record, "T"),
          .initial_overlap = parameter(record, "m0")};
}

/// The energy of the matrix alone or of both, e = −Q(m) − ∫ R Q'(C) ds.
double energy(const Spiked& model, const Run& run, double t, bool matrix_alone) {
  const Equations equations = model.equations();
  double sum = 0;
  for (std::size_t i = 0; i < equations.memory.size(); ++i) {
    const KernelTerm& term = equations.memory[i];
    if (matrix_alone && (term.power > 1 || std::isinf(model.delta2))) continue;
    const double degree = term.power + 1;
    sum -= term.coefficient * std::pow(run.overlap(0, t), degree) / degree + run.memory_integral(i, t);
  }
  return sum;
}

/// The NAME(t) of a record's quantity "SET: NAME(t)".
std::string name_of_quantity(const json& record) {
  const std::string text = record.at("quantity").get<std::string>();
  return text.substr(text.find(": ") + 2);
}

/// What a record asks of a run.
Quantity quantity(const json& record) {
  const double t = parameter(record, "t");
  const Spiked model = spiked(record);
  const std::map<std::string, Quantity> known = {
      {"m(t)", [=](const Run& run) { return run.overlap(0, t); }},
      {"mu(t)", [=](const Run& run) { return run.multiplier(t); }},
      {"e(t)", [=](const Run& run) { return energy(model, run, t, false); }},
      {"e2(t)", [=](const Run& run) { return energy(model, run, t, true); }},
      {"C_t_0(t)", [=](const Run& run) { return run.correlation(t, 0); }},
      {"C_t_half(t)", [=](const Run& run) { return run.correlation(t, t / 2); }},
      {"R_t_half(t)", [=](const Run& run) { return run.response(t, t / 2); }}};
  return known.at(name_of_quantity(record));
}

/// The exact solution that tests compare with, of the matrix alone, against that of the other program.
TEST(ExactSphericalSpinGlassReference, DynamicsOfTheMatrixAlone) {
  std::size_t count = 0;
  for (const json& record : testing::reference_records("spiked")) {
    if (record.at("item") != "3.dmft" || std::isfinite(parameter(record, "Dp"))) continue;
    SCOPED_TRACE(record.dump());
    const testing::SphericalSpinGlass exact({.delta2 = parameter(record, "D2"),
                                             .temperature = parameter(record, "T"),
                                             .initial_overlap = parameter(record, "m0")});
    const double t = parameter(record, "t");
    const std::map<std::string, double> known = {{"m(t)", exact.overlap(t)},
                                                 {"mu(t)", exact.multiplier(t)},
                                                 {"e(t)", exact.energy(t)},
                                                 {"e2(t)", exact.energy(t)},
                                                 {"C_t_0(t)", exact.correlation(t, 0)},
                                                 {"C_t_half(t)", exact.correlation(t, t / 2)},
                                                 {"R_t_half(t)", exact.response(t, t / 2)}};
    EXPECT_NEAR(known.at(name_of_quantity(record)), record.at("value").get<double>(), 1e-6);
    ++count;
  }
  EXPECT_EQ(count, 100u);
}

void expect_all_records(Scheme scheme, double tolerance) {
  std::map<std::string, std::unique_ptr<Dynamics>> solved;  // by the name of the set of parameters
  std::size_t count = 0;
  for (const json& record : testing::reference_records("spiked")) {
    if (record.at("item") != "3.dmft") continue;
    SCOPED_TRACE(record.dump());
    const std::string text = record.at("quantity").get<std::string>();
    auto& dynamics = solved[text.substr(0, text.find(':'))];
    if (!dynamics) {
      testing::LoneContext context;
      dynamics = solve(spiked(record).equations(), {.scheme = scheme, .t_max = 20, .tolerance = tolerance}, context);
      EXPECT_EQ(dynamics->trouble(), "");
    }
    const Estimate found = dynamics->estimate(quantity(record));
    const double expected = record.at("value").get<double>();
    const bool weak = text.ends_with(": m(t)") && expected < 0.02;
    const double atol = std::min(record.at("atol").get<double>(), weak ? 1e-4 * expected : infinity);
    EXPECT_NEAR(found.value, expected, atol) << "stated error " << found.error;
    ++count;
  }
  EXPECT_EQ(count, 335u);
  EXPECT_EQ(solved.size(), 10u);
}

TEST(LangevinDynamicsReference, OnUniformGrids) { expect_all_records(Scheme::uniform, 1e-4); }

TEST(LangevinDynamicsReference, InLogarithmicTime) { expect_all_records(Scheme::log_time, 2e-6); }

}  // namespace
}  // namespace glasscape::two_time
