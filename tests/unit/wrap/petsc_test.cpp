#include "glasscape/wrap/petsc.hpp"

#include <gtest/gtest.h>
#include <petscsnes.h>

#include <cstdlib>
#include <stdexcept>

namespace glasscape::wrap::petsc {
namespace {

using Vector = Handle<Vec, VecDestroy>;
using Matrix = Handle<Mat, MatDestroy>;
using NonlinearSolver = Handle<SNES, SNESDestroy>;

class Petsc : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    ::setenv("PETSC_OPTIONS", "-snes_max_it 0", 1);  // must not reach the solver
    team = new Communicator(MPI_COMM_SELF, boost::mpi::comm_attach);
    session = new Session(*team);
  }
  static void TearDownTestSuite() {
    delete session;
    delete team;
  }
  static inline Communicator* team = nullptr;
  static inline Session* session = nullptr;
};

/// x² = 2 for one unknown; throws at the third evaluation where told to.
struct Equation {
  CallbackGuard guard;
  bool throws = false;
  int evaluations = 0;

  static PetscErrorCode residual(SNES, Vec x, Vec f, void* context) {
    auto* self = static_cast<Equation*>(context);
    return self->guard.run([&] {
      if (++self->evaluations == 3 && self->throws) throw std::domain_error("diverged");
      PetscScalar value = 0;
      const PetscInt zero = 0;
      check(VecGetValues(x, 1, &zero, &value), "reading x");
      check(VecSetValue(f, 0, value * value - 2, INSERT_VALUES), "writing f");
    });
  }
};

double solve(Equation& equation) {
  Vector x;
  Vector f;
  Matrix jacobian;
  NonlinearSolver solver;
  check(VecCreateSeq(PETSC_COMM_SELF, 1, x.out()), "making x");
  check(VecDuplicate(x, f.out()), "making f");
  check(VecSet(x, 1), "starting at 1");
  check(MatCreateSeqDense(PETSC_COMM_SELF, 1, 1, nullptr, jacobian.out()), "making the Jacobian");
  check(SNESCreate(PETSC_COMM_SELF, solver.out()), "making the solver");
  check(SNESSetFunction(solver, f, Equation::residual, &equation), "giving the residual");
  check(SNESSetJacobian(solver, jacobian, jacobian, SNESComputeJacobianDefault, nullptr), "giving the Jacobian");
  check(SNESSetTolerances(solver, 1e-12, 1e-12, 1e-12, 50, 1000), "setting tolerances");
  const PetscErrorCode code = SNESSolve(solver, nullptr, x);
  equation.guard.rethrow();
  check(code, "solving");
  PetscScalar root = 0;
  const PetscInt zero = 0;
  check(VecGetValues(x, 1, &zero, &root), "reading the root");
  return root;
}

TEST_F(Petsc, SolvesAndIgnoresTheOptionsOfTheEnvironment) {
  Equation equation;
  EXPECT_NEAR(solve(equation), 1.41421356237309505, 1e-10);
}

TEST_F(Petsc, CarriesAnExceptionOutOfACallback) {
  Equation equation;
  equation.throws = true;
  EXPECT_THROW(solve(equation), std::domain_error);
}

TEST_F(Petsc, TurnsItsErrorsIntoExceptionsWithItsWords) {
  Vector x;
  check(VecCreateSeq(PETSC_COMM_SELF, 2, x.out()), "making x");
  Vector y;
  check(VecCreateSeq(PETSC_COMM_SELF, 3, y.out()), "making y");
  try {
    check(VecAXPY(x, 1, y), "adding");
    FAIL() << "sizes differ";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("adding"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("Incompatible vector"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace glasscape::wrap::petsc
