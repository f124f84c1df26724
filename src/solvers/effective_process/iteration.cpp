#include "glasscape/solvers/effective_process/iteration.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "paths.hpp"

namespace glasscape::effective_process {

namespace {

constexpr std::size_t block = 16;  // paths that are followed together

/// The field of given kernels, in which paths move.
struct Field {
  Field(const Problem& problem, const Kernels& kernels);

  Matrix cholesky;              // L Lᵀ = M_C
  std::vector<double> overlap;  // m(t)
  std::vector<double> factor;   // of the projection onto the sphere after each step
};

Field::Field(const Problem& problem, const Kernels& kernels)
    : cholesky(problem.steps, problem.steps), factor(problem.steps) {
  OrderParameters order(problem);
  for (std::size_t t = 0; t < problem.steps; ++t) {
    extend_cholesky(kernels.noise, t, cholesky);
    factor[t] = order.advance(problem, kernels, t);
  }
  overlap = order.overlap;
}

/// A few paths from the start to the end, and what they add to the averages.
class Block {
 public:
  Block(const Problem& problem, const Kernels& kernels, const Field& field, RandomStream& random);

  void run(Dynamics& sums);

 private:
  void add_averages(std::size_t t, Dynamics& sums);
  void move(std::size_t t);
  void move_responses(std::size_t t);
  std::span<double> response(std::size_t t, std::size_t s) { return responses_.row(t).subspan(s * block, block); }
  double decay(std::size_t t) const {
    return 1 - problem_.learning_rate * (problem_.regularization + kernels_.local_response[t]);
  }

  const Problem& problem_;
  const Kernels& kernels_;
  const Field& field_;
  RandomStream& random_;
  Matrix white_;  // g(s) of each path
  Paths samples_;
  Matrix h_, forces_;  // a row for each t
  Matrix responses_;   // δh(t)/δP(s) of each path: a row for each t, in it the paths of each s
};

Matrix normals(std::size_t rows, RandomStream& random) {
  Matrix numbers(rows, block);
  fill_normal(random, {numbers.data(), rows * block});
  return numbers;
}

Block::Block(const Problem& problem, const Kernels& kernels, const Field& field, RandomStream& random)
    : problem_(problem),
      kernels_(kernels),
      field_(field),
      random_(random),
      white_(normals(problem.steps + 2, random)),
      samples_(problem, white_.row(0), random),
      h_(problem.steps + 1, block),
      forces_(problem.steps, block),
      responses_(problem.steps + 1, problem.steps * block) {
  for (std::size_t i = 0; i < block; ++i) h_(0, i) = std::sqrt(problem.initial_variance) * white_(1, i);
}

void Block::run(Dynamics& sums) {
  for (std::size_t t = 0; t <= problem_.steps; ++t) {
    const Score score = samples_.evaluate(problem_, field_.overlap[t], h_.row(t), random_);
    sums.loss[t] += problem_.alpha * score.loss;
    sums.accuracy[t] += score.correct;
    if (t == problem_.steps) return;
    add_averages(t, sums);
    move(t);
    move_responses(t);
  }
}

void Block::add_averages(std::size_t t, Dynamics& sums) {
  const double strength = problem_.alpha * problem_.noise_variance;
  const auto force = samples_.force(), curvature = samples_.curvature();
  std::ranges::copy(force, forces_.row(t).begin());
  sums.kernels.force[t] += problem_.alpha * dot(force, samples_.signal());
  for (const double a : curvature) sums.kernels.local_response[t] += strength * a;
  for (std::size_t s = 0; s <= t; ++s) {
    const double product = strength * dot(force, forces_.row(s));
    sums.kernels.noise(t, s) += product;
    if (s == t) break;
    sums.kernels.noise(s, t) += product;
    sums.kernels.memory(t, s) -= strength / problem_.learning_rate * dot(curvature, response(t, s));
  }
}

void Block::move(std::size_t t) {
  const double eta = problem_.learning_rate;
  const auto next = h_.row(t + 1), now = h_.row(t);
  for (std::size_t i = 0; i < block; ++i) {
    next[i] = decay(t) * now[i] - eta * std::sqrt(problem_.noise_variance) * samples_.force()[i];
  }
  for (std::size_t s = 0; s <= t; ++s) {
    const double memory = s < t ? eta * eta * kernels_.memory(t, s) : 0, noise = eta * field_.cholesky(t, s);
    for (std::size_t i = 0; i < block; ++i) next[i] += memory * h_(s, i) + noise * white_(s + 2, i);
  }
  for (double& h : next) h *= field_.factor[t];
}

void Block::move_responses(std::size_t t) {
  const double eta = problem_.learning_rate;
  const auto curvature = samples_.curvature();
  for (std::size_t s = 0; s <= t; ++s) {
    const auto next = response(t + 1, s), now = response(t, s);
    for (std::size_t i = 0; i < block; ++i) {
      const double kick = -eta * problem_.noise_variance * curvature[i];
      next[i] = s == t ? kick : (decay(t) + kick) * now[i];
    }
    for (std::size_t u = s + 1; u < t; ++u) {
      const double memory = eta * eta * kernels_.memory(t, u);
      const auto before = response(u, s);
      for (std::size_t i = 0; i < block; ++i) next[i] += memory * before[i];
    }
    for (double& value : next) value *= field_.factor[t];
  }
}

/// All averages over paths in a dynamics.
std::array<std::span<double>, 6> averages_of(Dynamics& dynamics) {
  Kernels& kernels = dynamics.kernels;
  const std::size_t size = kernels.noise.rows() * kernels.noise.columns();
  return {std::span(kernels.noise.data(), size),
          std::span(kernels.memory.data(), size),
          kernels.local_response,
          kernels.force,
          dynamics.loss,
          dynamics.accuracy};
}

/// mean ← (1 − weight) mean + weight × sums / paths
void mix(Dynamics& mean, Dynamics& sums, double paths, double weight) {
  const auto into = averages_of(mean), from = averages_of(sums);
  for (std::size_t i = 0; i < into.size(); ++i) {
    for (std::size_t j = 0; j < into[i].size(); ++j) into[i][j] += weight * (from[i][j] / paths - into[i][j]);
  }
}

}  // namespace

std::optional<Dynamics> iterate(const Problem& problem, const IterationOptions& options, RandomStream random,
                                const ShouldStop& should_stop) {
  Dynamics mean(problem);
  const std::size_t blocks = (options.paths + block - 1) / block;
  for (std::size_t iteration = 0; iteration < options.warm_up + options.averaged; ++iteration) {
    const Field field(problem, mean.kernels);
    Dynamics sums(problem);
    for (std::size_t i = 0; i < blocks; ++i) {
      if (should_stop()) return std::nullopt;
      Block(problem, mean.kernels, field, random).run(sums);
    }
    // the first iteration after the warm-up forgets what came before
    const double weight = iteration <= options.warm_up ? 1 : 1 / static_cast<double>(iteration - options.warm_up + 1);
    mix(mean, sums, static_cast<double>(blocks * block), weight);
  }
  for (std::size_t t = 0; t < problem.steps; ++t) mean.order.advance(problem, mean.kernels, t);
  return mean;
}

}  // namespace glasscape::effective_process
