#pragma once

#include <cstddef>

#include "thin_product.hpp"

namespace glasscape::finite_size {

/// Y = AX for a packed symmetric A (PackedMatrix) of n × n and n rows of `width` numbers, a multiple of `lanes`: every
/// number of A is read once for up to 16 columns. BLAS multiplies packed matrices with single vectors only; its dgemm
/// would have to unpack this one first and then read it twice.
void multiply_packed(const double* a, std::size_t n, const double* x, std::size_t width, double* y);

}  // namespace glasscape::finite_size
