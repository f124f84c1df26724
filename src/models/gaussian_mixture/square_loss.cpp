#include "glasscape/models/gaussian_mixture/square_loss.hpp"

#include <cmath>
#include <limits>
#include <span>

namespace glasscape::gaussian_mixture {

namespace {

using effective_process::Dynamics;
using effective_process::Problem;

class SquareLoss {
 public:
  SquareLoss(const Problem& problem, double batch_size)
      : problem_(problem),
        batch_size_(batch_size),
        feedback_(problem.noise_variance * problem.learning_rate),
        dynamics_(problem),
        forces_(problem.steps + 1, problem.steps + 1),
        curvatures_(problem.steps, problem.steps),
        signals_(problem.steps + 1, 0.0),
        means_(problem.steps + 1, 0.0),
        cross_(problem.steps + 1, 0.0) {}

  void observe(std::size_t t);
  void step(std::size_t t);
  void carry(Numbers& numbers, std::size_t t);
  Dynamics take() { return std::move(dynamics_); }

 private:
  double cavity_covariance(std::size_t t, std::size_t s) const;

  const Problem& problem_;
  double batch_size_;  // b
  double feedback_;    // Dη
  Dynamics dynamics_;
  Matrix forces_;                // E[f(t) f(s)]
  Matrix curvatures_;            // J(t,s)
  std::vector<double> signals_;  // E[f(t) g]
  std::vector<double> means_;    // E[f(t)]
  std::vector<double> cross_;    // E[u(t) f(s)] of the present t
};

void SquareLoss::carry(Numbers& numbers, std::size_t t) {
  dynamics_.carry(numbers, t);
  for (Matrix* moments : {&forces_, &curvatures_}) numbers.carry_block(*moments, t, t);
  for (auto* moments : {&signals_, &means_}) numbers.carry(std::span(*moments).first(t));
}

/// U(t,s)
double SquareLoss::cavity_covariance(std::size_t t, std::size_t s) const {
  const auto& order = dynamics_.order;
  const double d = problem_.noise_variance, m = order.overlap[t], n = order.overlap[s];
  return d * (order.correlation(t, s) - m * n) + (m - 1) * (n - 1) + d * m * n;
}

/// Moments of f(t), from which the loss E[(r − 1)²]/2 = E[f²]/(2b) follows.
void SquareLoss::observe(std::size_t t) {
  const auto& order = dynamics_.order;
  const auto response = order.response.row(t).first(t);
  for (std::size_t s = 0; s < t; ++s) {
    const auto before = order.response.row(s).first(s);
    cross_[s] = batch_size_ * (cavity_covariance(t, s) - feedback_ * dot(before, std::span(cross_).first(s)));
  }
  std::vector<double> reaction(t);  // Σ_v R(t,v) E[f(v) f(s)]
  multiply(1, forces_, response, reaction);
  const double square = cavity_covariance(t, t) - 2 * feedback_ * dot(response, std::span(cross_).first(t)) +
                        feedback_ * feedback_ * dot(response, reaction);
  for (std::size_t s = 0; s < t; ++s) {
    forces_(t, s) = forces_(s, t) = batch_size_ * (cross_[s] - feedback_ * reaction[s]);
  }
  forces_(t, t) = batch_size_ * square;
  const double m = order.overlap[t];
  signals_[t] =
      batch_size_ * (m * (1 + problem_.noise_variance) - 1 - feedback_ * dot(response, std::span(signals_).first(t)));
  means_[t] = batch_size_ * (m - 1 - feedback_ * dot(response, std::span(means_).first(t)));
  dynamics_.loss[t] = problem_.alpha * square / 2;
  const double mean = means_[t] / batch_size_;
  dynamics_.accuracy[t] = batch_size_ == 1 ? std::erfc(-(1 + mean) / std::sqrt(2 * (square - mean * mean))) / 2
                                           : std::numeric_limits<double>::quiet_NaN();
}

void SquareLoss::step(std::size_t t) {
  observe(t);
  auto& kernels = dynamics_.kernels;
  const double strength = problem_.alpha * problem_.noise_variance;
  for (std::size_t s = 0; s <= t; ++s) kernels.noise(t, s) = kernels.noise(s, t) = strength * forces_(t, s);
  const auto row = curvatures_.row(t).first(t);
  add_combination(-feedback_ * batch_size_, dynamics_.order.response.row(t).first(t), curvatures_, row);
  curvatures_(t, t) = batch_size_;
  for (std::size_t s = 0; s < t; ++s) kernels.memory(t, s) = -strength / problem_.learning_rate * row[s];
  kernels.local_response[t] = strength * batch_size_;
  kernels.force[t] = problem_.alpha * signals_[t];
  dynamics_.order.advance(problem_, kernels, t);
}

}  // namespace

std::optional<Dynamics> square_loss_dynamics(const Problem& problem, double batch_size, const StepLoop& loop) {
  SquareLoss equations(problem, batch_size);
  const auto carry = [&](Numbers& numbers, std::size_t t) { equations.carry(numbers, t); };
  const auto step = [&](std::size_t t) {
    t < problem.steps ? equations.step(t) : equations.observe(t);
    return t < problem.steps;
  };
  if (!loop.run(carry, step, problem.steps)) return std::nullopt;
  return equations.take();
}

}  // namespace glasscape::gaussian_mixture
