#include "tangent_hessian.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "glasscape/solvers/matrix.hpp"

namespace glasscape::spiked_matrix_tensor {

namespace {

constexpr double widest = 6;  // bins lie between minus this and this; the outer two hold what lies beyond

std::vector<double> density_of(std::span<const double> eigenvalues, double centre, double scale, std::size_t bins) {
  std::vector<double> density(bins, 0.0);
  const double width = 2 * widest / static_cast<double>(bins);
  for (const double eigenvalue : eigenvalues) {
    const double bin = std::floor(((eigenvalue - centre) / scale + widest) / width);
    density[static_cast<std::size_t>(std::clamp(bin, 0.0, static_cast<double>(bins - 1)))] +=
        1 / (width * static_cast<double>(eigenvalues.size()));
  }
  return density;
}

}  // namespace

std::vector<double> spectrum_bins(std::size_t bins) {
  std::vector<double> centres(bins);
  for (std::size_t i = 0; i < bins; ++i) {
    centres[i] = widest * ((2 * static_cast<double>(i) + 1) / static_cast<double>(bins) - 1);
  }
  return centres;
}

TangentHessian tangent_hessian(const Landscape& landscape, std::span<const double> x, std::size_t eigenvalues,
                               std::size_t bins, PointContext& context) {
  const std::size_t n = landscape.size();
  const auto size = static_cast<double>(n);
  std::vector<double> force(n);
  landscape.evaluate(x, force);
  const double multiplier = dot(x, force) / size, scale = std::sqrt(landscape.covariance().second_derivative(1));
  finite_size::PackedMatrix hessian = landscape.hessian(x);
  for (std::size_t j = 0; j < n; ++j) hessian[finite_size::packed_length(j) + j] += multiplier;
  finite_size::detach_direction(hessian, x, 2 * finite_size::frobenius_norm(hessian));  // above all others
  const bool whole = n <= largest_whole_spectrum;
  finite_size::Spectrum spectrum =
      whole ? finite_size::whole_spectrum(hessian, n) : finite_size::lowest_spectrum(hessian, n, eigenvalues, context);
  TangentHessian found{.bulk_edge = multiplier - 2 * scale, .density = std::vector(bins, not_a_number)};
  if (whole) {
    spectrum.eigenvalues.pop_back();  // the radial direction
    found.density = density_of(spectrum.eigenvalues, multiplier, scale, bins);
  }
  found.lowest.assign(spectrum.eigenvalues.begin(), spectrum.eigenvalues.begin() + static_cast<long>(eigenvalues));
  const auto& v = spectrum.lowest_vector;
  const double along = std::accumulate(v.begin(), v.end(), 0.0), m = Landscape::overlap(x);
  found.signal_overlap = along * along / (size * (1 - m * m));
  return found;
}

}  // namespace glasscape::spiked_matrix_tensor
