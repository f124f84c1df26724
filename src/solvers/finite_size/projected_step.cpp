#include "projected_step.hpp"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

#include "glasscape/solvers/finite_size/sphere_motion.hpp"
#include "glasscape/solvers/matrix.hpp"

namespace glasscape::finite_size {

void project_step(double t, std::span<double> points, std::size_t dimension) {
  constexpr double largest = 2;
  for (std::size_t first = 0; first < points.size(); first += dimension) {
    const auto x = points.subspan(first, dimension);
    const double norm = std::sqrt(dot(x, x) / static_cast<double>(dimension));
    if (norm <= largest) continue;
    if (!(norm > largest)) {
      throw std::runtime_error(fmt::format("the dynamics blows up: at t = {:.6g} the norm |x|/√N is {}", t, norm));
    }
    throw std::runtime_error(
        fmt::format("the dynamics blows up: the step to t = {:.6g} takes the norm |x|/√N from 1 to {:.4g}", t, norm));
  }
  put_on_sphere(points, dimension);
}

}  // namespace glasscape::finite_size
