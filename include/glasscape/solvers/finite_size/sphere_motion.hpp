#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "glasscape/core/point_context.hpp"
#include "glasscape/core/random.hpp"

namespace glasscape::finite_size {

/// Several points in N dimensions, one after the other, and the forces −∇H on them.
using Force = std::function<void(std::span<const double> points, std::span<double> forces)>;

/// Puts each point of N = `dimension` numbers on the sphere |x|² = N.
void put_on_sphere(std::span<double> points, std::size_t dimension);

/// Takes the radial part off each force, f ← f − (x·f/|x|²) x; the slope |f|/√N at each point.
std::vector<double> make_tangent(std::span<const double> points, std::span<double> forces, std::size_t dimension);

/// A step made by a motion.
struct Step {
  double time;                     ///< at its end
  std::span<const double> points;  ///< likewise, on the sphere
};

/// Whether to go on.
using AfterStep = std::function<bool(const Step&)>;

/// A dynamics of points on the sphere.
class SphereMotion {
 public:
  virtual ~SphereMotion() = default;

  /// Moves the points, which lie on the sphere, from one time to another; `leg` counts these calls. False where
  /// `after_step` said so. Throws std::runtime_error, with time and norm, where the dynamics blows up.
  virtual bool advance(std::span<double> points, double from, double to, std::uint64_t leg,
                       const AfterStep& after_step) = 0;

  /// Whether the points have stopped moving for good.
  virtual bool is_at_rest() const { return false; }

  /// What one leg leaves to the next, for a checkpoint.
  virtual double carried() const { return 0; }
  virtual void carry(double) {}
};

/// dx/dt = f(x), the tangent force, by an adaptive Runge-Kutta method of order 3 (PETSc's TS, Bogacki-Shampine): late
/// steps are as long as stability allows, so that a method of few stages is best. The error of a step per √N is below
/// `tolerance`, or `tolerance` times the slope where that is below 1: the energy then falls to the end. At rest where
/// all slopes are below `stationarity`. The field is extended off the sphere as one that is homogeneous of degree 1: the
/// direction of x, which is all that counts, is then the same with and without a projection of each step.
std::unique_ptr<SphereMotion> gradient_flow(std::size_t dimension, Force force, double tolerance, double stationarity,
                                            PointContext& context);

/// dx = f(x) dt + √(2T) dW on the sphere by Heun's method: weak order 2 for additive noise (Kloeden and Platen,
/// Numerical Solution of Stochastic Differential Equations, sec. 15.1) of dx = [f(x) − T(1 − 1/N)x] dt + √(2T) dW,
/// whose norm stays; then projected. Steps of at most `time_step`, a whole number of them a leg.
std::unique_ptr<SphereMotion> langevin(std::size_t dimension, Force force, double temperature, double time_step,
                                       RandomStream random);

/// x(t+1) = √N (x + η f(x))/|x + η f(x)| with steps as time; at rest as gradient flow.
std::unique_ptr<SphereMotion> gradient_descent(std::size_t dimension, Force force, double learning_rate,
                                               double stationarity);

}  // namespace glasscape::finite_size
