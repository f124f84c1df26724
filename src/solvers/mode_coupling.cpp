#include "glasscape/solvers/mode_coupling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/constants/constants.hpp>
#include <boost/math/special_functions/legendre.hpp>
#include <cmath>
#include <limits>
#include <span>
#include <stdexcept>
#include <utility>

#include "glasscape/solvers/roots.hpp"
#include "glasscape/wrap/lapack.hpp"

namespace glasscape::mode_coupling {

namespace {

using wrap::lapack::Matrix;

/// Nodes and weights of Gauss-Legendre quadrature on [−1, 1].
struct Quadrature {
  std::vector<double> nodes;
  std::vector<double> weights;

  explicit Quadrature(int count) {
    for (const double zero : boost::math::legendre_p_zeros<double>(count)) {  // those that are not negative
      const double slope = boost::math::legendre_p_prime(count, zero);
      const double weight = 2 / ((1 - zero * zero) * slope * slope);
      for (const double node : {zero, -zero}) {
        nodes.push_back(node);
        weights.push_back(weight);
        if (zero == 0) break;
      }
    }
  }
};

double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

/// Chebyshev-Lobatto nodes −1 = x₀ < … < xₙ = 1 with what interpolates, differentiates and integrates between them.
class Grid {
 public:
  explicit Grid(int order) : differentiation(static_cast<std::size_t>(order) + 1), quadrature(order + 2) {
    const auto n = static_cast<std::size_t>(order);
    for (std::size_t i = 0; i <= n; ++i) {
      nodes.push_back(-std::cos(boost::math::constants::pi<double>() * static_cast<double>(i) / order));
      const double sign = i % 2 == 0 ? 1 : -1;
      weights_.push_back(i == 0 || i == n ? sign / 2 : sign);
    }
    nodes[n / 2] = n % 2 == 0 ? 0 : nodes[n / 2];
    set_differentiation();
  }

  std::size_t size() const { return nodes.size(); }

  /// The Lagrange polynomials at x (barycentric formula; Berrut and Trefethen 2004).
  void lagrange(double x, std::span<double> basis) const {
    double sum = 0;
    for (std::size_t i = 0; i < size(); ++i) {
      const double distance = x - nodes[i];
      if (distance == 0) {
        std::ranges::fill(basis, 0.0);
        basis[i] = 1;
        return;
      }
      sum += basis[i] = weights_[i] / distance;
    }
    for (double& value : basis) value /= sum;
  }

  /// The values at the nodes of the derivative by x.
  std::vector<double> derivative(std::span<const double> values) const {
    std::vector<double> slopes(size(), 0.0);
    for (std::size_t i = 0; i < size(); ++i) {
      for (std::size_t j = 0; j < size(); ++j) slopes[i] += differentiation(i, j) * values[j];
    }
    return slopes;
  }

  /// A sum over the derivatives at the nodes, Σᵢ cᵢ f'(xᵢ), as a sum over the values: the coefficients of those.
  std::vector<double> of_values(std::span<const double> of_derivatives) const {
    std::vector<double> coefficients(size(), 0.0);
    for (std::size_t i = 0; i < size(); ++i) {
      for (std::size_t j = 0; j < size(); ++j) coefficients[j] += of_derivatives[i] * differentiation(i, j);
    }
    return coefficients;
  }

  std::vector<double> nodes;
  Matrix differentiation;
  Quadrature quadrature;

 private:
  void set_differentiation() {
    for (std::size_t i = 0; i < size(); ++i) {
      double diagonal = 0;  // so that a constant has no slope
      for (std::size_t j = 0; j < size(); ++j) {
        if (i == j) continue;
        differentiation(i, j) = weights_[j] / weights_[i] / (nodes[i] - nodes[j]);
        diagonal -= differentiation(i, j);
      }
      differentiation(i, i) = diagonal;
    }
  }

