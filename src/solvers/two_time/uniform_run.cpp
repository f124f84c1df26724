#include "uniform_run.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace glasscape::two_time {

namespace {

constexpr std::size_t highest_degree = 8;

/// Silvester's polynomial Π_{r<a} (x − r)/(a − r): 1 at x = a, 0 at x = 0 … a−1.
double silvester(std::size_t a, double x) {
  double product = 1;
  for (std::size_t r = 0; r < a; ++r) product *= (x - static_cast<double>(r)) / static_cast<double>(a - r);
  return product;
}

/// The grid point, of 0 … last, from which a stencil of that degree has x at the given fraction of its length, as far
/// as the grid allows.
std::size_t stencil_start(double x, double fraction, std::size_t degree, std::size_t last) {
  const double ideal = std::round(x - fraction * static_cast<double>(degree));
  return static_cast<std::size_t>(std::clamp(ideal, 0.0, static_cast<double>(last)));
}

/// The trapezoidal sum over all values, in units of the step.
double trapezoidal_sum(std::span<const double> values) {
  double sum = -(values.front() + values.back()) / 2;
  for (const double value : values) sum += value;
  return sum;
}

/// The polynomial through nine grid points around x in 0 … last, or all there are.
double through_line(double x, std::size_t last, const std::function<double(std::size_t)>& at) {
  const std::size_t degree = std::min(highest_degree, last);
  const std::size_t start = stencil_start(x, 0.5, degree, last - degree);
  const double along = x - static_cast<double>(start), back = static_cast<double>(degree) - along;
  double sum = 0;
  for (std::size_t a = 0; a <= degree; ++a) sum += silvester(a, along) * silvester(degree - a, back) * at(start + a);
  return sum;
}

/// The polynomial of total degree 8 through the 45 grid points of a triangle like the domain 0 ≤ y ≤ x ≤ last itself,
/// around (x, y): nothing is taken from across the diagonal, where C has a cusp and R a jump. With barycentric
/// coordinates, α + β + γ = 8, the basis is S_a(α) S_b(β) S_c(γ), a + b + c = 8, of Silvester's polynomials.
double through_triangle(double x, double y, std::size_t last,
                        const std::function<double(std::size_t, std::size_t)>& at) {
  const std::size_t degree = std::min(highest_degree, last);
  const std::size_t row = stencil_start(x, 2.0 / 3, degree, last - degree);
  const std::size_t column = stencil_start(y, 1.0 / 3, degree, row);
  const double down = x - static_cast<double>(row), along = y - static_cast<double>(column);

  std::array<double, highest_degree + 1> above{}, inside{}, left{};
  for (std::size_t a = 0; a <= degree; ++a) {
    above[a] = silvester(a, static_cast<double>(degree) - down);
    inside[a] = silvester(a, down - along);
    left[a] = silvester(a, along);
  }
  double sum = 0;
  for (std::size_t i = 0; i <= degree; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      const double weight = above[degree - i] * inside[i - j] * left[j];
      if (weight != 0) sum += weight * at(row + i, column + j);
    }
  }
  return sum;
}

}  // namespace

UniformRun::UniformRun(std::vector<KernelTerm> memory, Grid grid, Grid finer)
    : memory_(std::move(memory)), grid_(std::move(grid)), finer_(std::move(finer)), last_(grid_->rows() - 1) {
  if (!finer_) return;
  ratio_ = finer_->steps / grid_->steps;
  last_ = std::min(last_, (finer_->rows() - 1) / ratio_);
}

/// In units of the step.
double UniformRun::position(double t) const {
  return std::clamp(t / grid_->t_max * static_cast<double>(grid_->steps), 0.0, static_cast<double>(last_));
}

double UniformRun::interpolate(double t, const OneTime& at) const {
  const double x = position(t);
  if (!finer_) return through_line(x, last_, [&](std::size_t i) { return at(*grid_, i); });
  return through_line(static_cast<double>(ratio_) * x, finer_->rows() - 1,
                      [&](std::size_t i) { return at(*finer_, i); }) +
         through_line(x, last_, [&](std::size_t i) { return at(*grid_, i) - at(*finer_, ratio_ * i); });
}

double UniformRun::interpolate(double t, double s, const TwoTimes& at) const {
  const double x = position(t), y = std::min(position(s), x);
  const auto on = [&at](const UniformGrid& grid) {
    return [&at, &grid](std::size_t i, std::size_t j) { return at(grid, i, j); };
  };
  if (!finer_) return through_triangle(x, y, last_, on(*grid_));

  const auto ratio = static_cast<double>(ratio_);
  return through_triangle(ratio * x, ratio * y, finer_->rows() - 1, on(*finer_)) +
         through_triangle(x, y, last_, [&](std::size_t i, std::size_t j) {
           return at(*grid_, i, j) - at(*finer_, ratio_ * i, ratio_ * j);
         });
}

double UniformRun::overlap(std::size_t direction, double t) const {
  return interpolate(t, [=](const UniformGrid& grid, std::size_t i) { return grid.overlaps[direction][i]; });
}

double UniformRun::multiplier(double t) const {
  return interpolate(t, [](const UniformGrid& grid, std::size_t i) { return grid.multiplier[i]; });
}

double UniformRun::correlation(double t, double s) const {
  return interpolate(t, s,
                     [](const UniformGrid& grid, std::size_t i, std::size_t j) { return grid.correlation(i, j); });
}

double UniformRun::response(double t, double s) const {
  return interpolate(t, s, [](const UniformGrid& grid, std::size_t i, std::size_t j) { return grid.response(i, j); });
}

double UniformRun::integrated_response(double t, double s) const {
  return interpolate(t, s, [](const UniformGrid& grid, std::size_t i, std::size_t j) {
    return grid.step() * trapezoidal_sum(grid.response.row(i).subspan(j));
  });
}

double UniformRun::memory_integral(std::size_t term, double t) const {
  const std::span<const KernelTerm> only(&memory_[term], 1);
  return interpolate(t, [only](const UniformGrid& grid, std::size_t i) {
    std::vector<double> integrand(i + 1);
    for (std::size_t j = 0; j <= i; ++j) {
      const KernelValue q = kernel(only, grid.correlation(i, j), grid.time(i), grid.time(j));
      integrand[j] = grid.response(i, j) * q.first;
    }
    return grid.step() * trapezoidal_sum(integrand);
  });
}

}  // namespace glasscape::two_time
