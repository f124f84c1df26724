#include "glasscape/solvers/finite_size/gaussian_polynomial.hpp"

#include <cblas.h>

#include <algorithm>
#include <cmath>

namespace glasscape::finite_size {

namespace {

blasint blas(std::size_t n) { return static_cast<blasint>(n); }

constexpr std::size_t triangle(std::size_t n) { return n * (n + 1) / 2; }

/// C(n+k−1, k)
std::size_t length(int degree, std::size_t variables) {
  std::size_t product = 1;
  for (std::size_t i = 1; i <= static_cast<std::size_t>(degree); ++i) product = product * (variables + i - 1) / i;
  return product;
}

/// Indices that were chosen before, in descending order: the last one, how often it comes, and Π nᵢ! of all.
struct Chosen {
  std::size_t index;
  double times = 0;
  double factorials = 1;

  Chosen with(std::size_t next) const {
    const double again = next == index ? times + 1 : 1;
    return {.index = next, .times = again, .factorials = factorials * again};
  }
};

/// Draws the coefficients of slabs and triangles in the order in which they are stored.
class Draw {
 public:
  Draw(int degree, RandomStream& random) : random_(random), scale_(std::sqrt(std::tgamma(degree + 1))) {}

  /// Returns where the next one begins.
  double* fill(int degree, std::size_t variables, const Chosen& chosen, double* to) {
    if (degree == 2) return fill_triangle(variables, chosen, to);
    for (std::size_t i = 0; i < variables; ++i) to = fill(degree - 1, i + 1, chosen.with(i), to);
    return to;
  }

 private:
  double* fill_triangle(std::size_t variables, const Chosen& chosen, double* to) {
    fill_normal(random_, {to, triangle(variables)});
    for (std::size_t j = 0; j < variables; ++j) {
      const Chosen with_j = chosen.with(j);
      const double scale = scale_ / std::sqrt(with_j.factorials);
      for (std::size_t k = 0; k < j; ++k) to[k] *= scale;
      to[j] *= 2 * scale_ / std::sqrt(with_j.with(j).factorials);  // of the Hessian
      to += j + 1;
    }
    return to;
  }

  RandomStream& random_;
  double scale_;
};

/// Gradients at several points, columns of X; a level of the recursion has one more factor and a buffer of its own.
class Gradients {
 public:
  Gradients(std::size_t variables, std::size_t points, std::span<const double> x)
      : n_(variables), points_(points), x_(x.data()) {}

  /// G = ∇f for the polynomial at `c` in the first `variables` variables: the first rows of G.
  void find(int degree, std::size_t variables, const double* c, double* g);

 private:
  static constexpr std::size_t panel = 128;  ///< columns of a triangle that are multiplied at once

  void multiply_triangle(std::size_t variables, const double* c, double* g);
  void multiply_panel(std::size_t first, std::size_t columns, const double* c, double* g);

