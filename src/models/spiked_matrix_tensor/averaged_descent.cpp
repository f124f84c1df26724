#include "averaged_descent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "glasscape/solvers/matrix.hpp"

namespace glasscape::spiked_matrix_tensor {

namespace {

constexpr std::size_t batch = 64;  // points whose forces are found at once

double norm_per_size(std::span<const double> x) { return std::sqrt(dot(x, x) / static_cast<double>(x.size())); }

/// The former |x|/√N.
double scale_to_sphere(std::span<double> x) {
  const double norm = norm_per_size(x);
  for (double& element : x) element /= norm;
  return norm;
}

std::vector<double> mean_point(std::span<const double> points, std::size_t size) {
  std::vector<double> mean(size, 0.0);
  const double share = static_cast<double>(size) / static_cast<double>(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) mean[i % size] += share * points[i];
  return mean;
}

}  // namespace

std::vector<double> mean_force(const Landscape& landscape, std::span<const double> points) {
  const std::size_t size = landscape.size(), count = points.size() / size;
  std::vector<double> mean(size, 0.0), forces(std::min(batch, count) * size);
  for (std::size_t first = 0; first < count; first += batch) {
    const std::size_t length = std::min(batch, count - first) * size;
    landscape.evaluate(points.subspan(first * size, length), std::span(forces).first(length));
    for (std::size_t i = 0; i < length; ++i) mean[i % size] += forces[i];
  }
  for (double& element : mean) element /= static_cast<double>(count);
  return mean;
}

AveragedDescent::AveragedDescent(const Landscape& landscape, const Settings& settings, RandomStream random)
    : landscape_(landscape), settings_(settings), points_(settings.points * landscape.size()) {
  fill_normal(random, points_);
  for (std::size_t r = 0; r < settings.points; ++r) {
    scale_to_sphere(std::span(points_).subspan(r * landscape.size(), landscape.size()));
  }
  centre_ = mean_point(points_, landscape.size());
  position_ = centre_;
  scale_to_sphere(position_);
}

void AveragedDescent::step(std::span<const double> force) {
  const double largest = is_averaging() ? infinity : 2;
  is_averaging() ? average() : descend(force);
  ++steps_;
  const double norm = scale_to_sphere(position_);
  if (!(norm < largest)) {
    throw std::runtime_error(
        fmt::format("the descent blew up at step {}: |x|/√N = {:.3g} instead of 1 before it is put back on the sphere",
                    steps_, norm));
  }
}

void AveragedDescent::average() {
  std::vector<double> move = mean_force(landscape_, points_);
  const double length = norm_per_size(move);
  for (double& element : move) element *= settings_.averaging_step / length;
  for (std::size_t i = 0; i < points_.size(); ++i) points_[i] += move[i % move.size()];
  for (std::size_t i = 0; i < move.size(); ++i) position_[i] = centre_[i] += move[i];
}

void AveragedDescent::descend(std::span<const double> force) {
  const double multiplier = dot(position_, force) / static_cast<double>(position_.size());
  const double curvature = std::max(multiplier, 0.0) + 2 * std::sqrt(landscape_.covariance().second_derivative(1));
  const double rate = settings_.learning_rate / curvature;
  for (std::size_t i = 0; i < position_.size(); ++i) {
    position_[i] += rate * (force[i] - multiplier * position_[i]);
  }
}

void AveragedDescent::carry(Numbers& numbers) {
  numbers.carry(steps_);
  numbers.carry(position_);
  if (!is_averaging()) return;
  numbers.carry(centre_);
  numbers.carry(points_);
}

}  // namespace glasscape::spiked_matrix_tensor
