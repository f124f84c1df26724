#include "glasscape/solvers/finite_size/sphere_motion.hpp"

#include <algorithm>
#include <cmath>

#include "glasscape/solvers/matrix.hpp"

namespace glasscape::finite_size {

void put_on_sphere(std::span<double> points, std::size_t dimension) {
  for (std::size_t first = 0; first < points.size(); first += dimension) {
    const auto x = points.subspan(first, dimension);
    const double scale = std::sqrt(static_cast<double>(dimension) / dot(x, x));
    for (double& element : x) element *= scale;
  }
}

std::vector<double> make_tangent(std::span<const double> points, std::span<double> forces, std::size_t dimension) {
  std::vector<double> slopes;
  for (std::size_t first = 0; first < points.size(); first += dimension) {
    const auto x = points.subspan(first, dimension);
    const auto f = forces.subspan(first, dimension);
    const double multiplier = dot(x, f) / dot(x, x);
    for (std::size_t i = 0; i < dimension; ++i) f[i] -= multiplier * x[i];
    slopes.push_back(std::sqrt(dot(f, f) / static_cast<double>(dimension)));
  }
  return slopes;
}

}  // namespace glasscape::finite_size
