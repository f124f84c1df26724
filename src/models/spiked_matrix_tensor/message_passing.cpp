#include "message_passing.hpp"

#include <cmath>
#include <utility>

#include "glasscape/solvers/matrix.hpp"

namespace glasscape::spiked_matrix_tensor {

MessagePassing::MessagePassing(const Landscape& landscape, double m, RandomStream random)
    : landscape_(landscape), estimate_(landscape.size()), before_(landscape.size(), 0.0), force_(landscape.size()) {
  fill_normal(random, estimate_);
  const double along = Landscape::overlap(estimate_);
  for (double& z : estimate_) z -= along;
  const double norm = std::sqrt(dot(estimate_, estimate_) / static_cast<double>(estimate_.size()));
  for (double& z : estimate_) z = m + std::sqrt(m - m * m) * z / norm;
}

Energies MessagePassing::evaluate() { return landscape_.evaluate(estimate_, force_)[0]; }

void MessagePassing::step() {
  const auto size = static_cast<double>(estimate_.size());
  const Covariance& q = landscape_.covariance();
  const double reaction = variance_ == 0 ? 0 : variance_ * q.second_derivative(dot(estimate_, before_) / size);
  const double shrink = 1 / (1 + q.derivative(dot(estimate_, estimate_) / size));
  for (std::size_t i = 0; i < estimate_.size(); ++i) {
    before_[i] = std::exchange(estimate_[i], shrink * (force_[i] - reaction * before_[i]));
  }
  variance_ = shrink;
}

void MessagePassing::carry(Numbers& numbers) {
  numbers.carry(estimate_);
  numbers.carry(before_);
  numbers.carry(variance_);
}

}  // namespace glasscape::spiked_matrix_tensor
