#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "glasscape/wrap/mpi.hpp"

namespace glasscape::wrap::slepc {

/// Sets y = Ax.
using Apply = std::function<void(std::span<const double> x, std::span<double> y)>;

struct Lowest {
  std::vector<double> eigenvalues;   ///< ascending
  std::vector<double> first_vector;  ///< of the first, of unit length
};

/// The lowest `count` eigenvalues of a symmetric n × n matrix that is known by its products (a shell matrix), by
/// SLEPc's Krylov-Schur method from a fixed start, on this rank alone, to an absolute `accuracy`; `team` is what PETSc
/// runs on. Throws std::runtime_error where they do not converge, and what `apply` throws.
Lowest lowest_eigenpairs(std::size_t n, const Apply& apply, std::size_t count, double accuracy,
                         const Communicator& team);

}  // namespace glasscape::wrap::slepc
