#pragma once

#include <cstddef>

namespace glasscape::finite_size {

/// Columns of a thin matrix, which stand side by side in each of its rows.
inline constexpr std::size_t lanes = 8;

/// fields = X w for X of rows × columns and thin w. BLAS copies X before it multiplies, which for so few columns takes
/// longer than the product: here each number of X is read once and multiplied in registers.
void thin_fields(const double* x, std::size_t rows, std::size_t columns, const double* w, double* fields);

/// gradient += Xᵀ coefficients, likewise.
void add_thin_gradient(const double* x, std::size_t rows, std::size_t columns, const double* coefficients,
                       double* gradient);

}  // namespace glasscape::finite_size