  std::size_t n_, points_;
  const double* x_;
  std::vector<double> panel_, block_;
  std::vector<std::vector<double>> buffers_;  // by level
};

void Gradients::find(int degree, std::size_t variables, const double* c, double* g) {
  if (degree == 2) return multiply_triangle(variables, c, g);
  const auto level = static_cast<std::size_t>(degree);
  if (buffers_.size() <= level) buffers_.resize(level + 1);
  buffers_[level].resize(n_ * points_);
  double* of_slab = buffers_[level].data();
  for (std::size_t r = 0; r < points_; ++r) std::fill_n(g + r * n_, variables, 0.0);
  for (std::size_t i = 0; i < variables; ++i) {
    find(degree - 1, i + 1, c, of_slab);
    for (std::size_t r = 0; r < points_; ++r) {
      const double *x = x_ + r * n_, *slab = of_slab + r * n_;
      cblas_daxpy(blas(i + 1), x[i], slab, 1, g + r * n_, 1);
      g[r * n_ + i] += cblas_ddot(blas(i + 1), x, 1, slab, 1) / (degree - 1);
    }
    c += length(degree - 1, i + 1);
  }
}

void Gradients::multiply_triangle(std::size_t variables, const double* c, double* g) {
  if (points_ == 1) {
    cblas_dspmv(CblasColMajor, CblasUpper, blas(variables), 1, c, x_, 1, 0, g, 1);
    return;
  }
  for (std::size_t r = 0; r < points_; ++r) std::fill_n(g + r * n_, variables, 0.0);
  for (std::size_t first = 0; first < variables; first += panel) {
    const std::size_t columns = std::min(panel, variables - first);
    multiply_panel(first, columns, c + triangle(first), g);
  }
}

/// The rectangle P above the diagonal block D of some columns: G₀ += P X₁, G₁ += Pᵀ X₀ + D X₁.
void Gradients::multiply_panel(std::size_t first, std::size_t columns, const double* c, double* g) {
  panel_.resize(std::max(panel_.size(), n_ * panel));
  block_.resize(panel * panel);
  for (std::size_t j = 0; j < columns; ++j) {
    std::copy_n(c, first, panel_.data() + j * first);
    for (std::size_t k = 0; k <= j; ++k) block_[j * columns + k] = block_[k * columns + j] = c[first + k];
    c += first + j + 1;
  }
  const auto rows = blas(first), width = blas(columns), points = blas(points_), n = blas(n_);
  const double* x = x_ + first;
  if (first > 0) {
    cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, rows, points, width, 1, panel_.data(), rows, x, n, 1, g, n);
    cblas_dgemm(CblasColMajor, CblasTrans, CblasNoTrans, width, points, rows, 1, panel_.data(), rows, x_, n, 1,
                g + first, n);
  }
  cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, width, points, width, 1, block_.data(), width, x, n, 1,
              g + first, n);
}

/// ∇²(xᵢ fᵢ) = xᵢ ∇²fᵢ + eᵢ ∇fᵢᵀ + ∇fᵢ eᵢᵀ
void add_hessian_of(int degree, std::size_t variables, const double* c, double scale, std::span<const double> x,
                    PackedMatrix& hessian) {
  if (degree == 2) {
    cblas_daxpy(blas(triangle(variables)), scale, c, 1, hessian.data(), 1);
    return;
  }
  Gradients gradients(x.size(), 1, x);
  std::vector<double> of_slab(x.size());
  for (std::size_t i = 0; i < variables; ++i) {
    add_hessian_of(degree - 1, i + 1, c, scale * x[i], x, hessian);
    gradients.find(degree - 1, i + 1, c, of_slab.data());
    double* column = hessian.data() + triangle(i);
    cblas_daxpy(blas(i + 1), scale, of_slab.data(), 1, column, 1);
    column[i] += scale * of_slab[i];
    c += length(degree - 1, i + 1);
  }
}

}  // namespace

void multiply(const PackedMatrix& a, std::span<const double> x, std::span<double> y) {
  cblas_dspmv(CblasColMajor, CblasUpper, blas(x.size()), 1, a.data(), x.data(), 1, 0, y.data(), 1);
}

GaussianPolynomial::GaussianPolynomial(int degree, std::size_t variables, RandomStream random)
    : degree_(degree), variables_(variables), coefficients_(length(degree, variables)) {
  Draw(degree, random).fill(degree, variables, {.index = variables}, coefficients_.data());
}

void GaussianPolynomial::gradient(std::span<const double> points, std::span<double> gradients) const {
  Gradients(variables_, points.size() / variables_, points)
      .find(degree_, variables_, coefficients_.data(), gradients.data());
}

void GaussianPolynomial::add_hessian(double scale, std::span<const double> x, PackedMatrix& hessian) const {
  add_hessian_of(degree_, variables_, coefficients_.data(), scale, x, hessian);
}

double GaussianPolynomial::coefficients_of(int degree, double variables) {
  return std::exp(std::lgamma(variables + degree) - std::lgamma(variables) - std::lgamma(degree + 1.0));
}

}  // namespace glasscape::finite_size
