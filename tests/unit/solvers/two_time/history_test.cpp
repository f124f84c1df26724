// The rows so far, and what is read between them.
#include "solvers/two_time/history.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

namespace glasscape::two_time {
namespace {

const Layout layout{.scale = 0.5, .wide = 1.5, .narrow = 0.75, .calm = 1.5};
const Epoch quench{.origin = 0, .early_scale = 0.5};

const Start start{.temperature = 0.3, .multiplier = 2, .overlaps = {}, .overlap_slopes = {}};

using Function = std::function<Value(double t, TimePair point)>;

Row row_of(const Function& function, double t) {
  Row row;
  row.grid = std::make_shared<RowGrid>(t, layout, quench);
  for (int j = 0; j < row.grid->size(); ++j) {
    const Value value = function(t, row.grid->node(j));
    row.correlation.push_back(value.correlation);
    row.response.push_back(value.response);
  }
  row.multiplier = std::log(t);
  row.expand();
  return row;
}

/// Rows at first, first·e^step, … of a function.
History rows_of(const Function& function, double first, double step, int count) {
  History history(start);
  for (int i = 0; i < count; ++i) history.add(row_of(function, first * std::exp(i * step)));
  return history;
}

/// A polynomial of degree 4 in ln t, and nothing else: the same on all trajectories.
Value quartic(double t, TimePair) {
  const double y = std::log(t);
  return {1 + y * (0.3 + y * (-0.2 + y * (0.05 + 0.01 * y))), 2 - y * y * y * y};
}

/// Ages: a fast part of t − s and a slow one of s/t.
Value aging(double t, TimePair at) {
  const double slow = std::sqrt((at.s + 1) / (t + 1));
  return {0.2 * std::exp(-at.tau) + 0.8 * slow, 0.3 / (1 + at.tau) + slow / (t + 1)};
}

TEST(Stencil, IsExactForPolynomialsOfDegreeFour) {
  const Stencil y{0.1, 0.35, 0.5, 0.9, 1.2};
  for (double at : {-0.3, 0.1, 0.42, 1.2, 1.5}) {
    const Stencil value = lagrange(y, at), slope = lagrange_slope(y, at);
    for (int power = 0; power < stencil; ++power) {
      double values = 0, slopes = 0;
      for (int d = 0; d < stencil; ++d) {
        values += value[d] * std::pow(y[d], power);
        slopes += slope[d] * std::pow(y[d], power);
      }
      EXPECT_NEAR(values, std::pow(at, power), 1e-12);
      EXPECT_NEAR(slopes, power == 0 ? 0 : power * std::pow(at, power - 1), 1e-11);
    }
  }
}

TEST(Stencil, TakesTwoRowsFromTheFutureAtMost) {
  EXPECT_EQ(first_of_stencil(0, 10), 0u);
  EXPECT_EQ(first_of_stencil(1, 10), 0u);
  EXPECT_EQ(first_of_stencil(2, 10), 0u);
  EXPECT_EQ(first_of_stencil(4, 10), 2u);
  EXPECT_EQ(first_of_stencil(9, 10), 6u);  // the last five
}

TEST(Row, IsThePolynomialThroughItsNodes) {
  const Row row = row_of(aging, 300);
  for (int j = 0; j < row.grid->size(); ++j) {
    const Value value = row.at(row.grid->node(j));
    EXPECT_NEAR(value.correlation, row.correlation[j], 1e-11);
    EXPECT_NEAR(value.response, row.response[j], 1e-11);
  }
  for (double s : {1e-3, 0.2, 17.0, 150.0, 299.0, 299.999}) {
    const TimePair at{s, 300 - s};
    EXPECT_NEAR(row.at(at).correlation, aging(300, at).correlation, 1e-7) << s;
    EXPECT_NEAR(row.at(at).response, aging(300, at).response, 1e-7) << s;
  }
}

TEST(History, ClosesAnIntervalWhenItsStencilIsComplete) {
  History history(start);
  for (int n = 1; n <= 12; ++n) {
    history.add(row_of(aging, std::exp(0.1 * n)));
    ASSERT_EQ(history.closed().size(), n < stencil ? 0u : n - 2u);
  }
  for (std::size_t k = 0; k < history.closed().size(); ++k) {
    const Interval& closed = history.closed()[k];
    EXPECT_EQ(closed.first_row, k < 2 ? 0 : k - 2);
    EXPECT_EQ(closed.grid, history.rows()[k + 1].grid);
    const Interval made = history.interval(closed.first_row, k + 1);
    for (int d = 0; d < stencil; ++d) {
      EXPECT_NEAR(closed.y[d], std::log(history.times()[closed.first_row + d]), 1e-15);
      EXPECT_EQ(closed.coefficients[d], made.coefficients[d]) << "interval " << k << ", row " << d;
    }
  }
}

TEST(History, InterpolatesPolynomialsInTheLogarithmOfTimeExactly) {
  const History history = rows_of(quartic, 0.01, 0.25, 40);
  for (double t = 0.0101; t < history.times().back(); t *= 1.37) {
    for (double fraction : {0.0, 0.003, 0.4, 0.98, 0.9999, 1.0}) {
      const Value found = history.at(t, fraction * t), exact = quartic(t, {});
      EXPECT_NEAR(found.correlation, exact.correlation, 1e-9) << t << " " << fraction;
      EXPECT_NEAR(found.response, exact.response, 1e-8) << t << " " << fraction;
    }
  }
}

/// Five rows: the error falls with the fifth power of their distance, on every kind of trajectory.
TEST(History, InterpolatesBetweenRowsToTheFifthOrder) {
  std::vector<double> errors;
  for (double step : {0.4, 0.2, 0.1}) {
    const History history = rows_of(aging, 0.1, step, static_cast<int>(std::lround(8 / step)) + 1);
    double error = 0;
    for (double t = 1; t < 60; t *= 1.017) {
      for (double s : {0.0, 1e-2 * t, 0.3 * t, 0.97 * t, t - 1e-3}) {
        const Value found = history.at(t, s), exact = aging(t, {s, t - s});
        error = std::max(
            {error, std::abs(found.correlation - exact.correlation), std::abs(found.response - exact.response)});
      }
    }
    errors.push_back(error);
  }
  EXPECT_GT(errors[0] / errors[1], 20);
  EXPECT_GT(errors[1] / errors[2], 20);
  EXPECT_LT(errors[2], 1e-5);
}

TEST(History, BeginsWithTheTaylorSeries) {
  const History history = rows_of(aging, 0.01, 0.25, 10);
  const Value value = history.at(0.005, 0.003);
  EXPECT_NEAR(value.correlation, 1 - 0.3 * 0.002, 1e-15);
  EXPECT_NEAR(value.response, 1 - 2 * 0.002, 1e-15);
  EXPECT_NEAR(history.integrated_response(0.005, 0.003), 0.002 - 2 * 0.002 * 0.002 / 2, 1e-17);
}

TEST(History, IntegratesTheResponse) {
  const Function decaying = [](double, TimePair at) { return Value{1, 1 / (1 + at.tau)}; };
  const History history = rows_of(decaying, 0.01, 0.1, 150);
  const double t = history.times()[140];
  for (double lag : {0.01, 0.7, 0.02 * t, 0.5 * t, 0.999 * t, t}) {
    EXPECT_NEAR(history.integrated_response(t, t - lag), std::log1p(lag), 1e-8 * std::log1p(lag)) << lag;
  }
  EXPECT_EQ(history.integrated_response(t, t), 0);
}

}  // namespace
}  // namespace glasscape::two_time
