#include "glasscape/wrap/slepc.hpp"

#include <fmt/format.h>
#include <slepceps.h>

#include <cmath>
#include <stdexcept>

#include "glasscape/wrap/petsc.hpp"

namespace glasscape::wrap::slepc {

namespace {

using petsc::check;
using petsc::Handle;

constexpr PetscInt most_restarts = 10000;

/// What the shell matrix multiplies with.
struct Shell {
  const Apply& apply;
  petsc::CallbackGuard guard = {};
};

/// SLEPc ends with PETSc; its own start does nothing the second time.
void start(const Communicator& team) {
  petsc::start(team);
  PetscBool running = PETSC_FALSE;
  SlepcInitialized(&running);
  if (running == PETSC_FALSE) check(SlepcInitialize(nullptr, nullptr, nullptr, nullptr), "starting SLEPc");
}

PetscErrorCode multiply(Mat matrix, Vec x, Vec y) {
  Shell* shell = nullptr;
  MatShellGetContext(matrix, static_cast<void*>(&shell));
  return shell->guard.run([&] {
    const PetscScalar* from = nullptr;
    PetscScalar* to = nullptr;
    PetscInt size = 0;
    check(VecGetLocalSize(x, &size), "multiplying");
    check(VecGetArrayRead(x, &from), "multiplying");
    check(VecGetArrayWrite(y, &to), "multiplying");
    const auto n = static_cast<std::size_t>(size);
    shell->apply({from, n}, {to, n});
    check(VecRestoreArrayRead(x, &from), "multiplying");
    check(VecRestoreArrayWrite(y, &to), "multiplying");
  });
}

Lowest results(EPS solver, Mat matrix, PetscInt count) {
  PetscInt found = 0;
  check(EPSGetConverged(solver, &found), "finding eigenvalues");
  if (found < count) throw std::runtime_error(fmt::format("{} of {} eigenvalues converged", found, count));
  Lowest lowest;
  Handle<Vec, VecDestroy> vector;
  check(MatCreateVecs(matrix, vector.out(), nullptr), "finding eigenvalues");
  for (PetscInt i = 0; i < count; ++i) {
    double value = 0;
    check(EPSGetEigenpair(solver, i, &value, nullptr, i == 0 ? static_cast<Vec>(vector) : nullptr, nullptr),
          "finding eigenvalues");
    lowest.eigenvalues.push_back(value);
  }
  const PetscScalar* elements = nullptr;
  PetscInt size = 0;
  check(VecGetSize(vector, &size), "finding eigenvalues");
  check(VecGetArrayRead(vector, &elements), "finding eigenvalues");
  lowest.first_vector.assign(elements, elements + size);
  check(VecRestoreArrayRead(vector, &elements), "finding eigenvalues");
  return lowest;
}

/// Directions of a fixed sequence, so that the same matrix gives the same bits.
void set_start(EPS solver, Mat matrix, std::size_t n) {
  Handle<Vec, VecDestroy> vector;
  check(MatCreateVecs(matrix, vector.out(), nullptr), "finding eigenvalues");
  PetscScalar* elements = nullptr;
  check(VecGetArrayWrite(vector, &elements), "finding eigenvalues");
  for (std::size_t i = 0; i < n; ++i) elements[i] = std::cos(static_cast<double>(i * i));
  check(VecRestoreArrayWrite(vector, &elements), "finding eigenvalues");
  Vec vectors[1] = {vector};
  check(EPSSetInitialSpace(solver, 1, vectors), "finding eigenvalues");
}

}  // namespace

Lowest lowest_eigenpairs(std::size_t n, const Apply& apply, std::size_t count, double accuracy,
                         const Communicator& team) {
  start(team);
  const auto size = static_cast<PetscInt>(n), wanted = static_cast<PetscInt>(count);
  Shell shell{.apply = apply};
  Handle<Mat, MatDestroy> matrix;
  check(MatCreateShell(PETSC_COMM_SELF, size, size, size, size, &shell, matrix.out()), "creating a shell matrix");
  check(MatShellSetOperation(matrix, MATOP_MULT, reinterpret_cast<void (*)()>(multiply)), "creating a shell matrix");
  Handle<EPS, EPSDestroy> solver;
  check(EPSCreate(PETSC_COMM_SELF, solver.out()), "creating an eigensolver");
  check(EPSSetOperators(solver, matrix, nullptr), "creating an eigensolver");
  check(EPSSetProblemType(solver, EPS_HEP), "creating an eigensolver");
  check(EPSSetType(solver, EPSKRYLOVSCHUR), "creating an eigensolver");
  check(EPSSetWhichEigenpairs(solver, EPS_SMALLEST_REAL), "creating an eigensolver");
  check(EPSSetConvergenceTest(solver, EPS_CONV_ABS), "creating an eigensolver");
  check(EPSSetTolerances(solver, accuracy, most_restarts), "creating an eigensolver");
  check(EPSSetDimensions(solver, wanted, PETSC_DEFAULT, PETSC_DEFAULT), "creating an eigensolver");
  set_start(solver, matrix, n);
  const PetscErrorCode code = EPSSolve(solver);
  shell.guard.rethrow();
  check(code, "finding eigenvalues");
  return results(solver, matrix, wanted);
}

}  // namespace glasscape::wrap::slepc
