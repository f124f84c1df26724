#include "newton.hpp"

#include <algorithm>
#include <cmath>

#include "glasscape/wrap/petsc.hpp"
#include "row_equations.hpp"

namespace glasscape::two_time {

namespace {

using wrap::petsc::check;
using wrap::petsc::Handle;

constexpr double straying = 10;  // steps that grow by this factor want new factors of the matrix
constexpr int patience = 9;      // and so do more steps than this: they cost as much
constexpr int most_steps = 25;

/// What the callbacks of one solve see.
struct Problem {
  const RowEquations* equations = nullptr;
  double step_tolerance;
  double last_step = INFINITY;
  bool stale = false;  ///< the factors no longer lead to the solution
  wrap::petsc::CallbackGuard guard = {};
};

std::span<const double> read(Vec vector, const double*& data) {
  PetscInt n = 0;
  check(VecGetLocalSize(vector, &n), "reading a vector");
  check(VecGetArrayRead(vector, &data), "reading a vector");
  return {data, static_cast<std::size_t>(n)};
}

PetscErrorCode residual(SNES, Vec x, Vec f, void* context) {
  Problem& problem = *static_cast<Problem*>(context);
  return problem.guard.run([&] {
    const double* from = nullptr;
    double* to = nullptr;
    const std::span<const double> unknowns = read(x, from);
    check(VecGetArray(f, &to), "writing a residual");
    problem.equations->residual(unknowns, {to, unknowns.size()});
    check(VecRestoreArray(f, &to), "writing a residual");
    check(VecRestoreArrayRead(x, &from), "reading a vector");
  });
}

PetscErrorCode jacobian(SNES, Vec x, Mat, Mat matrix, void* context) {
  Problem& problem = *static_cast<Problem*>(context);
  return problem.guard.run([&] {
    const double* from = nullptr;
    double* to = nullptr;
    const std::span<const double> unknowns = read(x, from);
    check(MatDenseGetArray(matrix, &to), "writing a Jacobian");
    problem.equations->jacobian(unknowns, {to, unknowns.size() * unknowns.size()});
    check(MatDenseRestoreArray(matrix, &to), "writing a Jacobian");
    check(VecRestoreArrayRead(x, &from), "reading a vector");
    check(MatAssemblyBegin(matrix, MAT_FINAL_ASSEMBLY), "assembling a Jacobian");
    check(MatAssemblyEnd(matrix, MAT_FINAL_ASSEMBLY), "assembling a Jacobian");
  });
}

PetscErrorCode converged(SNES, PetscInt steps, PetscReal, PetscReal step, PetscReal, SNESConvergedReason* reason,
                         void* context) {
  Problem& problem = *static_cast<Problem*>(context);
  *reason = SNES_CONVERGED_ITERATING;
  if (steps == 0) return 0;
  if (step < problem.step_tolerance) {
    *reason = SNES_CONVERGED_SNORM_RELATIVE;
  } else if (!(step < straying * problem.last_step) || steps > patience) {
    problem.stale = true;
    *reason = SNES_DIVERGED_LINE_SEARCH;
  }
  problem.last_step = step;
  return 0;
}

/// Newton's steps by factors of a matrix that may be that of an earlier row, corrected by what the steps since then
/// have shown of the present one: Broyden's method without matrices of its own (Kelley, Iterative Methods for Linear
/// and Nonlinear Equations, sec. 7.3). One slow direction, in which old factors fail, then costs a step instead of
/// factors.
struct Broyden {
  Handle<PC, PCDestroy> factors;
  std::vector<Handle<Vec, VecDestroy>> steps;  ///< of this row
  std::vector<double> squares;                 ///< of their lengths

  void forget() {
    steps.clear();
    squares.clear();
  }

  void apply(Vec residual, Vec step) {
    check(PCApply(factors, residual, step), "solving with the factors");
    double along = 0;  // of the last step
    for (std::size_t k = 0; k < steps.size(); ++k) {
      check(VecDot(steps[k], step, &along), "correcting a step");
      along /= squares[k];
      if (k + 1 < steps.size()) check(VecAXPY(step, along, steps[k + 1]), "correcting a step");
    }
    if (!steps.empty()) check(VecScale(step, 1 / (1 - along)), "correcting a step");
    double length = 0;
    check(VecNorm(step, NORM_2, &length), "measuring a step");
    check(VecDuplicate(step, steps.emplace_back().out()), "keeping a step");
    check(VecCopy(step, steps.back()), "keeping a step");
    squares.push_back(length * length);
  }
};

PetscErrorCode apply_broyden(PC shell, Vec residual, Vec step) {
  void* broyden = nullptr;
  if (const PetscErrorCode code = PCShellGetContext(shell, &broyden); code != 0) return code;
  return wrap::petsc::CallbackGuard().run([&] { static_cast<Broyden*>(broyden)->apply(residual, step); });
}

PetscErrorCode factorise(PC shell) {
  void* broyden = nullptr;
  if (const PetscErrorCode code = PCShellGetContext(shell, &broyden); code != 0) return code;
  return PCSetUp(static_cast<Broyden*>(broyden)->factors);
}

}  // namespace

struct Newton::Solver {
  int size;
  Handle<Vec, VecDestroy> unknowns, residuals;
  Handle<Mat, MatDestroy> matrix;
  Handle<SNES, SNESDestroy> snes;
  Problem problem;
  Broyden broyden;

