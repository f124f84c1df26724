#include "paths.hpp"

#include <cmath>

namespace glasscape::effective_process {

Paths::Paths(const Problem& problem, std::span<const double> teacher, RandomStream& random)
    : signal_(teacher.size()),
      labels_(teacher.size()),
      selected_(teacher.size()),
      fields_(teacher.size()),
      force_(teacher.size()),
      curvature_(teacher.size()) {
  const double deviation = std::sqrt(problem.noise_variance);
  for (std::size_t n = 0; n < teacher.size(); ++n) {
    const double c = problem.signals[n * problem.signals.size() / teacher.size()];
    signal_[n] = c + deviation * teacher[n];
    labels_[n] = problem.label(c, teacher[n]);
  }
  problem.minibatches.start(random, selected_);
}

Score Paths::evaluate(const Problem& problem, double overlap, std::span<const double> h, RandomStream& random) {
  const double deviation = std::sqrt(problem.noise_variance);
  for (std::size_t n = 0; n < h.size(); ++n) fields_[n] = deviation * h[n] + overlap * signal_[n];
  const Score score = problem.loss->evaluate(labels_, fields_, force_, curvature_);
  if (problem.minibatches.is_full()) return score;
  for (std::size_t n = 0; n < h.size(); ++n) {
    force_[n] *= selected_[n];
    curvature_[n] *= selected_[n];
  }
  problem.minibatches.advance(random, selected_);
  return score;
}

}  // namespace glasscape::effective_process
