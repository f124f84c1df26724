#pragma once

#include <cstddef>

#include "thin_product.hpp"

namespace glasscape::finite_size {

/// Y = AX for a packed symmetric A (PackedMatrix) of n × n and n rows of `width` numbers, 1 or a multiple of `lanes`:
/// every number of A is read from memory once for up to 16 columns. Of BLAS, dspmv takes a single vector and goes
/// through each column of A twice, and dgemm would have A unpacked.
void multiply_packed(const double* a, std::size_t n, const double* x, std::size_t width, double* y);

}  // namespace glasscape::finite_size
