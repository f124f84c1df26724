#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

#include "glasscape/solvers/finite_size/sphere_motion.hpp"
#include "glasscape/solvers/matrix.hpp"
#include "glasscape/wrap/petsc.hpp"

namespace glasscape::finite_size {

namespace {

using wrap::petsc::check;
using wrap::petsc::Handle;

class GradientFlow final : public SphereMotion {
 public:
  GradientFlow(std::size_t dimension, Force force, double tolerance, double stationarity, PointContext& context)
      : dimension_(dimension), force_(std::move(force)), tolerance_(tolerance), stationarity_(stationarity) {
    wrap::petsc::start(context.team());
  }

  bool advance(std::span<double> points, double from, double to, std::uint64_t leg,
               const AfterStep& after_step) override;

  bool is_at_rest() const override { return is_at_rest_; }
  double carried() const override { return is_at_rest_ ? 0 : step_; }
  void carry(double step) override {
    is_at_rest_ = step == 0;
    if (!is_at_rest_) step_ = step;
  }

 private:
  void create(std::size_t size);
  void solve(double from, double to);
  PetscErrorCode find_velocity(Vec x, Vec velocity);
  PetscErrorCode finish_step();
  void set_tolerances();
  void throw_failure(TSConvergedReason reason);

  static PetscErrorCode velocity_callback(TS, PetscReal, Vec x, Vec velocity, void* flow) {
    return static_cast<GradientFlow*>(flow)->find_velocity(x, velocity);
  }
  static PetscErrorCode step_callback(TS stepper) {
    void* flow = nullptr;
    TSGetApplicationContext(stepper, static_cast<void*>(&flow));
    return static_cast<GradientFlow*>(flow)->finish_step();
  }

  std::size_t dimension_;
  Force force_;
  double tolerance_, stationarity_;
  bool is_at_rest_ = false;
  double step_ = 1e-3;  // first of the next leg

  Handle<TS, TSDestroy> stepper_;
  Handle<Vec, VecDestroy> solution_, tolerances_;
  wrap::petsc::CallbackGuard guard_;
  std::vector<double> on_sphere_, forces_;