  Solver(int n, double step_tolerance);
  bool run(bool fresh);
};

Newton::Solver::Solver(int n, double step_tolerance) : size(n), problem{.step_tolerance = step_tolerance} {
  check(VecCreateSeq(PETSC_COMM_SELF, n, unknowns.out()), "creating a vector");
  check(VecDuplicate(unknowns, residuals.out()), "creating a vector");
  check(MatCreateSeqDense(PETSC_COMM_SELF, n, n, nullptr, matrix.out()), "creating a matrix");
  check(SNESCreate(PETSC_COMM_SELF, snes.out()), "creating SNES");
  check(SNESSetType(snes, SNESNEWTONLS), "choosing Newton");
  check(SNESSetFunction(snes, residuals, residual, &problem), "setting the residual");
  check(SNESSetJacobian(snes, matrix, matrix, jacobian, &problem), "setting the Jacobian");
  check(SNESSetConvergenceTest(snes, converged, &problem, nullptr), "setting the convergence test");
  check(SNESSetTolerances(snes, PETSC_DEFAULT, PETSC_DEFAULT, PETSC_DEFAULT, most_steps, 10 * most_steps),
        "setting tolerances");
  check(SNESSetLagJacobianPersists(snes, PETSC_TRUE), "lagging the Jacobian");
  check(SNESSetLagPreconditionerPersists(snes, PETSC_TRUE), "lagging the factors");
  SNESLineSearch search = nullptr;
  check(SNESGetLineSearch(snes, &search), "choosing full steps");
  check(SNESLineSearchSetType(search, SNESLINESEARCHBASIC), "choosing full steps");
  KSP linear = nullptr;
  PC shell = nullptr;
  check(SNESGetKSP(snes, &linear), "choosing LU");
  check(KSPSetType(linear, KSPPREONLY), "choosing LU");
  check(PCCreate(PETSC_COMM_SELF, broyden.factors.out()), "choosing LU");
  check(PCSetType(broyden.factors, PCLU), "choosing LU");
  check(PCSetOperators(broyden.factors, matrix, matrix), "choosing LU");
  check(KSPGetPC(linear, &shell), "correcting steps");
  check(PCSetType(shell, PCSHELL), "correcting steps");
  check(PCShellSetContext(shell, &broyden), "correcting steps");
  check(PCShellSetApply(shell, apply_broyden), "correcting steps");
  check(PCShellSetSetUp(shell, factorise), "correcting steps");
}

bool Newton::Solver::run(bool fresh) {
  // −2: once at the first step, then never again
  check(SNESSetLagJacobian(snes, fresh ? -2 : -1), "lagging the Jacobian");
  check(SNESSetLagPreconditioner(snes, fresh ? -2 : -1), "lagging the factors");
  problem.last_step = INFINITY;
  problem.stale = false;
  broyden.forget();
  const PetscErrorCode code = SNESSolve(snes, nullptr, unknowns);
  problem.guard.rethrow();
  check(code, "solving a row");
  SNESConvergedReason reason = SNES_CONVERGED_ITERATING;
  check(SNESGetConvergedReason(snes, &reason), "solving a row");
  return reason > 0;
}

Newton::Newton(double step_tolerance) : step_tolerance_(step_tolerance) {}
Newton::~Newton() = default;

std::vector<double> Newton::solve(const RowEquations& equations, std::vector<double> x, bool fresh) {
  const int n = equations.size();
  if (!solver_ || solver_->size != n) {
    solver_ = std::make_unique<Solver>(n, step_tolerance_);
    fresh = true;
  }
  solver_->problem.equations = &equations;
  double* data = nullptr;
  const auto load = [&] {
    check(VecGetArray(solver_->unknowns, &data), "writing a vector");
    std::ranges::copy(x, data);
    check(VecRestoreArray(solver_->unknowns, &data), "writing a vector");
  };
  load();
  bool done = solver_->run(fresh);
  for (int attempt = 0; !done && solver_->problem.stale && attempt < 3; ++attempt) {
    if (!(solver_->problem.last_step < 1)) load();  // went astray: from the prediction again
    done = solver_->run(true);
  }
  if (!done) {
    solver_.reset();
    return {};
  }
  const double* result = nullptr;
  const std::span<const double> values = read(solver_->unknowns, result);
  x.assign(values.begin(), values.end());
  check(VecRestoreArrayRead(solver_->unknowns, &result), "reading a vector");
  if (!std::ranges::all_of(x, [](double value) { return std::isfinite(value); })) return {};
  return x;
}

}  // namespace glasscape::two_time
