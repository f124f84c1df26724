#pragma once

#include <optional>

#include "glasscape/core/random.hpp"
#include "glasscape/solvers/effective_process/dynamics.hpp"

namespace glasscape::effective_process {

struct IterationOptions {
  std::size_t paths = 3000;  ///< fresh ones in each iteration
  std::size_t warm_up = 8;   ///< iterations without damping; the k-th is exact up to step k
  std::size_t averaged = 8;  ///< iterations after them, over which the kernels are averaged
};

/// Solves the problem by iteration (Eissfeller and Opper 1992): paths in the field of given kernels give new kernels.
/// After the warm-up the kernels are averages over all iterations since. The response of each path is followed in full,
/// O(T³) operations a path: slower than the forward pass and independent of it. Nothing where `should_stop` said so.
std::optional<Dynamics> iterate(const Problem& problem, const IterationOptions& options, RandomStream random,
                                const ShouldStop& should_stop);

}  // namespace glasscape::effective_process