  std::vector<double> weights_;
};

namespace {

using Panels = std::vector<Panel>;

/// The panels are [0, h], [h, 2h], [2h, 4h] …
std::size_t panel_index(const Panels& panels, double t) {
  const double first = panels.front().width;
  const auto index = t < first ? 0u : static_cast<std::size_t>(1 + std::ilogb(t / first));
  return std::min(index, panels.size() - 1);
}

const Panel& panel_at(const Panels& panels, double t) { return panels[panel_index(panels, t)]; }

/// The coordinate in [−1, 1] of time t on a panel.
double local(const Panel& panel, double t) { return 2 * (t - panel.begin) / panel.width - 1; }

/// The memory integral at a time t on the panel [T, 2T] that comes next, split at u = t/2:
///   ∫₀ᵗ m(φ(t − u)) φ'(u) du = ∫₀^(t/2) [m(φ(t − u)) φ'(u) + φ'(t − u) m(φ(u))] du
///                            = known + Σᵢ of_memory[i] m(φᵢ) + Σᵢ of_values[i] φᵢ,
/// where t − u lies on that panel only for u < t − T, and u never.
struct MemoryIntegral {
  double known = 0;
  std::vector<double> of_memory;
  std::vector<double> of_values;
};

/// Where the integrand changes its polynomials: the ends of panels below t/2, t − T, and t/2.
std::vector<double> pieces(const Panels& panels, double t) {
  std::vector<double> ends;
  for (const Panel& panel : panels) {
    if (panel.end() < t / 2) ends.push_back(panel.end());
  }
  ends.push_back(t - panels.back().end());
  ends.push_back(t / 2);
  std::ranges::sort(ends);
  return ends;
}

MemoryIntegral memory_integral(const Grid& grid, const Panels& past, const Panel& next, double t) {
  MemoryIntegral integral{.known = 0, .of_memory = std::vector<double>(grid.size(), 0.0), .of_values = {}};
  std::vector<double> near_basis(grid.size()), far_basis(grid.size()), of_slopes(grid.size(), 0.0);
  double lower = 0;
  for (const double upper : pieces(past, t)) {
    const Panel& near = panel_at(past, lower);
    const bool unknown = upper <= t - next.begin;
    for (std::size_t k = 0; k < grid.quadrature.nodes.size(); ++k) {
      const double half = (upper - lower) / 2;
      const double u = lower + half * (1 + grid.quadrature.nodes[k]);
      grid.lagrange(local(near, u), near_basis);
      const double slope = half * grid.quadrature.weights[k] * dot(near.slopes, near_basis);
      const double memory = half * grid.quadrature.weights[k] * dot(near.memory, near_basis);
      const Panel& far = unknown ? next : panel_at(past, t - u);
      grid.lagrange(local(far, t - u), far_basis);
      if (!unknown) {
        integral.known += slope * dot(far.memory, far_basis) + memory * dot(far.slopes, far_basis);
        continue;
      }
      for (std::size_t i = 0; i < grid.size(); ++i) {
        integral.of_memory[i] += slope * far_basis[i];
        of_slopes[i] += memory * far_basis[i];
      }
    }
    lower = std::max(lower, upper);
  }
  for (double& coefficient : of_slopes) coefficient *= 2 / next.width;
  integral.of_values = grid.of_values(of_slopes);
  return integral;
}

/// The equation at all nodes but the first of the panel that comes next, where φ is known from the one before.
class PanelEquation {
 public:
  PanelEquation(const Equation& equation, const Grid& grid, const Panels& past)
      : equation_(equation), grid_(grid), next_{.begin = past.back().end(), .width = past.back().end()} {
    for (std::size_t j = 1; j < grid.size(); ++j) {
      const double t = next_.begin + next_.width * (1 + grid.nodes[j]) / 2;
      integrals_.push_back(memory_integral(grid, past, next_, t));
    }
  }

  double begin() const { return next_.begin; }
  double width() const { return next_.width; }

  /// Newton's correction of φ at the nodes; none at the first.
  std::vector<double> correction(const std::vector<double>& values) const {
    const std::size_t unknowns = integrals_.size();
    Matrix jacobian(unknowns);
    std::vector<double> residual(unknowns);
    for (std::size_t j = 0; j < unknowns; ++j) {
      const MemoryIntegral& integral = integrals_[j];
      residual[j] = equation_.rate * values[j + 1] + equation_.strength * integral.known;
      for (std::size_t i = 0; i < grid_.size(); ++i) {
        const double linear =
            grid_.differentiation(j + 1, i) * 2 / next_.width + equation_.strength * integral.of_values[i];
        const double of_memory = equation_.strength * integral.of_memory[i];
        residual[j] += linear * values[i] + of_memory * equation_.memory(values[i]);
        if (i > 0) jacobian(j, i - 1) = linear + of_memory * equation_.memory_slope(values[i]);
      }
      jacobian(j, j) += equation_.rate;
    }
    std::vector<double> step = wrap::lapack::solve(std::move(jacobian), residual);
    step.insert(step.begin(), 0.0);
    return step;
  }

