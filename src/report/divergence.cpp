#include "glasscape/report/divergence.hpp"

#include <algorithm>
#include <boost/math/tools/minima.hpp>
#include <cmath>

namespace glasscape::report {

namespace {

/// A weighted straight line y = intercept + slope u.
struct Line {
  double intercept = 0;
  double slope = 0;
  double spread = 0;     ///< sum of w (u - mean)^2: 1/spread is the variance of the slope
  double residuals = 0;  ///< sum of w (y - line)^2
};

Line regress(const std::vector<double>& u, const std::vector<double>& y, const std::vector<double>& weight) {
  double total = 0;
  double mean_u = 0;
  double mean_y = 0;
  for (std::size_t i = 0; i < u.size(); ++i) {
    total += weight[i];
    mean_u += weight[i] * (u[i] - mean_u) / total;
    mean_y += weight[i] * (y[i] - mean_y) / total;
  }
  Line line;
  double product = 0;
  for (std::size_t i = 0; i < u.size(); ++i) {
    line.spread += weight[i] * (u[i] - mean_u) * (u[i] - mean_u);
    product += weight[i] * (u[i] - mean_u) * (y[i] - mean_y);
  }
  line.slope = product / line.spread;
  line.intercept = mean_y - line.slope * mean_u;
  for (std::size_t i = 0; i < u.size(); ++i) {
    const double deviation = y[i] - mean_y - line.slope * (u[i] - mean_u);
    line.residuals += weight[i] * deviation * deviation;
  }
  return line;
}

/// The times as seen from the divergence: distances from the nearest point, growing away from it.
class Problem {
 public:
  Problem(const Profile& times, Side side) {
    const double nearest = side == Side::below ? times.x.back() : times.x.front();
    has_errors_ = std::ranges::all_of(times.error, [](double error) { return error > 0; });
    for (std::size_t i = 0; i < times.x.size(); ++i) {
      away_.push_back(std::abs(times.x[i] - nearest));
      log_time_.push_back(std::log(times.value[i]));
      const double relative = has_errors_ ? times.error[i] / times.value[i] : 1;
      weight_.push_back(1 / (relative * relative));
    }
  }

  std::size_t size() const { return away_.size(); }
  bool has_errors() const { return has_errors_; }
  double extent() const { return std::max(away_.front(), away_.back()); }
  double nearest_step() const {
    double step = extent();
    for (const double distance : away_) step = distance > 0 ? std::min(step, distance) : step;
    return step;
  }

  /// ln t = ln A + nu u, u = -ln(distance), with x_c at `beyond` from the nearest point.
  Line line(double beyond) const {
    std::vector<double> u;
    for (const double distance : away_) u.push_back(-std::log(distance + beyond));
    return regress(u, log_time_, weight_);
  }

  /// The derivative of ln t by `beyond`, -nu/distance, as a straight line of u: what is left of it fixes x_c, and its
  /// slope is how far nu follows x_c.
  Line sensitivity(double beyond, double exponent) const {
    std::vector<double> u;
    std::vector<double> derivative;
    for (const double distance : away_) {
      u.push_back(-std::log(distance + beyond));
      derivative.push_back(-exponent / (distance + beyond));
    }
    return regress(u, derivative, weight_);
  }

 private:
  std::vector<double> away_;
  std::vector<double> log_time_;
  std::vector<double> weight_;
  bool has_errors_ = false;
};

/// The distance of x_c beyond the nearest point, between a millionth of a step and `farthest`; nothing where the sum of
/// squares still falls at either end.
std::optional<double> best_distance(const Problem& problem, double farthest) {
  constexpr int steps = 400;
  const double first = std::log(1e-6 * problem.nearest_step());
  const double last = std::log(farthest);
  const auto residuals = [&](double logarithm) { return problem.line(std::exp(logarithm)).residuals; };
  const auto at = [&](int step) { return first + (last - first) * step / steps; };
  int best = 0;
  double least = residuals(first);
  for (int step = 1; step <= steps; ++step) {
    const double sum = residuals(at(step));
    if (sum < least) {
      least = sum;
      best = step;
    }
  }
  if (best == 0 || best == steps) return std::nullopt;
  return std::exp(boost::math::tools::brent_find_minima(residuals, at(best - 1), at(best + 1), 40).first);
}

}  // namespace

Side side_of(const Profile& times) { return times.value.back() >= times.value.front() ? Side::below : Side::above; }

std::optional<Divergence> fit_divergence(const Profile& times, Side side, double bound) {
  if (times.x.size() < fewest_for_divergence) return std::nullopt;
  const Problem problem(times, side);
  const double nearest = side == Side::below ? times.x.back() : times.x.front();
  const auto beyond = best_distance(problem, 100 * problem.extent());
  if (!beyond) return std::nullopt;
  const Line line = problem.line(*beyond);
  if (!(line.slope > 0)) return std::nullopt;
  const Line sensitivity = problem.sensitivity(*beyond, line.slope);
  const double chi_square = line.residuals / static_cast<double>(times.x.size() - 3);
  const double scale = problem.has_errors() ? std::max(1.0, chi_square) : chi_square;
  const double x_variance = scale / sensitivity.residuals;
  const double exponent_variance = scale / line.spread + sensitivity.slope * sensitivity.slope * x_variance;
  const double past_bound = *beyond - std::abs(bound - nearest);
  if (past_bound > 3 * std::sqrt(x_variance) + 1e-6 * problem.nearest_step()) return std::nullopt;
  return Divergence{.x_c = side == Side::below ? nearest + *beyond : nearest - *beyond,
                    .x_c_error = std::sqrt(x_variance),
                    .exponent = line.slope,
                    .exponent_error = std::sqrt(exponent_variance),
                    .amplitude = std::exp(line.intercept),
                    .chi_square = chi_square,
                    .side = side};
}

}  // namespace glasscape::report
