#include "path_response.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace glasscape::effective_process {

namespace {

/// x[s] ← Σ_n z_n(s) x[n] for a number of elements that is a power of two (fast Walsh-Hadamard transform).
void transform(std::span<double> x) {
  for (std::size_t half = 1; half < x.size(); half *= 2) {
    for (std::size_t start = 0; start < x.size(); start += 2 * half) {
      for (std::size_t i = start; i < start + half; ++i) {
        const double sum = x[i] + x[i + half];
        x[i + half] = x[i] - x[i + half];
        x[i] = sum;
      }
    }
  }
}

}  // namespace

PathResponse::PathResponse(std::size_t paths, std::size_t steps)
    : propagator_(paths, 1.0), sources_(steps, paths), memoryless_probe_(paths, 0.0), signs_(paths), work_(paths) {}

void PathResponse::average(std::span<const double> a, std::span<const double> probe, std::span<double> average) {
  const std::size_t paths = work_.size(), period = std::bit_ceil(average.size());
  for (std::size_t n = 0; n < paths; ++n) work_[n] = a[n] * propagator_[n];
  multiply(1, sources_, work_, average);
  for (std::size_t n = 0; n < paths; ++n) work_[n] = a[n] * (probe[n] - memoryless_probe_[n]);
  // the signs repeat with the period
  for (std::size_t start = period; start < paths; start += period) {
    for (std::size_t i = 0; i < period; ++i) work_[i] += work_[start + i];
  }
  transform(std::span(work_).first(period));
  for (std::size_t s = 0; s < average.size(); ++s) {
    average[s] = (average[s] + work_[s]) / static_cast<double>(paths);
  }
}

void PathResponse::advance(std::size_t t, std::span<const double> decay, std::span<const double> source,
                           std::span<const double> probe, std::span<double> next) {
  set_signs(t);
  const auto row = sources_.row(t);
  for (std::size_t n = 0; n < work_.size(); ++n) {
    next[n] += decay[n] * probe[n] + source[n] * signs_[n];
    memoryless_probe_[n] = decay[n] * memoryless_probe_[n] + source[n] * signs_[n];
    propagator_[n] *= decay[n];
    row[n] = source[n] / propagator_[n];
  }
  for (std::size_t n = 0; n < work_.size(); ++n) {
    const double size = std::abs(propagator_[n]);
    if (size > 1e-100 && size < 1e100) continue;
    renormalise(n, t);
    row[n] = source[n];
  }
}

/// Only ratios of φ count: where it leaves the range of numbers, or is 0, it starts again from 1.
void PathResponse::renormalise(std::size_t path, std::size_t t) {
  for (std::size_t s = 0; s < t; ++s) sources_(s, path) *= propagator_[path];
  propagator_[path] = 1;
}

void PathResponse::scale(double factor) {
  for (double& value : propagator_) value *= factor;
  for (double& value : memoryless_probe_) value *= factor;
}

void PathResponse::set_signs(std::size_t t) {
  const std::size_t period = std::bit_ceil(t + 1);
  for (std::size_t n = 0; n < period; ++n) signs_[n] = std::popcount(n & t) % 2 == 0 ? 1 : -1;
  for (std::size_t n = period; n < signs_.size(); ++n) signs_[n] = signs_[n - period];
}

}  // namespace glasscape::effective_process
