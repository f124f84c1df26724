#include "packed_product.hpp"

#include <algorithm>
#include <array>

namespace glasscape::finite_size {

namespace {

using Vector __attribute__((vector_size(8 * lanes))) = double;
using InMemory __attribute__((vector_size(8 * lanes), aligned(8), may_alias)) = double;

constexpr std::size_t together = 4;  // columns of A

/// A is asked for this far ahead of its use, for the processor's own foresight ends with each column. Reading beyond
/// its end does no harm: the next of many such matrices lies there.
constexpr std::size_t ahead = 1024;  // numbers

inline void ask_for(const double* a) { __builtin_prefetch(a + ahead, 0, 2); }

/// Four neighbouring columns of A, the first of `rows` numbers above the diagonal.
struct Columns {
  std::size_t rows;
  std::array<const double*, together> of;
};

/// The rows k above all of four columns c of A, for a single x:
///   y_k += Σ_c A(k,c) x_c,   y_c += Σ_k A(k,c) x_k.
[[gnu::always_inline]] inline void add_columns_once(const Columns& columns, const double* x, double* y) {
  const std::size_t rows = columns.rows;
  Vector sum[together] = {};
  std::array<double, together> rest{};
  std::size_t k = 0;
  for (; k + lanes <= rows; k += lanes) {
    for (std::size_t c = 0; c < together; ++c) ask_for(columns.of[0] + together * k + lanes * c);
    const Vector from = *reinterpret_cast<const InMemory*>(x + k);
    Vector here = *reinterpret_cast<InMemory*>(y + k);
#pragma GCC unroll 4
    for (std::size_t c = 0; c < together; ++c) {
      const Vector a = *reinterpret_cast<const InMemory*>(columns.of[c] + k);
      here += a * x[rows + c];
      sum[c] += a * from;
    }
    *reinterpret_cast<InMemory*>(y + k) = here;
  }
  for (; k < rows; ++k) {
    for (std::size_t c = 0; c < together; ++c) {
      y[k] += columns.of[c][k] * x[rows + c];
      rest[c] += columns.of[c][k] * x[k];
    }
  }
  for (std::size_t c = 0; c < together; ++c) {
    for (std::size_t lane = 0; lane < lanes; ++lane) rest[c] += sum[c][lane];
    y[rows + c] += rest[c];
  }
}

/// Likewise for rows of X and Y of `vectors` vectors each. What belongs to the columns stays in registers.
template <std::size_t vectors>
[[gnu::always_inline]] inline void add_columns(const Columns& columns, const double* x, std::size_t width, double* y) {
  const std::size_t rows = columns.rows;
  Vector of_column[together][vectors], sum[together][vectors] = {};
  for (std::size_t c = 0; c < together; ++c) {
    const InMemory* from = reinterpret_cast<const InMemory*>(x + (rows + c) * width);
    for (std::size_t v = 0; v < vectors; ++v) of_column[c][v] = from[v];
  }
  for (std::size_t k = 0; k < rows; ++k) {
    ask_for(columns.of[0] + together * k);
    const InMemory* in_x = reinterpret_cast<const InMemory*>(x + k * width);
    InMemory* in_y = reinterpret_cast<InMemory*>(y + k * width);
    Vector from[vectors], to[vectors];
#pragma GCC unroll 2
    for (std::size_t v = 0; v < vectors; ++v) from[v] = in_x[v], to[v] = in_y[v];
#pragma GCC unroll 4
    for (std::size_t c = 0; c < together; ++c) {
      const double a = columns.of[c][k];
#pragma GCC unroll 2
      for (std::size_t v = 0; v < vectors; ++v) {
        to[v] += a * of_column[c][v];
        sum[c][v] += a * from[v];
      }
    }
#pragma GCC unroll 2
    for (std::size_t v = 0; v < vectors; ++v) in_y[v] = to[v];
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

/// For the first `count` numbers of each row of X: one, or a few vectors.
template <std::size_t vectors>
[[gnu::always_inline]] inline void multiply_block(const double* a, std::size_t n, const double* x, std::size_t width,
                                                  double* y) {
  constexpr std::size_t count = vectors == 0 ? 1 : vectors * lanes;
  for (std::size_t row = 0; row < n; ++row) std::fill_n(y + row * width, count, 0.0);
  for (std::size_t first = 0; first < n; first += together) {
    const std::size_t number = std::min(together, n - first);
    Columns columns{.rows = first, .of = {}};
    for (std::size_t c = 0; c < number; ++c) {
      columns.of[c] = a;
      a += first + c + 1;
    }
    const bool is_full = number == together;
    if constexpr (vectors == 0) {
      if (is_full) add_columns_once(columns, x, y);
    } else {
      if (is_full) add_columns<vectors>(columns, x, width, y);
    }
    for (std::size_t c = 0; c < number; ++c) {
      for (std::size_t k = is_full ? first : 0; k <= first + c; ++k) {
        add_element(columns.of[c][k], k, first + c, count, x, width, y);
      }
    }
  }
}

using Multiply = void (*)(const double* a, std::size_t n, const double* x, std::size_t width, double* y);

template <std::size_t vectors>
void multiply_columns(const double* a, std::size_t n, const double* x, std::size_t width, double* y) {
  multiply_block<vectors>(a, n, x, width, y);
}

#if defined(__x86_64__)
/// With registers of 512 bits.
template <std::size_t vectors>
[[gnu::target("avx512f")]] void multiply_columns_wide(const double* a, std::size_t n, const double* x,
                                                      std::size_t width, double* y) {
  multiply_block<vectors>(a, n, x, width, y);
}

template <std::size_t vectors>
const Multiply best_multiply = __builtin_cpu_supports("avx512f") ? multiply_columns_wide<vectors>
                                                                 : multiply_columns<vectors>;
#else
template <std::size_t vectors>
constexpr Multiply best_multiply = multiply_columns<vectors>;
#endif

}  // namespace

void multiply_packed(const double* a, std::size_t n, const double* x, std::size_t width, double* y) {
  if (width == 1) return best_multiply<0>(a, n, x, width, y);
  std::size_t first = 0;
  for (; first + 2 * lanes <= width; first += 2 * lanes) best_multiply<2>(a, n, x + first, width, y + first);
  if (first < width) best_multiply<1>(a, n, x + first, width, y + first);
}

}  // namespace glasscape::finite_size
