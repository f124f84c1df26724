#include "support/spherical_spin_glass.hpp"

#include <algorithm>
#include <boost/math/constants/constants.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <boost/math/quadrature/trapezoidal.hpp>
#include <cmath>

namespace glasscape::testing {

namespace {

constexpr double pi = boost::math::constants::pi<double>();

/// Where the spectrum of J + avvᵀ ends: at the eigenvalue that a splits off, if it does (Baik, Ben Arous, Péché 2005).
double edge(double sigma, double spike) { return spike > sigma ? spike + sigma * sigma / spike : 2 * sigma; }

/// ∫_0^length f(τ) dτ of a function that falls over many scales, in ln(1 + τ).
template <class Function>
double integrate(const Function& f, double length) {
  const auto stretched = [&](double w) { return std::exp(w) * f(std::min(std::expm1(w), length)); };
  return boost::math::quadrature::gauss_kronrod<double, 61>::integrate(stretched, 0.0, std::log1p(length), 5, 1e-12);
}

}  // namespace

SphericalSpinGlass::SphericalSpinGlass(const Setting& setting)
    : sigma_(1 / std::sqrt(setting.delta2)),
      theta_(1 / setting.delta2),
      temperature_(setting.temperature),
      initial_overlap_(setting.initial_overlap),
      edge_(std::max(edge(sigma_, temperature_), setting.initial_overlap != 0 ? edge(sigma_, theta_) : 0)) {}

/// exp(−edge t) ∫ λ^power exp(λt) dν_a(λ), with dν_a = √(4σ²−λ²) / [2π(σ²+a²−aλ)] dλ, and beyond a = σ an atom of
/// weight 1 − σ²/a². In λ = 2σ cos φ the integrand is periodic and analytic, and the trapezoidal rule converges
/// exponentially.
double SphericalSpinGlass::moment(double spike, double t, int power) const {
  const double s2 = sigma_ * sigma_, a = spike;
  const auto bulk = [&](double phi) {
    const double lambda = 2 * sigma_ * std::cos(phi), sine = std::sin(phi), half = std::sin(phi / 2);
    const double exponent = (2 * sigma_ - edge_) * t - 4 * sigma_ * half * half * t;
    const double density = 2 * s2 * sine * sine / (pi * ((sigma_ - a) * (sigma_ - a) + 4 * a * sigma_ * half * half));
    return density * std::pow(lambda, power) * std::exp(exponent);
  };
  // beyond, exp(−4σt sin²(φ/2)) is below 1e-17
  const double end = std::min(pi, 2 * std::asin(std::min(1.0, std::sqrt(10 / std::max(sigma_ * t, 1e-9)))));
  double sum = boost::math::quadrature::trapezoidal(bulk, 0.0, end, 1e-14, 16);
  if (a > sigma_) {
    const double atom = edge(sigma_, a);
    sum += (1 - s2 / (a * a)) * std::pow(atom, power) * std::exp((atom - edge_) * t);
  }
  return sum;
}

/// exp(−2 edge t) Γ(t); with power 1, half its derivative, of Γ alone.
double SphericalSpinGlass::norm(double t, int power) const {
  const double m2 = initial_overlap_ * initial_overlap_;
  const double thermal = moment(temperature_, 2 * t, power);
  if (m2 == 0) return thermal;
  const double planted = (theta_ * moment(theta_, 2 * t, power) - temperature_ * thermal) / (theta_ - temperature_);
  return (1 - m2) * thermal + m2 * planted;
}

double SphericalSpinGlass::overlap(double t) const {
  return initial_overlap_ == 0 ? 0 : initial_overlap_ * moment(theta_, t, 0) / std::sqrt(norm(t));
}

double SphericalSpinGlass::multiplier(double t) const { return norm(t, 1) / norm(t); }

double SphericalSpinGlass::energy(double t) const { return -(multiplier(t) - temperature_) / 2; }

double SphericalSpinGlass::memory_integral(double t) const { return -energy(t) - theta_ * overlap(t) * overlap(t) / 2; }

double SphericalSpinGlass::correlation(double t, double s) const {
  const double m2 = initial_overlap_ * initial_overlap_;
  double sum = (1 - m2) * moment(0, t + s, 0);
  if (m2 != 0) sum += m2 * moment(theta_, t + s, 0);
  if (temperature_ != 0) {
    // noise of u long ago and of u just before s: the integrand varies fast at both ends
    const auto noise = [&](double u, double before) { return moment(0, t - s + 2 * before, 0) * norm(u); };
    sum += 2 * temperature_ * integrate([&](double u) { return noise(u, s - u); }, s / 2);
    sum += 2 * temperature_ * integrate([&](double before) { return noise(s - before, before); }, s / 2);
  }
  return sum / std::sqrt(norm(t) * norm(s));
}

double SphericalSpinGlass::response(double t, double s) const {
  return moment(0, t - s, 0) * std::sqrt(norm(s) / norm(t));
}

double SphericalSpinGlass::integrated_response(double t, double s) const {
  const double half = (t - s) / 2;  // the response varies fast at both ends, when s is early
  return integrate([&](double before) { return response(t, t - before); }, half) +
         integrate([&](double after) { return response(t, s + after); }, half);
}

}  // namespace glasscape::testing
