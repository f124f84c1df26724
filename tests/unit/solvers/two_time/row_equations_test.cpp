// The equations of one row: their Jacobian against differences of the residual, and what a solved row obeys.
#include "solvers/two_time/row_equations.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "glasscape/wrap/petsc.hpp"
#include "solvers/two_time/march.hpp"
#include "support/lone_context.hpp"
#include "support/spiked_equations.hpp"

namespace glasscape::two_time {
namespace {

/// A march to time t, of a few rows an octave.
std::unique_ptr<March> marched(const Equations& equations, double t, Resolution resolution = {.rows_per_octave = 6}) {
  testing::LoneContext context;
  wrap::petsc::start(static_cast<PointContext&>(context).team());
  auto march = std::make_unique<March>(equations, resolution);
  while (march->time() < t && march->advance()) continue;
  EXPECT_EQ(march->trouble(), "");
  return march;
}

/// Both directions, T > 0, weights in time: every term of the equations is there.
Equations everything() {
  Equations equations =
      testing::Spiked{.p = 4, .delta2 = 0.6, .deltap = 0.9, .temperature = 0.7, .initial_overlap = 0.3}.equations();
  equations.memory.back().weight = [](double t) { return 1 / (1 + std::exp(-t)); };
  equations.directions.push_back({.initial_overlap = 0.8, .strength = 0.5});
  return equations;
}

/// The Jacobian at a point beside the prediction, column by column.
void expect_jacobian_of_differences(const Equations& equations, double t) {
  const auto march = marched(equations, t);
  const History& history = march->history();
  const Epoch epoch{.origin = 0, .early_scale = history.rows().back().grid->early_scale()};
  const Layout layout{.scale = history.rows().back().grid->scale(), .wide = 1.5, .narrow = 0.75, .calm = 1.5};
  NearCache cache;
  const Trial trial(history, std::make_shared<RowGrid>(1.13 * march->time(), layout, epoch));
  const RowEquations row(equations, trial, cache);
  const std::size_t n = row.size();

  std::vector<double> x = row.prediction();
  for (std::size_t i = 0; i < n; ++i) x[i] += 0.01 * std::sin(3.0 * static_cast<double>(i));
  std::vector<float> rows(n * n);
  std::vector<double> above(n), below(n);
  row.jacobian(x, rows);
  constexpr double step = 1e-5;
  for (std::size_t k = 0; k < n; ++k) {
    std::vector<double> moved = x;
    moved[k] = x[k] + step;
    row.residual(moved, above);
    moved[k] = x[k] - step;
    row.residual(moved, below);
    double largest = 0, worst = 0;
    for (std::size_t j = 0; j < n; ++j) {
      largest = std::max<double>(largest, std::abs(rows[j * n + k]));
      worst = std::max(worst, std::abs((above[j] - below[j]) / (2 * step) - rows[j * n + k]));
    }
    EXPECT_GT(largest, 0) << "column " << k;
    EXPECT_LT(worst, 1e-5 * largest) << "column " << k << " of " << n;
  }
}

TEST(RowEquations, JacobianIsTheDerivativeOfTheResidual) { expect_jacobian_of_differences(everything(), 3); }

TEST(RowEquations, JacobianIsTheDerivativeOfTheResidualAtLateTimes) {
  expect_jacobian_of_differences(testing::Spiked{.delta2 = 1, .temperature = 0.4, .initial_overlap = 0.1}.equations(),
                                 400);
}

/// With an infinite temperature scale nothing but diffusion is left: C = exp(−T(t−s)), R the same, m = m₀ exp(−Tt).
TEST(RowEquations, WithoutMemoryRowsAreExponentials) {
  const double T = 0.8;
  const Equations equations{.memory = {{.coefficient = 1e-30, .power = 1}},
                            .temperature = [=](double) { return T; },
                            .directions = {{.initial_overlap = 0.5}}};
  const auto march = marched(equations, 4, {.rows_per_octave = 16, .prediction_error = 1e-6});
  constexpr double newton = 1e-9;  // what its steps leave, a thousandth of what rows may err by
  for (const Row& row : march->history().rows()) {
    EXPECT_NEAR(row.multiplier, T, 1e-12);
    EXPECT_NEAR(row.overlaps[0], 0.5 * std::exp(-T * row.t()), 1e-6);
    for (int j = 0; j < row.grid->size(); ++j) {
      EXPECT_NEAR(row.correlation[j], std::exp(-T * row.grid->node(j).tau), 1e-6);
      EXPECT_NEAR(row.response[j], row.correlation[j], newton);
    }
  }
}

/// μ = T + Σ f m + Σ (n+1) ∫ R w w' C^n/Δ over the terms, whose integrals a row keeps by themselves.
TEST(RowEquations, MultiplierIsThatOfTheIntegrals) {
  const Equations equations = everything();
  const auto march = marched(equations, 5);
  for (const Row& row : march->history().rows()) {
    double expected = equations.temperature(row.t());
    for (std::size_t i = 0; i < equations.directions.size(); ++i) {
      const double m = row.overlaps[i];
      expected += m * pull(equations, equations.directions[i], m, row.t()).force;
    }
    for (std::size_t i = 0; i < equations.memory.size(); ++i) {
      expected += (equations.memory[i].power + 1) * row.memory_integrals[i];
    }
    EXPECT_NEAR(row.multiplier, expected, 1e-8) << row.t();
    EXPECT_EQ(row.correlation.back(), 1);
    EXPECT_EQ(row.response.back(), 1);
  }
}

}  // namespace
}  // namespace glasscape::two_time
