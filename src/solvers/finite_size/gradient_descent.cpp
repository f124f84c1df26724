#include <algorithm>
#include <utility>
#include <vector>

#include "glasscape/solvers/finite_size/sphere_motion.hpp"
#include "projected_step.hpp"

namespace glasscape::finite_size {

namespace {

class GradientDescent final : public SphereMotion {
 public:
  GradientDescent(std::size_t dimension, Force force, double learning_rate, double stationarity)
      : dimension_(dimension), force_(std::move(force)), learning_rate_(learning_rate), stationarity_(stationarity) {}

  bool advance(std::span<double> points, double from, double to, std::uint64_t, const AfterStep& after_step) override {
    if (is_at_rest_) return true;
    std::vector<double> forces(points.size());
    for (double t = from + 1; t <= to; ++t) {
      force_(points, forces);
      is_at_rest_ = std::ranges::max(make_tangent(points, forces, dimension_)) < stationarity_;
      if (is_at_rest_) return true;
      for (std::size_t i = 0; i < points.size(); ++i) points[i] += learning_rate_ * forces[i];
      project_step(t, points, dimension_);
      if (!after_step({t, points})) return false;
    }
    return true;
  }

  bool is_at_rest() const override { return is_at_rest_; }
  double carried() const override { return is_at_rest_ ? 1 : 0; }
  void carry(double at_rest) override { is_at_rest_ = at_rest == 1; }

 private:
  std::size_t dimension_;
  Force force_;
  double learning_rate_, stationarity_;
  bool is_at_rest_ = false;
};

}  // namespace

std::unique_ptr<SphereMotion> gradient_descent(std::size_t dimension, Force force, double learning_rate,
                                               double stationarity) {
  return std::make_unique<GradientDescent>(dimension, std::move(force), learning_rate, stationarity);
}

}  // namespace glasscape::finite_size
