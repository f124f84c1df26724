#include "glasscape/solvers/finite_size/gaussian_polynomial.hpp"

#include <cblas.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "packed_product.hpp"

namespace glasscape::finite_size {

namespace {

int blas(std::size_t n) { return static_cast<int>(n); }

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
    fill_normal(random_, {to, packed_length(variables)});
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

/// Gradients at several points: matrices have a row for each variable, of `width` numbers, 1 or a multiple of `lanes`.
/// A level of the recursion has one factor more and a buffer of its own.
class Gradients {
 public:
  Gradients(const double* x, std::size_t variables, std::size_t width) : x_(x), n_(variables), width_(width) {}

  /// G = ∇f for the polynomial at `c` in the first `variables` variables: the first rows of G.
  void find(int degree, std::size_t variables, const double* c, double* g);

 private:
  void add_slab(int degree, std::size_t i, const double* of_slab, double* g) const;

  const double* x_;
  std::size_t n_, width_;
  std::vector<std::vector<double>> buffers_;  // by degree
};

/// ∇f = Σᵢ (xᵢ ∇fᵢ + fᵢ eᵢ)
void Gradients::find(int degree, std::size_t variables, const double* c, double* g) {
  if (degree == 2) return multiply_packed(c, variables, x_, width_, g);
  const auto level = static_cast<std::size_t>(degree);
  if (buffers_.size() <= level) buffers_.resize(level + 1);
  buffers_[level].resize(n_ * width_);
  double* of_slab = buffers_[level].data();
  std::fill_n(g, variables * width_, 0.0);
  for (std::size_t i = 0; i < variables; ++i) {
    find(degree - 1, i + 1, c, of_slab);
    add_slab(degree - 1, i, of_slab, g);
    c += length(degree - 1, i + 1);
  }
}

/// fᵢ = x·∇fᵢ/degree
void Gradients::add_slab(int degree, std::size_t i, const double* of_slab, double* g) const {
  if (width_ == 1) {
    cblas_daxpy(blas(i + 1), x_[i], of_slab, 1, g, 1);
    g[i] += cblas_ddot(blas(i + 1), x_, 1, of_slab, 1) / degree;
    return;
  }
  for (std::size_t first = 0; first < width_; first += lanes) {
    std::array<double, lanes> xi, value{};
    std::copy_n(x_ + i * width_ + first, lanes, xi.begin());
    for (std::size_t row = 0; row <= i; ++row) {
      const std::size_t at = row * width_ + first;
      for (std::size_t r = 0; r < lanes; ++r) g[at + r] += xi[r] * of_slab[at + r];
      for (std::size_t r = 0; r < lanes; ++r) value[r] += x_[at + r] * of_slab[at + r];
    }
    for (std::size_t r = 0; r < lanes; ++r) g[i * width_ + first + r] += value[r] / degree;
  }
}

/// ∇²(xᵢ fᵢ) = xᵢ ∇²fᵢ + eᵢ ∇fᵢᵀ + ∇fᵢ eᵢᵀ
void add_hessian_of(int degree, std::size_t variables, const double* c, double scale, std::span<const double> x,
                    PackedMatrix& hessian) {
  if (degree == 2) {
    cblas_daxpy(blas(packed_length(variables)), scale, c, 1, hessian.data(), 1);
    return;
  }
  Gradients gradients(x.data(), x.size(), 1);
  std::vector<double> of_slab(x.size());
  for (std::size_t i = 0; i < variables; ++i) {
    add_hessian_of(degree - 1, i + 1, c, scale * x[i], x, hessian);
    gradients.find(degree - 1, i + 1, c, of_slab.data());
    double* column = hessian.data() + packed_length(i);
    cblas_daxpy(blas(i + 1), scale, of_slab.data(), 1, column, 1);
    column[i] += scale * of_slab[i];
    c += length(degree - 1, i + 1);
  }
}

}  // namespace

GaussianPolynomial::GaussianPolynomial(int degree, std::size_t variables, RandomStream random)
    : degree_(degree), variables_(variables), coefficients_(length(degree, variables)) {
  Draw(degree, random).fill(degree, variables, {.index = variables}, coefficients_.data());
}

/// The points become the columns of a matrix, and columns of zeros fill it up.
void GaussianPolynomial::gradient(std::span<const double> points, std::span<double> gradients) const {
  const std::size_t n = variables_, count = points.size() / n;
  if (count == 1) return Gradients(points.data(), n, 1).find(degree_, n, coefficients_.data(), gradients.data());
  const std::size_t width = (count + lanes - 1) / lanes * lanes;
  std::vector<double> x(n * width, 0.0), g(n * width);
  for (std::size_t r = 0; r < count; ++r) {
    for (std::size_t i = 0; i < n; ++i) x[i * width + r] = points[r * n + i];
  }
  Gradients(x.data(), n, width).find(degree_, n, coefficients_.data(), g.data());
  for (std::size_t r = 0; r < count; ++r) {
    for (std::size_t i = 0; i < n; ++i) gradients[r * n + i] = g[i * width + r];
  }
}

void GaussianPolynomial::add_hessian(double scale, std::span<const double> x, PackedMatrix& hessian) const {
  add_hessian_of(degree_, variables_, coefficients_.data(), scale, x, hessian);
}

double GaussianPolynomial::coefficients_of(int degree, double variables) {
  return std::exp(std::lgamma(variables + degree) - std::lgamma(variables) - std::lgamma(degree + 1.0));
}

}  // namespace glasscape::finite_size
