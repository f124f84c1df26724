#include "glasscape/solvers/effective_process/forward_pass.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>

#include "path_response.hpp"
#include "paths.hpp"
#include "white_noise.hpp"

namespace glasscape::effective_process {

namespace {

class ForwardPass {
 public:
  ForwardPass(const Problem& problem, std::size_t paths, RandomStream random);

  void step(std::size_t t);
  void observe(std::size_t t);  ///< at the end, without a further step
  void carry(Numbers& numbers, std::size_t t);
  Dynamics take() { return std::move(dynamics_); }

 private:
  void close_kernels(std::size_t t);
  void move_paths(std::size_t t);

  const Problem& problem_;
  RandomStream random_;
  double paths_;
  Dynamics dynamics_;
  WhiteNoise noise_;
  Paths samples_;
  PathResponse response_;
  Matrix states_;    // a row for each t: h of all paths, then their probe
  Matrix forces_;    // f, a row for each t
  Matrix cholesky_;  // L Lᵀ = M_C
};

ForwardPass::ForwardPass(const Problem& problem, std::size_t paths, RandomStream random)
    : problem_(problem),
      random_(random),
      paths_(static_cast<double>(paths)),
      dynamics_(problem),
      noise_(paths, problem.steps, random_),
      samples_(problem, noise_.teacher(), random_),
      response_(paths, problem.steps),
      states_(problem.steps + 1, 2 * paths),
      forces_(problem.steps, paths),
      cholesky_(problem.steps, problem.steps) {
  const double deviation = std::sqrt(problem.initial_variance);
  for (std::size_t n = 0; n < paths; ++n) states_(0, n) = deviation * noise_.start()[n];
}

void ForwardPass::observe(std::size_t t) {
  const std::size_t paths = forces_.columns();
  const Score score = samples_.evaluate(problem_, dynamics_.order.overlap[t], states_.row(t).first(paths), random_);
  dynamics_.loss[t] = problem_.alpha * score.loss / paths_;
  dynamics_.accuracy[t] = score.correct / paths_;
}

void ForwardPass::step(std::size_t t) {
  observe(t);
  close_kernels(t);
  move_paths(t);
}

void ForwardPass::carry(Numbers& numbers, std::size_t t) {
  numbers.carry(random_);
  dynamics_.carry(numbers, t);
  noise_.carry(numbers);
  samples_.carry(numbers);
  response_.carry(numbers, t);
  numbers.carry_block(states_, t + 1, states_.columns());
  numbers.carry_block(forces_, t, forces_.columns());
  numbers.carry_block(cholesky_, t, t);
}

/// All that the averages at t need.
void ForwardPass::close_kernels(std::size_t t) {
  const double strength = problem_.alpha * problem_.noise_variance;
  Kernels& kernels = dynamics_.kernels;
  std::ranges::copy(samples_.force(), forces_.row(t).begin());
  kernels.force[t] = problem_.alpha * dot(samples_.force(), samples_.signal()) / paths_;
  double curvature = 0;
  for (const double a : samples_.curvature()) curvature += a;
  kernels.local_response[t] = strength * curvature / paths_;

  const auto noise = kernels.noise.row(t).first(t + 1);
  multiply(strength / paths_, forces_, samples_.force(), noise);
  for (std::size_t s = 0; s < t; ++s) kernels.noise(s, t) = noise[s];
  extend_cholesky(kernels.noise, t, cholesky_);
  if (t == 0) return;
  const auto memory = kernels.memory.row(t).first(t);
  response_.average(samples_.curvature(), states_.row(t).subspan(forces_.columns()), memory);
  for (double& value : memory) value *= -strength / problem_.learning_rate;
}

void ForwardPass::move_paths(std::size_t t) {
  const double eta = problem_.learning_rate, deviation = std::sqrt(problem_.noise_variance);
  const std::size_t paths = forces_.columns();
  const Kernels& kernels = dynamics_.kernels;
  const auto next = states_.row(t + 1);
  const auto h = next.first(paths);
  add_combination(eta * eta, kernels.memory.row(t).first(t), states_, next);
  noise_.add(eta, cholesky_.row(t).first(t + 1), h);
  const double decay = 1 - eta * (problem_.regularization + kernels.local_response[t]);
  const auto force = samples_.force(), curvature = samples_.curvature();
  std::vector<double> own_decay(paths), source(paths);
  for (std::size_t n = 0; n < paths; ++n) {
    h[n] += decay * states_(t, n) - eta * deviation * force[n];
    source[n] = -eta * problem_.noise_variance * curvature[n];
    own_decay[n] = decay + source[n];
  }
  response_.advance(t, own_decay, source, states_.row(t).subspan(paths), next.subspan(paths));
  const double factor = dynamics_.order.advance(problem_, kernels, t);
  if (factor == 1) return;
  for (double& value : next) value *= factor;
  response_.scale(factor);
}

}  // namespace

std::size_t paths_taken(std::size_t paths) { return std::bit_ceil(paths); }

std::size_t fewest_paths(std::size_t steps, std::size_t classes) {
  return std::max(steps * classes, WhiteNoise::numbers_of_steps(steps));
}

double forward_pass_bytes(std::size_t paths, std::size_t steps) {
  const auto n = static_cast<double>(paths_taken(paths)), t = static_cast<double>(steps);
  return 8 * (5 * n * (t + 20) + 6 * t * t);
}

std::optional<Dynamics> forward_pass(const Problem& problem, std::size_t paths, RandomStream random,
                                     const StepLoop& loop) {
  const std::size_t taken = paths_taken(paths);
  const std::size_t fewest = fewest_paths(problem.steps, problem.signals.size());
  if (taken < fewest) {
    throw std::domain_error(
        fmt::format("{} paths are too few for {} steps: at least {} are needed", taken, problem.steps, fewest));
  }
  ForwardPass pass(problem, taken, random);
  const auto step = [&](std::size_t t) {
    t < problem.steps ? pass.step(t) : pass.observe(t);
    return t < problem.steps;
  };
  if (!loop.run([&](Numbers& numbers, std::size_t t) { pass.carry(numbers, t); }, step)) return std::nullopt;
  return pass.take();
}

}  // namespace glasscape::effective_process
