#include "glasscape/models/spiked_matrix_tensor/landscape.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "glasscape/solvers/matrix.hpp"

namespace glasscape::spiked_matrix_tensor {

namespace {

constexpr std::uint64_t tensor_block = std::uint64_t{1} << 48;  // of the stream: beyond all that the matrix takes

}  // namespace

double Landscape::Channel::noise_scale() const {
  const double k = noise.degree();
  return std::pow(static_cast<double>(noise.variables()), (1 - k) / 2) / std::sqrt(k * variance);
}

Landscape::Landscape(const Covariance& covariance, std::size_t size, const RandomStream& disorder)
    : covariance_(covariance), size_(size) {
  RandomStream of_tensor = disorder;
  of_tensor.seek(tensor_block);
  if (std::isfinite(covariance.delta2())) {
    matrix_.emplace(Channel{finite_size::GaussianPolynomial(2, size, disorder), covariance.delta2()});
  }
  if (std::isfinite(covariance.deltap())) {
    tensor_.emplace(Channel{finite_size::GaussianPolynomial(covariance.p(), size, of_tensor), covariance.deltap()});
  }
}

double Landscape::overlap(std::span<const double> x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

std::vector<Energies> Landscape::evaluate(std::span<const double> points, std::span<double> forces) const {
  std::vector<Energies> energies(points.size() / size_);
  std::ranges::fill(forces, 0.0);
  if (matrix_) add(*matrix_, points, forces, energies, &Energies::matrix);
  if (tensor_) add(*tensor_, points, forces, energies, &Energies::tensor);
  return energies;
}

/// −∇H = scale ∇f + (m^(k−1)/Δ) x*, and the energies by f = x·∇f/k.
void Landscape::add(const Channel& channel, std::span<const double> points, std::span<double> forces,
                    std::vector<Energies>& energies, double Energies::*energy) const {
  const int k = channel.noise.degree();
  const double scale = channel.noise_scale();
  std::vector<double> gradients(points.size());
  channel.noise.gradient(points, gradients);
  for (std::size_t r = 0; r < energies.size(); ++r) {
    const auto x = points.subspan(r * size_, size_);
    const auto gradient = std::span(gradients).subspan(r * size_, size_), force = forces.subspan(r * size_, size_);
    const double m = overlap(x), signal = std::pow(m, k - 1) / channel.variance;
    for (std::size_t i = 0; i < size_; ++i) force[i] += scale * gradient[i] + signal;
    energies[r].*energy = -scale * dot(x, gradient) / (k * static_cast<double>(size_)) - signal * m / k;
  }
}

finite_size::PackedMatrix Landscape::hessian(std::span<const double> x) const {
  finite_size::PackedMatrix hessian(finite_size::packed_length(size_), 0.0);
  if (matrix_) add_hessian(*matrix_, x, hessian);
  if (tensor_) add_hessian(*tensor_, x, hessian);
  return hessian;
}

/// −scale ∇²f − ((k−1) m^(k−2)/(NΔ)) x* x*ᵀ
void Landscape::add_hessian(const Channel& channel, std::span<const double> x,
                            finite_size::PackedMatrix& hessian) const {
  const int k = channel.noise.degree();
  channel.noise.add_hessian(-channel.noise_scale(), x, hessian);
  const double signal = (k - 1) * std::pow(overlap(x), k - 2) / (static_cast<double>(size_) * channel.variance);
  for (double& element : hessian) element -= signal;
}

double Landscape::bytes(const Covariance& covariance, std::size_t size) {
  const auto n = static_cast<double>(size);
  double numbers = 0;
  if (std::isfinite(covariance.delta2())) numbers += finite_size::GaussianPolynomial::coefficients_of(2, n);
  if (std::isfinite(covariance.deltap()))
    numbers += finite_size::GaussianPolynomial::coefficients_of(covariance.p(), n);
  return numbers * sizeof(double);
}

}  // namespace glasscape::spiked_matrix_tensor
