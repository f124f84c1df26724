#include <algorithm>
#include <array>
#include <boost/math/tools/minima.hpp>
#include <cmath>
#include <limits>

#include "glasscape/core/schema.hpp"
#include "glasscape/models/spiked_matrix_tensor/complexity.hpp"
#include "glasscape/models/spiked_matrix_tensor/fixed_points.hpp"

namespace glasscape::spiked_matrix_tensor {

namespace {

/// Σ on 0 ≤ m < 1 at equal distances; it tends to −∞ at 1.
class Latitudes {
 public:
  explicit Latitudes(const Complexity& complexity) : complexity_(complexity) {
    for (std::size_t i = 0; i < steps; ++i) values_[i] = complexity.at(overlap(i)).complexity;
    values_[steps] = -infinity;
  }

  Root band_end() const;
  double summit() const;

 private:
  static constexpr std::size_t steps = 256;

  static double overlap(std::size_t i) { return static_cast<double>(i) / steps; }
  double value(double m) const { return m == 1 ? -infinity : complexity_.at(m).complexity; }
  Root zero(double lower, double upper) const;

  const Complexity& complexity_;
  std::array<double, steps + 1> values_;
};

/// Σ falls through zero between these overlaps; +1 and −1 do for TOMS 748 what an infinite value cannot.
Root Latitudes::zero(double lower, double upper) const {
  Root root = monotone_root([this](double m) { return std::max(value(m), -1.0); }, lower, upper);
  const double width = 1e-5 * (1 - root.value);
  const double left = value(std::max(0.0, root.value - width)), right = value(root.value + width);
  const double slope = (right - left) / (2 * width), curvature = (right + left) / (width * width);
  root.error += rounding_error(complexity_.at(root.value).error, slope, curvature);
  return root;
}

Root Latitudes::band_end() const {
  const Minima equator = complexity_.at(0);
  if (equator.complexity <= equator.error) return {not_a_number, not_a_number};
  for (std::size_t i = 1;; ++i) {
    if (values_[i] <= 0) return zero(overlap(i - 1), overlap(i));
    if (i < 2 || values_[i - 1] > values_[i] || values_[i - 1] > values_[i - 2]) continue;
    // a minimum above zero on the grid: the gap may hide beside it
    const auto bottom = boost::math::tools::brent_find_minima([this](double m) { return value(m); }, overlap(i - 2),
                                                              overlap(i), std::numeric_limits<double>::digits);
    if (bottom.second < 0) return zero(overlap(i - 2), bottom.first);
  }
}

double Latitudes::summit() const {
  const auto best = static_cast<std::size_t>(std::ranges::max_element(values_) - values_.begin());
  if (best == 0) return 0;
  return boost::math::tools::brent_find_minima([this](double m) { return -value(m); }, overlap(best - 1),
                                               overlap(best + 1), std::numeric_limits<double>::digits / 2)
      .first;
}

}  // namespace

Band minima_towards_signal(const Complexity& complexity) {
  const Latitudes latitudes(complexity);
  Band band{.end = latitudes.band_end()};
  Minima largest = complexity.at(0);
  // the good minimum's overlap is known better than a search among flat values can find it
  for (const double m : {maximum_likelihood_overlap(complexity.covariance()).value, latitudes.summit()}) {
    const Minima minima = complexity.at(std::min(m, 1 - std::numeric_limits<double>::epsilon()));
    if (minima.complexity <= largest.complexity + minima.error + largest.error) continue;
    largest = minima;
    band.overlap = m;
  }
  band.complexity = {largest.complexity, largest.error};
  band.spurious = largest.complexity > largest.error;
  return band;
}

}  // namespace glasscape::spiked_matrix_tensor
