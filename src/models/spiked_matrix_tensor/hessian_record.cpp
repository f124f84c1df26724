#include "hessian_record.hpp"

#include <algorithm>

#include "glasscape/core/observation_times.hpp"
#include "tangent_hessian.hpp"

namespace glasscape::spiked_matrix_tensor {

HessianRecord::HessianRecord(const Parameters& parameters)
    : size_(static_cast<std::size_t>(parameters.integer("size"))),
      eigenvalues_(static_cast<std::size_t>(parameters.integer("n_eigenvalues"))),
      bins_(static_cast<std::size_t>(parameters.integer("n_bins"))) {
  if (parameters.flag("hessian")) times_ = times_of(parameters, "hessian_times");
  numbers_.assign(times_.size() * (eigenvalues_ + 2 + bins_), not_a_number);
}

/// Eigenvalues, overlap, edge, density.
std::vector<double> HessianRecord::mean_over_runs(std::span<const double> points, const Landscape& landscape,
                                                  PointContext& context) const {
  const std::size_t runs = points.size() / size_;
  std::vector<double> mean(eigenvalues_ + 2 + bins_, 0.0);
  for (std::size_t run = 0; run < runs; ++run) {
    const auto found = tangent_hessian(landscape, points.subspan(run * size_, size_), std::min(eigenvalues_, size_ - 1),
                                       bins_, context);
    std::vector<double> values = found.lowest;
    values.resize(eigenvalues_, not_a_number);
    values.insert(values.end(), {found.signal_overlap, found.bulk_edge});
    values.insert(values.end(), found.density.begin(), found.density.end());
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += values[i] / static_cast<double>(runs);
  }
  return mean;
}

void HessianRecord::observe(double time, std::span<const double> points, const Landscape& landscape,
                            PointContext& context) {
  for (std::size_t i = 0; i < times_.size(); ++i) {
    if (times_[i] != time) continue;
    const std::vector<double> mean = mean_over_runs(points, landscape, context);
    const auto at = [this](std::size_t position) { return numbers_.begin() + static_cast<std::ptrdiff_t>(position); };
    auto from = mean.begin();
    std::copy_n(from, eigenvalues_, at(i * eigenvalues_));
    from += static_cast<std::ptrdiff_t>(eigenvalues_);
    numbers_[first_overlap() + i] = *from++;
    numbers_[first_edge() + i] = *from++;
    std::copy_n(from, bins_, at(first_density() + i * bins_));
  }
}

void HessianRecord::write(const ReplicaMean& mean, std::size_t first, Solution& solution) const {
  if (times_.empty()) return;
  set_from(mean, first, times_.size() * eigenvalues_, "hessian_eigenvalue", solution);
  set_from(mean, first + first_overlap(), times_.size(), "hessian_signal_overlap", solution);
  set_from(mean, first + first_edge(), times_.size(), "hessian_bulk_edge", solution);
  set_from(mean, first + first_density(), times_.size() * bins_, "hessian_density", solution);
}

Cost hessian_cost(const Parameters& parameters, double runs, double force_seconds) {
  if (!parameters.flag("hessian")) return {.seconds = 0, .bytes = 0};
  const auto size = static_cast<double>(parameters.integer("size"));
  const double found = runs * static_cast<double>(1 + parameters.list("hessian_times").size());
  return {.seconds = found * (2 * force_seconds + 1e-9 * size * size * size), .bytes = 24 * size * size};
}

}  // namespace glasscape::spiked_matrix_tensor
