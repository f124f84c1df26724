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

std::vector<double> symmetric_eigenvalues(Matrix& a) {
  auto size = static_cast<PetscBLASInt>(a.size());
  PetscBLASInt length = 64 * size, info = 0;  // room for blocks of columns
  std::vector<double> values(a.size()), work(static_cast<std::size_t>(length));
  LAPACKsyev_("V", "U", &size, a.data(), &size, values.data(), work.data(), &length, &info);
  if (info != 0) throw std::runtime_error("the eigenvalues of a matrix do not converge");
  return values;
}

}  // namespace glasscape::wrap::lapack
