#include "glasscape/solvers/two_time/dynamics.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace glasscape::two_time {

Dynamics::Dynamics(std::vector<Resolution> resolutions, std::string trouble)
    : resolutions_(std::move(resolutions)), trouble_(std::move(trouble)) {}

double Dynamics::time_reached() const {
  double reached = infinity;
  for (const Resolution& resolution : resolutions_) reached = std::min(reached, resolution.run->time_reached());
  return reached;
}

std::size_t Dynamics::rows() const { return resolutions_.front().run->rows(); }

Estimate Dynamics::estimate(const Quantity& quantity) const {
  Estimate sum;
  for (const Resolution& resolution : resolutions_) {
    const double value = quantity(*resolution.run);
    sum.value += resolution.value_weight * value;
    sum.error += resolution.error_weight * value;
  }
  return {sum.value, std::abs(sum.error)};
}

}  // namespace glasscape::two_time
