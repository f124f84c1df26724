#include "glasscape/solvers/effective_process/dynamics.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace glasscape::effective_process {

Kernels::Kernels(std::size_t steps)
    : noise(steps, steps), memory(steps, steps), local_response(steps, 0.0), force(steps, 0.0) {}

OrderParameters::OrderParameters(const Problem& problem)
    : overlap(problem.steps + 1, 0.0),
      initial_response(problem.steps + 1, 0.0),
      correlation(problem.steps + 1, problem.steps + 1),
      response(problem.steps + 1, problem.steps + 1) {
  overlap[0] = problem.initial_overlap;
  initial_response[0] = 1;
  correlation(0, 0) = problem.initial_variance + overlap[0] * overlap[0];
}

double OrderParameters::advance(const Problem& problem, const Kernels& kernels, std::size_t t) {
  const double eta = problem.learning_rate;
  const double decay = 1 - eta * (problem.regularization + kernels.local_response[t]);
  const auto memory = kernels.memory.row(t).first(t);
  const auto row = response.row(t + 1);
  for (std::size_t s = 0; s < t; ++s) row[s] = decay * response(t, s);
  add_combination(eta * eta, memory, response, row.first(t));
  row[t] = 1;
  initial_response[t + 1] = decay * initial_response[t] + eta * eta * dot(memory, std::span(initial_response).first(t));
  overlap[t + 1] = overlap[t] - eta * (problem.regularization * overlap[t] + kernels.force[t]);
  double norm = correlate(problem, kernels, t + 1);
  if (!problem.spherical) return 1;
  const double factor = 1 / std::sqrt(norm);
  for (std::size_t s = 0; s <= t; ++s) row[s] *= factor;
  initial_response[t + 1] *= factor;
  overlap[t + 1] *= factor;
  for (std::size_t s = 0; s <= t; ++s) correlation(s, t + 1) = correlation(t + 1, s) *= factor;
  correlation(t + 1, t + 1) = 1;
  return factor;
}

/// Sets C(t,s) for s ≤ t; returns C(t,t).
double OrderParameters::correlate(const Problem& problem, const Kernels& kernels, std::size_t t) {
  const double eta = problem.learning_rate;
  std::vector<double> noise(t);
  multiply(eta * eta, kernels.noise, response.row(t).first(t), noise);  // η² Σ_v R(t,v) M_C(v,·)
  const auto row = correlation.row(t);
  multiply(1, response, noise, row.first(t + 1));
  for (std::size_t s = 0; s <= t; ++s) {
    row[s] += problem.initial_variance * initial_response[t] * initial_response[s] + overlap[t] * overlap[s];
    correlation(s, t) = row[s];
  }
  return row[t];
}

Dynamics::Dynamics(const Problem& problem)
    : kernels(problem.steps), order(problem), loss(problem.steps + 1, 0.0), accuracy(problem.steps + 1, 0.0) {}

void Dynamics::carry(Numbers& numbers, std::size_t t) {
  for (Matrix* kernel : {&kernels.noise, &kernels.memory}) numbers.carry_block(*kernel, t, t);
  for (auto* list : {&kernels.local_response, &kernels.force, &loss, &accuracy}) {
    numbers.carry(std::span(*list).first(t));
  }
  for (Matrix* function : {&order.correlation, &order.response}) numbers.carry_block(*function, t + 1, t + 1);
  for (auto* list : {&order.overlap, &order.initial_response}) numbers.carry(std::span(*list).first(t + 1));
}

}  // namespace glasscape::effective_process
