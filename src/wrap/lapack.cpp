#include "glasscape/wrap/lapack.hpp"

#include <petscsys.h>
// after what it needs
#include <petscblaslapack.h>

#include <stdexcept>

namespace glasscape::wrap::lapack {

std::vector<double> solve(Matrix a, std::vector<double> b) {
  auto size = static_cast<PetscBLASInt>(b.size());
  PetscBLASInt columns = 1, info = 0;
  std::vector<PetscBLASInt> pivots(b.size());
  LAPACKgesv_(&size, &columns, a.data(), &size, pivots.data(), b.data(), &size, &info);
  if (info != 0) throw std::runtime_error("a linear system is singular");
  return b;
}

}  // namespace glasscape::wrap::lapack
