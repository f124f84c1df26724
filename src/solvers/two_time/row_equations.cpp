#include "row_equations.hpp"

#include <cblas.h>

#include <algorithm>
#include <cmath>

namespace glasscape::two_time {

namespace {

constexpr int order = Collocation::order;
constexpr int gauss = Collocation::gauss;

void multiply_add(const Square& matrix, const std::vector<double>& x, std::vector<double>& y) {
  cblas_dgemv(CblasRowMajor, CblasNoTrans, matrix.size, matrix.size, 1, matrix.values.data(), matrix.size, x.data(), 1,
              1, y.data(), 1);
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
      quadrature_(grid_),
      matrices_(matrices_of(equations, trial, cache)),
      correlation_slope_(trial.past_correlation_slope()),
      response_slope_(trial.past_response_slope()),
      advection_(advection(grid_)) {}

std::vector<double> RowEquations::prediction() const {
  const Row& row = trial_.predicted();
  std::vector<double> x(row.correlation.begin(), row.correlation.end() - 1);
  x.insert(x.end(), row.response.begin(), row.response.end() - 1);
  for (std::size_t i = 0; i < directions_; ++i) x.push_back(row.overlaps[i] / overlap_scale(i));
  x.push_back(row.multiplier);
  return x;
}

RowEquations::State RowEquations::state(std::span<const double> x) const {
  State state;
  state.correlation.assign(x.begin(), x.begin() + nodes_);
  state.response.assign(x.begin() + nodes_, x.begin() + 2 * nodes_);
  state.correlation.push_back(1);
  state.response.push_back(1);
  for (std::size_t i = 0; i < directions_; ++i) state.overlaps.push_back(x[2 * nodes_ + i] * overlap_scale(i));
  state.multiplier = x.back();
  return state;
}

double RowEquations::overlap_scale(std::size_t direction) const {
  const double predicted = std::abs(trial_.predicted().overlaps[direction]);
  return predicted > 1e-200 ? predicted : 1;
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
    f[2 * nodes_ + i] = (slope + now.multiplier * m - force - memory) / overlap_scale(i);
    multiplier += force * m;
  }
  f[f.size() - 1] = now.multiplier - multiplier;
}

void RowEquations::jacobian(std::span<const double> x, std::span<double> columns) const {
  const State now = state(x);
  const MemoryKernels kernels(equations_, grid_, now.correlation, now.response);
  const std::size_t n = size();
  std::fill(columns.begin(), columns.end(), 0);
  const auto entry = [&](std::size_t row, std::size_t column) -> double& { return columns[column * n + row]; };

  constexpr int tile = 16;  // rows of the matrices against columns of the Jacobian: stay in cache
  for (int begin = 0; begin < nodes_; begin += tile) {
    for (int l = 0; l < nodes_; ++l) {
      const double by_c = kernels.sigma_by_correlation[l];
      const double by_r = kernels.sigma_by_response[l];
      double* const c = &entry(0, l);
      double* const r = &entry(0, nodes_ + l);
      for (int j = begin; j < std::min(begin + tile, nodes_); ++j) {
        const double correlation_sigma = matrices_.correlation_sigma.row(j)[l];
        const double response_sigma = matrices_.response_sigma.row(j)[l];
        c[j] = -(correlation_sigma * by_c + matrices_.correlation_lambda.row(j)[l] * by_r +
                 matrices_.correlation_shift.row(j)[l]);
        r[j] = -(correlation_sigma * by_r + matrices_.correlation_by_response.row(j)[l]);
        c[nodes_ + j] = -response_sigma * by_c;
        r[nodes_ + j] = -(response_sigma * by_r + matrices_.response_shift.row(j)[l]);
      }
    }
  }
  const double diagonal = trial_.slope() + now.multiplier;
  for (int j = 0; j < nodes_; ++j) {
    entry(j, j) += diagonal;
    entry(nodes_ + j, nodes_ + j) += diagonal;
    const int first = grid_.first_node(grid_.upwind_panel(j));
    for (int l = 0; l < order && first + l < nodes_; ++l) {
      entry(j, first + l) -= advection_[j * order + l];
      entry(nodes_ + j, nodes_ + first + l) -= advection_[j * order + l];
    }
    entry(j, n - 1) = now.correlation[j];
    entry(nodes_ + j, n - 1) = now.response[j];
  }
  overlap_rows(now, kernels, columns);
  multiplier_row(now, kernels, columns);
}

void RowEquations::overlap_rows(const State& now, const MemoryKernels& kernels, std::span<double> columns) const {
  const std::size_t n = size();
  const auto entry = [&](std::size_t row, std::size_t column) -> double& { return columns[column * n + row]; };
  for (std::size_t i = 0; i < directions_; ++i) {
    const double m = now.overlaps[i];
    const Pull pulls = pull(equations_, equations_.directions[i], m, grid_.t());
    const std::size_t own = 2 * nodes_ + i;
    const double scale = overlap_scale(i);
    for (int j = 0; j < nodes_; ++j) {
      entry(j, own) = -scale * (pulls.slope * overlap_at(i, j, m) + pulls.force * matrices_.overlap_share[i][j]);
      entry(own, j) = -matrices_.overlap_sigma[i][j] * kernels.sigma_by_correlation[j] / scale;
      entry(own, nodes_ + j) = -matrices_.overlap_sigma[i][j] * kernels.sigma_by_response[j] / scale;
    }
    const double slope = trial_.overlap_slope(i, m).derivative;
    entry(own, own) = slope + now.multiplier - pulls.slope - matrices_.overlap_shift[i];
    entry(own, n - 1) = m / scale;
    entry(n - 1, own) = -scale * (pulls.slope * m + pulls.force);
  }
}

void RowEquations::multiplier_row(const State& now, const MemoryKernels& kernels, std::span<double> columns) const {
  const Collocation& rule = Collocation::get();
  const std::size_t n = size();
  const std::vector<double> c = at_gauss(grid_, now.correlation), r = at_gauss(grid_, now.response);
  const std::vector<double> sigma = at_gauss(grid_, kernels.sigma), lambda = at_gauss(grid_, kernels.lambda);
  for (int p = 0; p < grid_.panels(); ++p) {
    for (int g = 0; g < gauss; ++g) {
      const std::size_t i = p * gauss + g;
      for (int l = 0; l < order && grid_.first_node(p) + l < nodes_; ++l) {
        const int node = grid_.first_node(p) + l;
        const double weight = quadrature_.weight[i] * rule.to_gauss[g][l];
        columns[node * n + n - 1] -=
            weight * (kernels.sigma_by_correlation[node] * c[i] + sigma[i] + r[i] * kernels.sigma_by_response[node]);
        columns[(nodes_ + node) * n + n - 1] -= weight * (kernels.sigma_by_response[node] * c[i] + lambda[i]);
      }
    }
  }
  columns[n * n - 1] = 1;
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
