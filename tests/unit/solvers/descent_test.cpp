#include "glasscape/solvers/finite_size/descent.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace glasscape::finite_size {
namespace {

/// Λ = r⁴/4 − yr: a curvature that depends on the field.
class Quartic final : public SampleLoss {
 public:
  Score evaluate(std::span<const double> labels, std::span<const double> fields, std::span<double> first,
                 std::span<double> second) const override {
    Score score;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const double r = fields[i];
      score.loss += r * r * r * r / 4 - labels[i] * r;
      score.correct += r > 0 ? 1 : 0;
      first[i] = r * r * r - labels[i];
      second[i] = 3 * r * r;
    }
    return score;
  }
};

constexpr std::size_t samples = 37, dimension = 11;

Sample make_sample() {
  Sample sample{Matrix(samples, dimension), std::vector<double>(samples)};
  RandomStream random(1, 2, Purpose::disorder);
  fill_normal(random, {sample.inputs.data(), samples * dimension});
  for (std::size_t i = 0; i < samples * dimension; ++i) sample.inputs.data()[i] *= 0.3;
  fill_normal(random, sample.labels);
  return sample;
}

Algorithm algorithm() {
  return {.learning_rate = 0.05, .regularization = 0.3, .minibatches = Minibatches(0.5, 0, 0.05)};
}

void set_start(std::span<double> weights, std::uint32_t run) {
  RandomStream random(1, 2, Purpose::initial_state, run);
  fill_normal(random, weights);
}

std::vector<RandomStream> streams(std::uint32_t count) {
  std::vector<RandomStream> made;
  for (std::uint32_t run = 0; run < count; ++run) made.emplace_back(1, 2, Purpose::dynamics, run);
  return made;
}

/// The same, sample by sample.
std::vector<double> slow_descent(const Sample& sample, std::uint32_t run, int steps) {
  std::vector<double> w(dimension), selected(samples), first(samples), second(samples), fields(samples);
  set_start(w, run);
  RandomStream random(1, 2, Purpose::dynamics, run);
  const Algorithm given = algorithm();
  given.minibatches.start(random, selected);
  for (int step = 0; step < steps; ++step) {
    for (std::size_t i = 0; i < samples; ++i) fields[i] = dot(sample.inputs.row(i), w);
    Quartic().evaluate(sample.labels, fields, first, second);
    for (double& weight : w) weight *= 1 - given.learning_rate * given.regularization;
    for (std::size_t i = 0; i < samples; ++i) {
      for (std::size_t j = 0; j < dimension; ++j) {
        w[j] -= given.learning_rate * selected[i] * first[i] * sample.inputs(i, j);
      }
    }
    given.minibatches.advance(random, selected);
  }
  return w;
}

/// One run goes through BLAS, several through the thin products, in panels of eight.
TEST(Descent, IsTheSameForAnyNumberOfRuns) {
  const Sample sample = make_sample();
  const Quartic loss;
  for (const std::uint32_t runs : {1u, 2u, 8u, 11u}) {
    Descent descent(sample, loss, algorithm(), streams(runs));
    for (std::uint32_t run = 0; run < runs; ++run) set_start(descent.weights(run), run);
    for (int step = 0; step < 6; ++step) descent.step();
    for (std::uint32_t run = 0; run < runs; ++run) {
      const std::vector<double> expected = slow_descent(sample, run, 6);
      for (std::size_t j = 0; j < dimension; ++j) EXPECT_NEAR(descent.weights(run)[j], expected[j], 1e-12) << run;
    }
  }
}

