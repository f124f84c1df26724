#include "thin_product.hpp"

#include <cstring>

namespace glasscape::finite_size {

namespace {

using Vector [[gnu::vector_size(32)]] = double;  // half a row of a thin matrix

Vector load(const double* from) {
  Vector vector;
  std::memcpy(&vector, from, sizeof vector);
  return vector;
}

void store(const Vector& vector, double* to) { std::memcpy(to, &vector, sizeof vector); }

/// `count` rows of X at once, so that a row of the thin matrix is loaded for all of them; the sums stay in registers.
template <std::size_t count>
void fields_of(const double* x, std::size_t columns, const double* w, double* fields) {
  Vector left[count] = {}, right[count] = {};
  for (std::size_t j = 0; j < columns; ++j) {
    const Vector w_left = load(w + lanes * j), w_right = load(w + lanes * j + 4);
#pragma GCC unroll 4
    for (std::size_t i = 0; i < count; ++i) {
      left[i] += x[i * columns + j] * w_left;
      right[i] += x[i * columns + j] * w_right;
    }
  }
#pragma GCC unroll 4
  for (std::size_t i = 0; i < count; ++i) {
    store(left[i], fields + lanes * i);
    store(right[i], fields + lanes * i + 4);
  }
}

template <std::size_t count>
void add_gradient_of(const double* x, std::size_t columns, const double* coefficients, double* gradient) {
  Vector left[count], right[count];
#pragma GCC unroll 4
  for (std::size_t i = 0; i < count; ++i) {
    left[i] = load(coefficients + lanes * i);
    right[i] = load(coefficients + lanes * i + 4);
  }
  for (std::size_t j = 0; j < columns; ++j) {
    Vector sum_left = load(gradient + lanes * j), sum_right = load(gradient + lanes * j + 4);
#pragma GCC unroll 4
    for (std::size_t i = 0; i < count; ++i) {
      sum_left += x[i * columns + j] * left[i];
      sum_right += x[i * columns + j] * right[i];
    }
    store(sum_left, gradient + lanes * j);
    store(sum_right, gradient + lanes * j + 4);
  }
}

constexpr std::size_t together = 4;

}  // namespace

void thin_fields(const double* x, std::size_t rows, std::size_t columns, const double* w, double* fields) {
  std::size_t i = 0;
  for (; i + together <= rows; i += together) fields_of<together>(x + i * columns, columns, w, fields + lanes * i);
  for (; i < rows; ++i) fields_of<1>(x + i * columns, columns, w, fields + lanes * i);
}

void add_thin_gradient(const double* x, std::size_t rows, std::size_t columns, const double* coefficients,
                       double* gradient) {
  std::size_t i = 0;
  for (; i + together <= rows; i += together) {
    add_gradient_of<together>(x + i * columns, columns, coefficients + lanes * i, gradient);
  }
  for (; i < rows; ++i) add_gradient_of<1>(x + i * columns, columns, coefficients + lanes * i, gradient);
}

}  // namespace glasscape::finite_size
