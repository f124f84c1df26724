#include "newton.hpp"

#include <algorithm>
#include <cmath>

#include "glasscape/wrap/lapack.hpp"
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
  wrap::lapack::SingleFactors factors = {};
  wrap::petsc::CallbackGuard guard = {};
};

/// The elements of a vector, to read.
class Elements {
 public:
  explicit Elements(Vec vector) : vector_(vector) {
    check(VecGetLocalSize(vector, &size_), "reading a vector");
    check(VecGetArrayRead(vector, &data_), "reading a vector");
  }
  ~Elements() { VecRestoreArrayRead(vector_, &data_); }
  Elements(const Elements&) = delete;
  Elements& operator=(const Elements&) = delete;

  operator std::span<const double>() const { return {data_, static_cast<std::size_t>(size_)}; }

 private:
  Vec vector_;
  PetscInt size_ = 0;
  const double* data_ = nullptr;
};

/// Lets `write` fill a vector.
template <class Write>
void fill(Vec vector, const Write& write) {
  PetscInt n = 0;
  double* data = nullptr;
  check(VecGetLocalSize(vector, &n), "writing a vector");
  check(VecGetArrayWrite(vector, &data), "writing a vector");
  write(std::span(data, static_cast<std::size_t>(n)));
  check(VecRestoreArrayWrite(vector, &data), "writing a vector");
}

PetscErrorCode residual(SNES, Vec x, Vec f, void* context) {
  Problem& problem = *static_cast<Problem*>(context);
  return problem.guard.run([&] {
    const Elements unknowns(x);
    fill(f, [&](std::span<double> to) { problem.equations->residual(unknowns, to); });
  });
}

/// The matrix and its factors, which PETSc does not see.
PetscErrorCode jacobian(SNES, Vec x, Mat, Mat shell, void* context) {
  Problem& problem = *static_cast<Problem*>(context);
  return problem.guard.run([&] {
    problem.equations->jacobian(Elements(x), problem.factors.rows(problem.equations->size()));
    problem.factors.factorise();
    check(MatAssemblyBegin(shell, MAT_FINAL_ASSEMBLY), "assembling a Jacobian");
    check(MatAssemblyEnd(shell, MAT_FINAL_ASSEMBLY), "assembling a Jacobian");
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
  wrap::lapack::SingleFactors& factors;
  std::vector<Handle<Vec, VecDestroy>> steps = {};  ///< of this row
  std::vector<double> squares = {};                 ///< of their lengths

  void forget() {
    steps.clear();
    squares.clear();
  }

  void apply(Vec residual, Vec step) {
    fill(step, [&](std::span<double> to) { factors.solve(Elements(residual), to); });
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

Newton::Solver::Solver(int n, double step_tolerance)
    : size(n), problem{.step_tolerance = step_tolerance}, broyden{.factors = problem.factors} {
  check(VecCreateSeq(PETSC_COMM_SELF, n, unknowns.out()), "creating a vector");
  check(VecDuplicate(unknowns, residuals.out()), "creating a vector");
  check(MatCreateShell(PETSC_COMM_SELF, n, n, n, n, nullptr, matrix.out()), "creating a matrix");
  check(SNESCreate(PETSC_COMM_SELF, snes.out()), "creating SNES");
  check(SNESSetType(snes, SNESNEWTONLS), "choosing Newton");
  check(SNESSetFunction(snes, residuals, residual, &problem), "setting the residual");
  check(SNESSetJacobian(snes, matrix, matrix, jacobian, &problem), "setting the Jacobian");
  check(SNESSetConvergenceTest(snes, converged, &problem, nullptr), "setting the convergence test");
  check(SNESSetTolerances(snes, PETSC_DEFAULT, PETSC_DEFAULT, PETSC_DEFAULT, most_steps, 10 * most_steps),
        "setting tolerances");
  check(SNESSetLagJacobianPersists(snes, PETSC_TRUE), "lagging the Jacobian");
  SNESLineSearch search = nullptr;
  check(SNESGetLineSearch(snes, &search), "choosing full steps");
  check(SNESLineSearchSetType(search, SNESLINESEARCHBASIC), "choosing full steps");
  KSP linear = nullptr;
  PC shell = nullptr;
  check(SNESGetKSP(snes, &linear), "choosing steps by factors");
  check(KSPSetType(linear, KSPPREONLY), "choosing steps by factors");
  check(KSPGetPC(linear, &shell), "correcting steps");
  check(PCSetType(shell, PCSHELL), "correcting steps");
  check(PCShellSetContext(shell, &broyden), "correcting steps");
  check(PCShellSetApply(shell, apply_broyden), "correcting steps");
}

bool Newton::Solver::run(bool fresh) {
  // −2: once at the first step, then never again
  check(SNESSetLagJacobian(snes, fresh ? -2 : -1), "lagging the Jacobian");
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
  const auto load = [&] { fill(solver_->unknowns, [&](std::span<double> to) { std::ranges::copy(x, to.begin()); }); };
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
  const Elements elements(solver_->unknowns);
  const std::span<const double> result = elements;
  x.assign(result.begin(), result.end());
  if (!std::ranges::all_of(x, [](double value) { return std::isfinite(value); })) return {};
  return x;
}

}  // namespace glasscape::two_time