  // of the leg under way
  const AfterStep* after_step_ = nullptr;
  double time_ = 0, longest_step_ = 0;
  std::vector<double> slopes_;  // where the force was asked for last
  bool stopped_ = false;
  bool is_first_ = true;  // no force was asked for yet
};

void GradientFlow::create(std::size_t size) {
  on_sphere_.resize(size);
  forces_.resize(size);
  check(VecCreateSeq(PETSC_COMM_SELF, static_cast<PetscInt>(size), solution_.out()), "creating a vector");
  check(TSCreate(PETSC_COMM_SELF, stepper_.out()), "creating a time stepper");
  check(TSSetProblemType(stepper_, TS_NONLINEAR), "creating a time stepper");
  check(TSSetType(stepper_, TSRK), "creating a time stepper");
  check(TSRKSetType(stepper_, TSRK3BS), "creating a time stepper");
  check(TSSetApplicationContext(stepper_, this), "creating a time stepper");
  check(TSSetRHSFunction(stepper_, nullptr, velocity_callback, this), "creating a time stepper");
  check(TSSetPostStep(stepper_, step_callback), "creating a time stepper");
  check(VecDuplicate(solution_, tolerances_.out()), "creating a vector");
  check(TSSetMaxSteps(stepper_, PETSC_MAX_INT), "creating a time stepper");
  check(TSSetMaxStepRejections(stepper_, -1), "creating a time stepper");
  check(TSSetExactFinalTime(stepper_, TS_EXACTFINALTIME_MATCHSTEP), "creating a time stepper");
}

bool GradientFlow::advance(std::span<double> points, double from, double to, std::uint64_t,
                           const AfterStep& after_step) {
  if (is_at_rest_) return true;
  if (!stepper_) create(points.size());
  after_step_ = &after_step;
  stopped_ = false;
  longest_step_ = 0;
  time_ = from;
  PetscScalar* elements = nullptr;
  check(VecGetArrayWrite(solution_, &elements), "gradient flow");
  std::ranges::copy(points, elements);
  check(VecRestoreArrayWrite(solution_, &elements), "gradient flow");
  is_first_ = true;
  solve(from, to);
  const PetscScalar* result = nullptr;
  check(VecGetArrayRead(solution_, &result), "gradient flow");
  std::copy_n(result, points.size(), points.begin());
  check(VecRestoreArrayRead(solution_, &result), "gradient flow");
  put_on_sphere(points, dimension_);
  step_ = std::max(longest_step_, std::min(step_, to - from));
  return !stopped_;
}

void GradientFlow::solve(double from, double to) {
  check(TSSetTime(stepper_, from), "gradient flow");
  check(TSSetStepNumber(stepper_, 0), "gradient flow");
  check(TSSetMaxTime(stepper_, to), "gradient flow");
  check(TSSetTimeStep(stepper_, std::min(step_, to - from)), "gradient flow");
  check(TSRestartStep(stepper_), "gradient flow");
  const PetscErrorCode code = TSSolve(stepper_, solution_);
  guard_.rethrow();
  check(code, "gradient flow");
  TSConvergedReason reason = TS_CONVERGED_ITERATING;
  check(TSGetConvergedReason(stepper_, &reason), "gradient flow");
  if (reason < 0) throw_failure(reason);
}

/// Of each point by its own slope.
void GradientFlow::set_tolerances() {
  PetscScalar* elements = nullptr;
  check(VecGetArrayWrite(tolerances_, &elements), "gradient flow");
  for (std::size_t run = 0; run < slopes_.size(); ++run) {
    const double slope = std::clamp(slopes_[run], std::max(stationarity_, 1e-14), 1.0);
    std::fill_n(elements + run * dimension_, dimension_, tolerance_ * slope);
  }
  check(VecRestoreArrayWrite(tolerances_, &elements), "gradient flow");
  check(TSSetTolerances(stepper_, tolerance_, tolerances_, 0, nullptr), "gradient flow");
}

void GradientFlow::throw_failure(TSConvergedReason reason) {
  double norm = 0;
  check(VecNorm(solution_, NORM_2, &norm), "gradient flow");
  throw std::runtime_error(fmt::format("gradient flow ended at t = {:.6g} with the norm |x|/√N = {:.4g}: {}", time_,
                                       norm / std::sqrt(static_cast<double>(on_sphere_.size())),
                                       TSConvergedReasons[reason]));
}

/// |x| f(x/|x|), each point by itself.
PetscErrorCode GradientFlow::find_velocity(Vec x, Vec velocity) {
  return guard_.run([&] {
    const PetscScalar* from = nullptr;
    PetscScalar* to = nullptr;
    check(VecGetArrayRead(x, &from), "gradient flow");
    check(VecGetArrayWrite(velocity, &to), "gradient flow");
    std::copy_n(from, on_sphere_.size(), on_sphere_.begin());
    put_on_sphere(on_sphere_, dimension_);
    force_(on_sphere_, forces_);
    slopes_ = make_tangent(on_sphere_, forces_, dimension_);
    if (std::exchange(is_first_, false)) set_tolerances();
    for (std::size_t first = 0; first < forces_.size(); first += dimension_) {
      const std::span point(from + first, dimension_);
      const double radius = std::sqrt(dot(point, point) / static_cast<double>(dimension_));
      for (std::size_t i = first; i < first + dimension_; ++i) to[i] = radius * forces_[i];
    }
    check(VecRestoreArrayRead(x, &from), "gradient flow");
    check(VecRestoreArrayWrite(velocity, &to), "gradient flow");
  });
}

/// The last stage of the method is the first of the next step: the force was last asked for where the step ended.
PetscErrorCode GradientFlow::finish_step() {
  return guard_.run([&] {
    double t = 0;
    check(TSGetTime(stepper_, &t), "gradient flow");
    longest_step_ = std::max(longest_step_, t - time_);
    time_ = t;
    is_at_rest_ = std::ranges::max(slopes_) < stationarity_;
    set_tolerances();
    stopped_ = !(*after_step_)({t, on_sphere_});
    if (is_at_rest_ || stopped_) check(TSSetConvergedReason(stepper_, TS_CONVERGED_USER), "gradient flow");
  });
}

}  // namespace

std::unique_ptr<SphereMotion> gradient_flow(std::size_t dimension, Force force, double tolerance, double stationarity,
                                            PointContext& context) {
  return std::make_unique<GradientFlow>(dimension, std::move(force), tolerance, stationarity, context);
}

}  // namespace glasscape::finite_size
