#include "row_equations.hpp"

#include <cblas.h>

#include <algorithm>
#include <cmath>

namespace glasscape::two_time {

namespace {

constexpr int order = Collocation::order;
constexpr int gauss = Collocation::gauss;

void multiply_add(const Square& matrix, const std::vector<double>& x, std::vector<double>& y) {
  for (int j = 0; j < matrix.size(); ++j) {
    const auto [begin, end] = matrix.range(j);
    y[j] += cblas_ddot(end - begin, matrix.row(j) + begin, 1, x.data() + begin, 1);
  }
}

/// Subtracts row j of the matrix, each column times its weight.
void subtract(const Square& matrix, int j, const std::vector<double>& weight, std::span<double> from) {
  const auto [begin, end] = matrix.range(j);
  const double* const row = matrix.row(j);
  for (int l = begin; l < std::min(end, static_cast<int>(from.size())); ++l) from[l] -= row[l] * weight[l];
}

/// Without what is nothing beside the diagonal, of order one: products of tiny numbers are slow.
void to_single(std::span<const double> from, std::span<float> to) {
  constexpr double nothing = 1e-18;
  std::ranges::transform(from, to.begin(),
                         [](double each) { return std::abs(each) < nothing ? 0 : static_cast<float>(each); });
}

/// What overlaps are solved for in units of: the predictions, so that they may grow from nothing by orders of
/// magnitude; of one that has died out, a small part of its largest value, for its past is in the equations, too.
std::vector<double> overlap_scales(const Trial& trial) {
  constexpr double died_out = 1e-12;
  std::vector<double> scales;
  for (std::size_t i = 0; i < trial.predicted().overlaps.size(); ++i) {
    double largest = 0;
    for (const Row& row : trial.history().rows()) largest = std::max(largest, std::abs(row.overlaps[i]));
    const double scale = std::max(std::abs(trial.predicted().overlaps[i]), died_out * largest);
    scales.push_back(scale > 0 ? scale : 1);
  }
  return scales;
}

/// v ∂/∂s at every node but the last, from the values on the node's panel.
std::vector<double> advection(const RowGrid& grid) {
  const Collocation& rule = Collocation::get();
  std::vector<double> weights;
  for (int j = 0; j + 1 < grid.size(); ++j) {
    const int p = grid.upwind_panel(j);
    const Zone zone = grid.panel(p).zone;
    const double scale = grid.velocity(zone, grid.node(j)) / (grid.half_width(p) * grid.slope(zone, grid.node(j)));
    for (int l = 0; l < order; ++l) weights.push_back(scale * rule.derivative[j - grid.first_node(p)][l]);
  }
  return weights;
}

MemoryMatrices matrices_of(const Equations& equations, const Trial& trial, NearCache& cache) {
  const Row& row = trial.predicted();
  const MemoryKernels kernels(equations, trial.grid(), row.correlation, row.response);
  return {trial, kernels.sigma, kernels.lambda, cache};
}

}  // namespace

MemoryKernels::MemoryKernels(const Equations& equations, const RowGrid& grid, std::span<const double> correlation,
                             std::span<const double> response) {
  for (int j = 0; j < grid.size(); ++j) {
    const KernelValue value = kernel(equations.memory, correlation[j], grid.t(), grid.node(j).s);
    sigma.push_back(value.second * response[j]);
    lambda.push_back(value.first);
    sigma_by_correlation.push_back(value.third * response[j]);
    sigma_by_response.push_back(value.second);
  }
}

RowEquations::RowEquations(const Equations& equations, const Trial& trial, NearCache& cache)
    : equations_(equations),
      trial_(trial),
      grid_(trial.grid()),
      nodes_(grid_.size() - 1),
      directions_(equations.directions.size()),
      overlap_scale_(overlap_scales(trial)),
      quadrature_(grid_),
      matrices_(matrices_of(equations, trial, cache)),
      correlation_slope_(trial.past_correlation_slope()),
      response_slope_(trial.past_response_slope()),
      advection_(advection(grid_)),
      one_(grid_.size(), 1.0) {}

std::vector<double> RowEquations::prediction() const {
  const Row& row = trial_.predicted();
  std::vector<double> x(row.correlation.begin(), row.correlation.end() - 1);
  x.insert(x.end(), row.response.begin(), row.response.end() - 1);
  for (std::size_t i = 0; i < directions_; ++i) x.push_back(row.overlaps[i] / overlap_scale_[i]);
  x.push_back(row.multiplier);
  return x;
}

RowEquations::State RowEquations::state(std::span<const double> x) const {
  State state;
  state.correlation.assign(x.begin(), x.begin() + nodes_);
  state.response.assign(x.begin() + nodes_, x.begin() + 2 * nodes_);
  state.correlation.push_back(1);
  state.response.push_back(1);
  for (std::size_t i = 0; i < directions_; ++i) state.overlaps.push_back(x[2 * nodes_ + i] * overlap_scale_[i]);
  state.multiplier = x.back();
  return state;
}

double RowEquations::overlap_at(std::size_t direction, int j, double overlap) const {
  const double change = overlap - trial_.predicted().overlaps[direction];
  return matrices_.overlap_at_nodes[direction][j] + matrices_.overlap_share[direction][j] * change;
}

/// The memory integrals of the equations of C and of R.
void RowEquations::memory(const State& state, const MemoryKernels& kernels, std::vector<double>& correlation,
                          std::vector<double>& response) const {
  const Row& predicted = trial_.predicted();
  std::vector<double> correlation_change(grid_.size()), response_change(grid_.size());
  for (int j = 0; j < grid_.size(); ++j) {
    correlation_change[j] = state.correlation[j] - predicted.correlation[j];
    response_change[j] = state.response[j] - predicted.response[j];
  }
  correlation.assign(grid_.size(), 0);
  response.assign(grid_.size(), 0);
  multiply_add(matrices_.response_sigma, kernels.sigma, response);
  multiply_add(matrices_.response_shift, response_change, response);
  multiply_add(matrices_.correlation_sigma, kernels.sigma, correlation);
  multiply_add(matrices_.correlation_lambda, kernels.lambda, correlation);
  multiply_add(matrices_.correlation_shift, correlation_change, correlation);
  multiply_add(matrices_.correlation_by_response, response_change, correlation);
}

void RowEquations::residual(std::span<const double> x, std::span<double> f) const {
  const State now = state(x);
  const MemoryKernels kernels(equations_, grid_, now.correlation, now.response);
  std::vector<double> correlation_memory, response_memory;
  memory(now, kernels, correlation_memory, response_memory);

  const double diagonal = trial_.slope() + now.multiplier;
  for (int j = 0; j < nodes_; ++j) {
    double c = correlation_slope_[j] + diagonal * now.correlation[j] - correlation_memory[j];
    double r = response_slope_[j] + diagonal * now.response[j] - response_memory[j];
    const int first = grid_.first_node(grid_.upwind_panel(j));
    for (int l = 0; l < order; ++l) {
      c -= advection_[j * order + l] * now.correlation[first + l];
      r -= advection_[j * order + l] * now.response[first + l];
    }
    f[j] = c;
    f[nodes_ + j] = r;
  }

  const std::vector<double> c = at_gauss(grid_, now.correlation), r = at_gauss(grid_, now.response);
  const std::vector<double> sigma = at_gauss(grid_, kernels.sigma), lambda = at_gauss(grid_, kernels.lambda);
  double multiplier = equations_.temperature(grid_.t());
  for (std::size_t i = 0; i < c.size(); ++i) multiplier += quadrature_.weight[i] * (sigma[i] * c[i] + r[i] * lambda[i]);

  for (std::size_t i = 0; i < directions_; ++i) {
    const double m = now.overlaps[i];
    const double force = pull(equations_, equations_.directions[i], m, grid_.t()).force;
    for (int j = 0; j < nodes_; ++j) f[j] -= force * overlap_at(i, j, m);
    double memory = matrices_.overlap_shift[i] * (m - trial_.predicted().overlaps[i]);
    for (int l = 0; l < grid_.size(); ++l) memory += matrices_.overlap_sigma[i][l] * kernels.sigma[l];
    const double slope = trial_.overlap_slope(i, m).value;
    f[2 * nodes_ + i] = (slope + now.multiplier * m - force - memory) / overlap_scale_[i];
    multiplier += force * m;
  }
  f[f.size() - 1] = now.multiplier - multiplier;
}

void RowEquations::jacobian(std::span<const double> x, std::span<float> rows) const {
  const State now = state(x);
  const MemoryKernels kernels(equations_, grid_, now.correlation, now.response);
  const std::size_t n = size();
  std::vector<double> row(n);
  for (int j = 0; j < nodes_; ++j) {
    correlation_row(j, now, kernels, row);
    to_single(row, rows.subspan(j * n, n));
    response_row(j, now, kernels, row);
    to_single(row, rows.subspan((nodes_ + j) * n, n));
  }
  for (std::size_t i = 0; i < directions_; ++i) {
    overlap_row(i, now, kernels, row);
    to_single(row, rows.subspan((2 * nodes_ + i) * n, n));
  }
  multiplier_row(now, kernels, row);
  to_single(row, rows.last(n));
}

/// What the equations of C and R at node j have in common: ∂/∂t, μ and advection, for the unknowns of their own.
void RowEquations::add_motion(int j, double multiplier, std::span<double> own) const {
  own[j] += trial_.slope() + multiplier;
  const int first = grid_.first_node(grid_.upwind_panel(j));
  for (int l = 0; l < order && first + l < nodes_; ++l) own[first + l] -= advection_[j * order + l];
}

void RowEquations::correlation_row(int j, const State& now, const MemoryKernels& kernels, std::span<double> row) const {
  const std::span<double> by_correlation = row.first(nodes_), by_response = row.subspan(nodes_, nodes_);
  std::ranges::fill(row, 0);
  subtract(matrices_.correlation_sigma, j, kernels.sigma_by_correlation, by_correlation);
  subtract(matrices_.correlation_sigma, j, kernels.sigma_by_response, by_response);
  subtract(matrices_.correlation_lambda, j, kernels.sigma_by_response, by_correlation);
  subtract(matrices_.correlation_shift, j, one_, by_correlation);
  subtract(matrices_.correlation_by_response, j, one_, by_response);
  add_motion(j, now.multiplier, by_correlation);
  for (std::size_t i = 0; i < directions_; ++i) {
    const double m = now.overlaps[i];
    const Pull pulls = pull(equations_, equations_.directions[i], m, grid_.t());
    row[2 * nodes_ + i] =
        -overlap_scale_[i] * (pulls.slope * overlap_at(i, j, m) + pulls.force * matrices_.overlap_share[i][j]);
  }
  row.back() = now.correlation[j];
}

void RowEquations::response_row(int j, const State& now, const MemoryKernels& kernels, std::span<double> row) const {
  const std::span<double> by_correlation = row.first(nodes_), by_response = row.subspan(nodes_, nodes_);
  std::ranges::fill(row, 0);
  subtract(matrices_.response_sigma, j, kernels.sigma_by_correlation, by_correlation);
  subtract(matrices_.response_sigma, j, kernels.sigma_by_response, by_response);
  subtract(matrices_.response_shift, j, one_, by_response);
  add_motion(j, now.multiplier, by_response);
  row.back() = now.response[j];
}

void RowEquations::overlap_row(std::size_t i, const State& now, const MemoryKernels& kernels,
                               std::span<double> row) const {
  const double m = now.overlaps[i];
  const double scale = overlap_scale_[i];
  const Pull pulls = pull(equations_, equations_.directions[i], m, grid_.t());
  std::ranges::fill(row, 0);
  for (int l = 0; l < nodes_; ++l) {
    row[l] = -matrices_.overlap_sigma[i][l] * kernels.sigma_by_correlation[l] / scale;
    row[nodes_ + l] = -matrices_.overlap_sigma[i][l] * kernels.sigma_by_response[l] / scale;
  }
  row[2 * nodes_ + i] =
      trial_.overlap_slope(i, m).derivative + now.multiplier - pulls.slope - matrices_.overlap_shift[i];
  row.back() = m / scale;
}

void RowEquations::multiplier_row(const State& now, const MemoryKernels& kernels, std::span<double> row) const {
  const Collocation& rule = Collocation::get();
  const std::vector<double> c = at_gauss(grid_, now.correlation), r = at_gauss(grid_, now.response);
  const std::vector<double> sigma = at_gauss(grid_, kernels.sigma), lambda = at_gauss(grid_, kernels.lambda);
  std::ranges::fill(row, 0);
  for (int p = 0; p < grid_.panels(); ++p) {
    for (int g = 0; g < gauss; ++g) {
      const std::size_t i = p * gauss + g;
      for (int l = 0; l < order && grid_.first_node(p) + l < nodes_; ++l) {
        const int node = grid_.first_node(p) + l;
        const double weight = quadrature_.weight[i] * rule.to_gauss[g][l];
        row[node] -=
            weight * (kernels.sigma_by_correlation[node] * c[i] + sigma[i] + r[i] * kernels.sigma_by_response[node]);
        row[nodes_ + node] -= weight * (kernels.sigma_by_response[node] * c[i] + lambda[i]);
      }
    }
  }
  for (std::size_t i = 0; i < directions_; ++i) {
    const double m = now.overlaps[i];
    const Pull pulls = pull(equations_, equations_.directions[i], m, grid_.t());
    row[2 * nodes_ + i] = -overlap_scale_[i] * (pulls.slope * m + pulls.force);
  }
  row.back() = 1;
}

Row RowEquations::row(std::span<const double> x) const {
  State now = state(x);
  Row made;
  made.grid = trial_.predicted().grid;
  made.overlaps = std::move(now.overlaps);
  made.multiplier = now.multiplier;
  const std::vector<double> r = at_gauss(grid_, now.response);
  for (const KernelTerm& term : equations_.memory) {
    std::vector<double> part;
    for (int j = 0; j < grid_.size(); ++j) {
      part.push_back(kernel({&term, 1}, now.correlation[j], grid_.t(), grid_.node(j).s).first);
    }
    const std::vector<double> lambda = at_gauss(grid_, part);
    double integral = 0;
    for (std::size_t i = 0; i < r.size(); ++i) integral += quadrature_.weight[i] * r[i] * lambda[i];
    made.memory_integrals.push_back(integral);
  }
  made.correlation = std::move(now.correlation);
  made.response = std::move(now.response);
  made.expand();
  return made;
}

}  // namespace glasscape::two_time
