#include <cmath>
#include <utility>
#include <vector>

#include "glasscape/solvers/finite_size/sphere_motion.hpp"
#include "projected_step.hpp"

namespace glasscape::finite_size {

namespace {

constexpr std::uint64_t blocks_per_leg = std::uint64_t{1} << 40;

class Langevin final : public SphereMotion {
 public:
  Langevin(std::size_t dimension, Force force, double temperature, double time_step, RandomStream random)
      : dimension_(dimension),
        force_(std::move(force)),
        temperature_(temperature),
        time_step_(time_step),
        random_(random) {}

  bool advance(std::span<double> points, double from, double to, std::uint64_t leg,
               const AfterStep& after_step) override {
    random_.seek(leg * blocks_per_leg);
    const double steps = std::ceil((to - from) / time_step_ - 1e-9), h = (to - from) / steps;
    for (double step = 1; step <= steps; ++step) {
      const double t = step == steps ? to : from + step * h;
      move(points, h);
      project_step(t, points, dimension_);
      if (!after_step({t, points})) return false;
    }
    return true;
  }

 private:
  /// f(x) − T(1 − 1/N)x
  void find_drift(std::span<const double> points, std::vector<double>& drift) const {
    force_(points, drift);
    make_tangent(points, drift, dimension_);
    const double friction = temperature_ * (1 - 1 / static_cast<double>(dimension_));
    for (std::size_t i = 0; i < points.size(); ++i) drift[i] -= friction * points[i];
  }

  void move(std::span<double> points, double h) {
    const std::size_t size = points.size();
    std::vector<double> noise(size), before(size), after(size), predicted(size);
    if (temperature_ > 0) fill_normal(random_, noise);
    const double amplitude = std::sqrt(2 * temperature_ * h);
    find_drift(points, before);
    for (std::size_t i = 0; i < size; ++i) predicted[i] = points[i] + h * before[i] + amplitude * noise[i];
    find_drift(predicted, after);
    for (std::size_t i = 0; i < size; ++i) points[i] += h / 2 * (before[i] + after[i]) + amplitude * noise[i];
  }

  std::size_t dimension_;
  Force force_;
  double temperature_, time_step_;
  RandomStream random_;
};

}  // namespace

std::unique_ptr<SphereMotion> langevin(std::size_t dimension, Force force, double temperature, double time_step,
                                       RandomStream random) {
  return std::make_unique<Langevin>(dimension, std::move(force), temperature, time_step, random);
}

}  // namespace glasscape::finite_size
