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

}  // namespace

/// The polynomial through nine grid points around t, or all there are.
double UniformRun::interpolate(double t, const std::function<double(std::size_t)>& at) const {
  const std::size_t last = rows() - 1, degree = std::min(highest_degree, last);
  const double x = std::clamp(t / grid_.step(), 0.0, static_cast<double>(last));
  const std::size_t start = stencil_start(x, 0.5, degree, last - degree);
  const double along = x - static_cast<double>(start), back = static_cast<double>(degree) - along;
  double sum = 0;
  for (std::size_t a = 0; a <= degree; ++a) sum += silvester(a, along) * silvester(degree - a, back) * at(start + a);
  return sum;
}

/// The polynomial of total degree 8 through the 45 grid points of a triangle like the domain 0 ≤ s ≤ t itself, around
/// (t, s): nothing is taken from across the diagonal, where C has a cusp and R a jump. With barycentric coordinates
/// (x, y, z), x + y + z = 8, the basis is S_a(x) S_b(y) S_c(z), a + b + c = 8, of Silvester's polynomials.
double UniformRun::interpolate(double t, double s, const std::function<double(std::size_t, std::size_t)>& at) const {
  const std::size_t last = rows() - 1, degree = std::min(highest_degree, last);
  const double u = std::clamp(t / grid_.step(), 0.0, static_cast<double>(last));
  const double v = std::clamp(s / grid_.step(), 0.0, u);
  const std::size_t row = stencil_start(u, 2.0 / 3, degree, last - degree);
  const std::size_t column = stencil_start(v, 1.0 / 3, degree, row);
  const double down = u - static_cast<double>(row), along = v - static_cast<double>(column);

  std::array<double, highest_degree + 1> top{}, diagonal{}, edge{};
  for (std::size_t a = 0; a <= degree; ++a) {
    top[a] = silvester(a, static_cast<double>(degree) - down);
    edge[a] = silvester(a, down - along);
    diagonal[a] = silvester(a, along);
  }
  double sum = 0;
  for (std::size_t i = 0; i <= degree; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      const double weight = top[degree - i] * edge[i - j] * diagonal[j];
      if (weight != 0) sum += weight * at(row + i, column + j);
    }
  }
  return sum;
}

double UniformRun::overlap(std::size_t direction, double t) const {
  return interpolate(t, [&](std::size_t i) { return grid_.overlaps[direction][i]; });
}

double UniformRun::multiplier(double t) const {
  return interpolate(t, [&](std::size_t i) { return grid_.multiplier[i]; });
}

double UniformRun::correlation(double t, double s) const {
  return interpolate(t, s, [&](std::size_t i, std::size_t j) { return grid_.correlation(i, j); });
}

double UniformRun::response(double t, double s) const {
  return interpolate(t, s, [&](std::size_t i, std::size_t j) { return grid_.response(i, j); });
}

double UniformRun::integrated_response(double t, double s) const {
  return interpolate(t, s, [&](std::size_t i, std::size_t j) {
    return grid_.step() * trapezoidal_sum(grid_.response.row(i).subspan(j));
  });
}

double UniformRun::memory_integral(std::size_t term, double t) const {
  const std::span<const KernelTerm> only(&memory_[term], 1);
  return interpolate(t, [&](std::size_t i) {
    std::vector<double> integrand(i + 1);
    for (std::size_t j = 0; j <= i; ++j) {
      const double c = grid_.correlation(i, j);
      integrand[j] = grid_.response(i, j) * kernel(only, c, grid_.time(i), grid_.time(j)).first;
    }
    return grid_.step() * trapezoidal_sum(integrand);
  });
}

}  // namespace glasscape::two_time
