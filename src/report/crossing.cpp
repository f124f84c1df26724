#include "glasscape/report/crossing.hpp"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <span>

#include "glasscape/report/scale.hpp"

namespace glasscape::report {

namespace {

constexpr double jump_ratio = 5;  // of slopes

/// Lagrange's polynomial through the points (x_k, y_k), at `at`.
double lagrange(std::span<const double> x, std::span<const double> y, double at) {
  double sum = 0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    double product = y[k];
    for (std::size_t j = 0; j < x.size(); ++j) {
      if (j != k) product *= (at - x[j]) / (x[k] - x[j]);
    }
    sum += product;
  }
  return sum;
}

Crossing middle(const Profile& profile, std::size_t cell) {
  const double left = profile.x[cell];
  const double right = profile.x[cell + 1];
  return {.x = left + (right - left) / 2, .error = (right - left) / 2};
}

/// The crossings of one profile, at positions on the axis as it is drawn.
class Interpolation {
 public:
  Interpolation(const Profile& profile, double level, Scale scale) : profile_(profile), level_(level), scale_(scale) {
    for (const double x : profile.x) position_.push_back(scale.position(x));
  }

  Crossing in(std::size_t cell) const {
    if (is_jump(cell)) return middle(profile_, cell);
    const std::size_t first = cell > 0 ? cell - 1 : 0;
    const std::size_t end = std::min(cell + 2, last());
    const double linear = linear_root(cell);
    const double root = polynomial_root(cell, first, end);
    double spread = std::abs(root - linear);
    for (const double other : {polynomial_root(cell, first, cell + 1), polynomial_root(cell, cell, end)}) {
      spread = std::max(spread, std::abs(root - other));
    }
    const double deviation = std::hypot(spread, value_error(cell, linear));
    const double width = scale_.value(root + deviation) - scale_.value(root - deviation);
    return {.x = scale_.value(root), .error = width / 2};
  }

 private:
  std::size_t last() const { return position_.size() - 1; }

  double slope(std::size_t cell) const {
    return (profile_.value[cell + 1] - profile_.value[cell]) / (position_[cell + 1] - position_[cell]);
  }

  bool is_jump(std::size_t cell) const {
    double around = 0;
    if (cell > 0) around = std::abs(slope(cell - 1));
    if (cell + 1 < last()) around = std::max(around, std::abs(slope(cell + 1)));
    return std::abs(slope(cell)) > jump_ratio * around;
  }

  double linear_root(std::size_t cell) const { return position_[cell] + (level_ - profile_.value[cell]) / slope(cell); }

  /// In the cell, of the polynomial through the points `first` to `end`, both included.
  double polynomial_root(std::size_t cell, std::size_t first, std::size_t end) const {
    if (profile_.value[cell] == level_) return position_[cell];
    if (profile_.value[cell + 1] == level_) return position_[cell + 1];
    const auto x = std::span(position_).subspan(first, end - first + 1);
    const auto y = std::span(profile_.value).subspan(first, end - first + 1);
    const auto excess = [&](double at) { return lagrange(x, y, at) - level_; };
    std::uintmax_t iterations = 100;
    const auto [lower, upper] = boost::math::tools::toms748_solve(
        excess, position_[cell], position_[cell + 1], profile_.value[cell] - level_, profile_.value[cell + 1] - level_,
        boost::math::tools::eps_tolerance<double>(50), iterations);
    return lower + (upper - lower) / 2;
  }

  /// One standard error of the linear root: x = x_0 + h (L - y_0)/(y_1 - y_0), so dx/dy_0 = -(1 - s)/slope and
  /// dx/dy_1 = -s/slope with s = (x - x_0)/h.
  double value_error(std::size_t cell, double linear) const {
    const double s = (linear - position_[cell]) / (position_[cell + 1] - position_[cell]);
    return std::hypot((1 - s) * profile_.error[cell], s * profile_.error[cell + 1]) / std::abs(slope(cell));
  }

  const Profile& profile_;
  double level_;
  Scale scale_;
  std::vector<double> position_;
};

}  // namespace

std::vector<Crossing> find_crossings(const Profile& profile, double level, bool logarithmic) {
  const Interpolation interpolation(profile, level, Scale{logarithmic});
  std::vector<Crossing> crossings;
  for (std::size_t cell = 0; cell + 1 < profile.x.size(); ++cell) {
    const bool is_crossed = (profile.value[cell] >= level) != (profile.value[cell + 1] >= level);
    if (is_crossed) crossings.push_back(interpolation.in(cell));
  }
  return crossings;
}

std::vector<Crossing> find_changes(const Profile& profile) {
  std::vector<Crossing> changes;
  for (std::size_t cell = 0; cell + 1 < profile.x.size(); ++cell) {
    if (profile.value[cell] != profile.value[cell + 1]) changes.push_back(middle(profile, cell));
  }
  return changes;
}

}  // namespace glasscape::report