/// A twin is the derivative of its run: two runs whose starts differ a little along g differ by it.
TEST(Descent, TwinsAreDerivatives) {
  const Sample sample = make_sample();
  const Quartic loss;
  constexpr double epsilon = 1e-5;
  std::vector<double> g(dimension);
  for (std::size_t j = 0; j < dimension; ++j) g[j] = j % 3 == 0 ? 1 : -1;
  Descent descent(sample, loss, algorithm(), streams(1));
  const std::vector<RandomStream> same(2, streams(1)[0]);
  Descent kicked(sample, loss, algorithm(), same);
  for (std::size_t run = 0; run < 2; ++run) set_start(kicked.weights(run), 0);
  set_start(descent.weights(0), 0);
  const std::size_t impulse = descent.add_twin(0, g, Descent::Field::one_step);
  const std::size_t lasting = descent.add_twin(0, g, Descent::Field::lasting);
  double sum = 0;
  for (int step = 0; step < 5; ++step) {
    descent.step();
    kicked.step();
    if (step == 0) {
      for (std::size_t j = 0; j < dimension; ++j) {
        kicked.weights(0)[j] += epsilon * g[j];
        kicked.weights(1)[j] -= epsilon * g[j];
      }
    }
    double difference = 0;
    for (std::size_t j = 0; j < dimension; ++j) {
      difference += g[j] * (kicked.weights(0)[j] - kicked.weights(1)[j]) / (2 * epsilon * dimension);
    }
    EXPECT_NEAR(descent.response(impulse), difference, 1e-7) << step;
    if (step == 0) {
      EXPECT_DOUBLE_EQ(descent.response(impulse), 1);
      EXPECT_DOUBLE_EQ(descent.response(lasting), 0.05);
    }
    sum += descent.response(lasting);
  }
  EXPECT_GT(sum, 0);
}

TEST(Descent, StaysOnTheSphere) {
  const Sample sample = make_sample();
  const Quartic loss;
  Algorithm spherical = algorithm();
  spherical.spherical = true;
  Descent descent(sample, loss, spherical, streams(2));
  for (std::uint32_t run = 0; run < 2; ++run) set_start(descent.weights(run), run);
  const auto before = descent.scores();
  EXPECT_EQ(descent.step()[1].loss, before[1].loss);
  for (std::size_t run = 0; run < 2; ++run)
    EXPECT_NEAR(dot(descent.weights(run), descent.weights(run)), dimension, 1e-12);
}

/// The same on the sphere: after a step whose weights are moved a little along g before they are put back.
TEST(Descent, TwinsAreDerivativesOnTheSphere) {
  const Sample sample = make_sample();
  const Quartic loss;
  constexpr double epsilon = 1e-5;
  const std::vector<double> g(dimension, 1);
  Algorithm spherical = algorithm();
  spherical.spherical = true;
  Descent descent(sample, loss, spherical, streams(1));
  Descent free(sample, loss, algorithm(), streams(1));
  Descent kicked(sample, loss, spherical, std::vector<RandomStream>(2, streams(1)[0]));
  for (Descent* each : {&descent, &free, &kicked}) {
    for (std::size_t run = 0; run < each->runs(); ++run) set_start(each->weights(run), 0);
  }
  const std::size_t impulse = descent.add_twin(0, g, Descent::Field::one_step);
  for (Descent* each : {&descent, &free, &kicked}) each->step();
  for (std::size_t run = 0; run < 2; ++run) {
    const auto weights = kicked.weights(run);
    for (std::size_t j = 0; j < dimension; ++j)
      weights[j] = free.weights(0)[j] + (run == 0 ? epsilon : -epsilon) * g[j];
    const double factor = std::sqrt(dimension / dot(weights, weights));
    for (double& weight : weights) weight *= factor;
  }
  for (int step = 1; step < 5; ++step) {
    double difference = 0;
    for (std::size_t j = 0; j < dimension; ++j) {
      difference += g[j] * (kicked.weights(0)[j] - kicked.weights(1)[j]) / (2 * epsilon * dimension);
    }
    EXPECT_NEAR(descent.response(impulse), difference, 1e-7) << step;
    descent.step();
    kicked.step();
  }
}

}  // namespace
}  // namespace glasscape::finite_size
