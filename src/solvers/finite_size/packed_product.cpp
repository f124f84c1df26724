#include "packed_product.hpp"

#include <algorithm>
#include <array>

namespace glasscape::finite_size {

namespace {

using Vector __attribute__((vector_size(8 * lanes))) = double;
using InMemory __attribute__((vector_size(8 * lanes), aligned(8), may_alias)) = double;

constexpr std::size_t together = 4;  // columns of A

/// The rows above the diagonal of four columns c of A, whose rows of X and Y are x_c and y_c:
///   y_k += Σ_c A(k,c) x_c,   y_c += Σ_k A(k,c) x_k.
/// What belongs to the columns stays in registers.
template <std::size_t vectors>
[[gnu::always_inline]] inline void add_columns(const std::array<const double*, together>& columns, std::size_t rows,
                                               const double* x, std::size_t width, double* y) {
  Vector of_column[together][vectors], sum[together][vectors] = {};
  for (std::size_t c = 0; c < together; ++c) {
    const InMemory* from = reinterpret_cast<const InMemory*>(x + (rows + c) * width);
    for (std::size_t v = 0; v < vectors; ++v) of_column[c][v] = from[v];
  }
  for (std::size_t k = 0; k < rows; ++k) {
    const InMemory* from = reinterpret_cast<const InMemory*>(x + k * width);
    InMemory* to = reinterpret_cast<InMemory*>(y + k * width);
#pragma GCC unroll 2
    for (std::size_t v = 0; v < vectors; ++v) {
      Vector here = to[v];
#pragma GCC unroll 4
      for (std::size_t c = 0; c < together; ++c) {
        here += columns[c][k] * of_column[c][v];
        sum[c][v] += columns[c][k] * from[v];
      }
      to[v] = here;
    }
  }
  for (std::size_t c = 0; c < together; ++c) {
    InMemory* to = reinterpret_cast<InMemory*>(y + (rows + c) * width);
    for (std::size_t v = 0; v < vectors; ++v) to[v] += sum[c][v];
  }
}

/// One element off the diagonal, or on it.
void add_element(double a, std::size_t row, std::size_t column, std::size_t count, const double* x, std::size_t width,
                 double* y) {
  for (std::size_t r = 0; r < count; ++r) y[row * width + r] += a * x[column * width + r];
  if (row == column) return;
  for (std::size_t r = 0; r < count; ++r) y[column * width + r] += a * x[row * width + r];
}

template <std::size_t vectors>
[[gnu::always_inline]] inline void multiply_block(const double* a, std::size_t n, const double* x, std::size_t width,
                                                  double* y) {
  for (std::size_t row = 0; row < n; ++row) std::fill_n(y + row * width, vectors * lanes, 0.0);
  for (std::size_t first = 0; first < n; first += together) {
    const std::size_t count = std::min(together, n - first);
    std::array<const double*, together> columns{};
    for (std::size_t c = 0; c < count; ++c) {
      columns[c] = a;
      a += first + c + 1;
    }
    if (count == together) add_columns<vectors>(columns, first, x, width, y);
    for (std::size_t c = 0; c < count; ++c) {
      for (std::size_t k = count == together ? first : 0; k <= first + c; ++k) {
        add_element(columns[c][k], k, first + c, vectors * lanes, x, width, y);
      }
    }
  }
}

void multiply_one(const double* a, std::size_t n, const double* x, std::size_t width, double* y) {
  multiply_block<1>(a, n, x, width, y);
}
void multiply_two(const double* a, std::size_t n, const double* x, std::size_t width, double* y) {
  multiply_block<2>(a, n, x, width, y);
}

#if defined(__x86_64__)
[[gnu::target("avx512f")]] void multiply_one_wide(const double* a, std::size_t n, const double* x, std::size_t width,
                                                  double* y) {
  multiply_block<1>(a, n, x, width, y);
}
[[gnu::target("avx512f")]] void multiply_two_wide(const double* a, std::size_t n, const double* x, std::size_t width,
                                                  double* y) {
  multiply_block<2>(a, n, x, width, y);
}
const bool is_wide = __builtin_cpu_supports("avx512f");
#else
constexpr auto multiply_one_wide = multiply_one, multiply_two_wide = multiply_two;
constexpr bool is_wide = false;
#endif

}  // namespace

void multiply_packed(const double* a, std::size_t n, const double* x, std::size_t width, double* y) {
  for (std::size_t first = 0; first < width;) {
    const bool two = first + 2 * lanes <= width;
    const auto multiply = two       ? (is_wide ? multiply_two_wide : multiply_two)
                          : is_wide ? multiply_one_wide
                                    : multiply_one;
    multiply(a, n, x + first, width, y + first);
    first += two ? 2 * lanes : lanes;
  }
}

}  // namespace glasscape::finite_size