 private:
  const Equation& equation_;
  const Grid& grid_;
  Panel next_;
  std::vector<MemoryIntegral> integrals_;  // by node, from the second on
};

/// φ on the first panel where m(φ) is that of an earlier approximation of it: the equation is linear then.
std::vector<double> with_memory_of(const Panel& panel, const Equation& equation, const Grid& grid) {
  const std::size_t unknowns = grid.size() - 1;
  Matrix matrix(unknowns);
  std::vector<double> right(unknowns), basis(grid.size());
  for (std::size_t j = 0; j < unknowns; ++j) {
    const double t = panel.width * (1 + grid.nodes[j + 1]) / 2;
    std::vector<double> of_slopes(grid.size(), 0.0);
    of_slopes[j + 1] = 2 / panel.width;
    for (std::size_t k = 0; k < grid.quadrature.nodes.size(); ++k) {
      const double u = t / 2 * (1 + grid.quadrature.nodes[k]);
      grid.lagrange(local(panel, t - u), basis);
      const double memory = dot(panel.memory, basis);
      grid.lagrange(local(panel, u), basis);
      const double weight = equation.strength * t / panel.width * grid.quadrature.weights[k];
      for (std::size_t i = 0; i < grid.size(); ++i) of_slopes[i] += weight * memory * basis[i];
    }
    std::vector<double> row = grid.of_values(of_slopes);
    row[j + 1] += equation.rate;
    right[j] = -row[0];
    for (std::size_t i = 0; i < unknowns; ++i) matrix(j, i) = row[i + 1];
  }
  std::vector<double> values = wrap::lapack::solve(std::move(matrix), right);
  values.insert(values.begin(), 1.0);
  return values;
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

/// The first panel's width: within it φ and m(φ) change by half at most.
double first_width(const Equation& equation) {
  const double memory = equation.memory(1), slope = equation.memory_slope(1);
  return 0.5 / (equation.rate * (1 + slope / memory) + equation.strength * memory);
}

}  // namespace

Relaxation::Relaxation(Equation equation, int order)
    : equation_(std::move(equation)), grid_(std::make_unique<Grid>(order)) {
  solve_first();
}

Relaxation::~Relaxation() = default;
Relaxation::Relaxation(Relaxation&&) noexcept = default;
Relaxation& Relaxation::operator=(Relaxation&&) noexcept = default;

void Relaxation::add(double begin, double width, std::vector<double> values) {
  Panel panel{.begin = begin, .width = width, .values = {}, .slopes = grid_->derivative(values), .memory = {}};
  for (double& slope : panel.slopes) slope *= 2 / width;
  for (const double value : values) panel.memory.push_back(equation_.memory(value));
  panel.values = std::move(values);
  panels_.push_back(std::move(panel));
}

/// By iteration of the memory, which contracts on so short a time.
void Relaxation::solve_first() {
  const double width = first_width(equation_);
  std::vector<double> values;
  for (const double x : grid_->nodes) values.push_back(std::exp(-equation_.rate * width * (1 + x) / 2));
  double change = std::numeric_limits<double>::infinity();
  for (int iteration = 0; iteration < 60 && change > 1e-15; ++iteration) {
    panels_.clear();
    add(0, width, values);
    values = with_memory_of(panels_.front(), equation_, *grid_);
    change = largest_difference(values, panels_.front().values);
  }
  if (!(change < 1e-12)) throw std::runtime_error("the correlation does not converge at short times");
}

/// By Newton's method from the value at the panel's begin.
void Relaxation::extend() {
  const PanelEquation next(equation_, *grid_, panels_);
  std::vector<double> values(grid_->size(), panels_.back().values.back());
  double change = std::numeric_limits<double>::infinity();
  for (int iteration = 0; iteration < 60; ++iteration) {
    const std::vector<double> before = values;
    const std::vector<double> step = next.correction(values);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] -= step[i];
    const double last = std::exchange(change, largest_difference(values, before));
    if (change <= 1e-15 || (change < 1e-10 && change >= last / 2)) break;  // to rounding
  }
  if (!(change < 1e-10)) {
    throw std::runtime_error(fmt::format("Newton's iteration does not converge at t = {:.6g}", next.begin()));
  }
  add(next.begin(), next.width(), std::move(values));
}

void Relaxation::carry(Numbers& numbers) {
  std::size_t count = panels_.size();
  numbers.carry(count);
  for (std::size_t i = 1; i < count; ++i) {  // the first is always solved
    std::vector<double> values = i < panels_.size() ? panels_[i].values : std::vector<double>(grid_->size());
    numbers.carry(std::span(values));
    if (i == panels_.size()) add(panels_.back().end(), panels_.back().end(), std::move(values));
  }
}

int Relaxation::order() const { return static_cast<int>(grid_->size()) - 1; }

double Relaxation::operator()(double t) const {
  const Panel& panel = panel_at(panels_, t);
  std::vector<double> basis(grid_->size());
  grid_->lagrange(local(panel, t), basis);
  return dot(panel.values, basis);
}

std::optional<double> Relaxation::time_at(double level) const {
  for (const Panel& panel : panels_) {
    if (panel.values.back() > level) continue;
    return monotone_root([&](double t) { return (*this)(t)-level; }, panel.begin, panel.end()).value;
  }
  return std::nullopt;
}

std::size_t Relaxation::panel(double t) const { return panel_index(panels_, t); }

std::vector<double> Relaxation::distances(const Relaxation& other) const {
  std::vector<double> largest;
  for (const Panel& panel : panels_) {
    largest.push_back(0);
    for (std::size_t i = 0; i < grid_->size(); ++i) {
      const double t = panel.begin + panel.width * (1 + grid_->nodes[i]) / 2;
      largest.back() = std::max(largest.back(), std::abs(panel.values[i] - other(t)));
    }
  }
  return largest;
}

}  // namespace glasscape::mode_coupling
