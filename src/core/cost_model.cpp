#include "glasscape/core/cost_model.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace glasscape {

namespace {

constexpr double assumed_noise = 0.3;       // of ln seconds, before anything is measured
constexpr double noise_weight = 4;          // samples that the assumption is worth
constexpr std::size_t most_samples = 2048;  // then every other one is dropped
constexpr double cells_a_side = 6;
constexpr double extrapolation = 5;  // no prediction is further than e^5 from what was seen
constexpr std::size_t most_probes = 32;
constexpr double shortest = 1e-7;  // seconds; what the clock cannot tell from nothing

double bounded(double residual) { return std::clamp(residual, -3.0, 3.0); }

}  // namespace

double CostModel::Scale::map(double value) const {
  if (!std::isfinite(value)) return value > 0 ? 1.25 : -1.25;  // an infinite one lies a little beyond
  if (upper == lower) return 0;
  const double part =
      logarithmic ? std::log(value / lower) / std::log(upper / lower) : (value - lower) / (upper - lower);
  return std::clamp(2 * part - 1, -1.25, 1.25);
}

CostModel::CostModel(const SolverEntry& solver, const ParameterSpace& space, std::vector<CostSample> earlier)
    : solver_(solver), space_(space), has_estimate_(solver.cost != nullptr) {
  std::erase_if(earlier,
                [&](const CostSample& sample) { return sample.values.size() != space.schema().inputs.size(); });
  find_scales(earlier);
  start_regression();
  for (CostSample& sample : earlier) add(std::move(sample));
}

void CostModel::find_scales(const std::vector<CostSample>& earlier) {
  const auto& inputs = space_.schema().inputs;
  for (std::size_t input = 0; input < inputs.size(); ++input) {
    if (inputs[input].kind == Kind::list) continue;
    const auto axis = std::ranges::find(space_.axes(), input, &Axis::input);
    std::vector<double> values = {space_.fixed().scalar(input)};
    if (axis != space_.axes().end()) values = axis->values;
    for (const CostSample& sample : earlier) values.push_back(sample.values[input]);
    std::erase_if(values, [](double value) { return !std::isfinite(value); });
    if (values.empty()) continue;
    const auto [lower, upper] = std::ranges::minmax(values);
    if (lower == upper && (axis == space_.axes().end() || axis->values.size() == 1)) continue;
    Scale scale{.input = input, .logarithmic = lower > 0 && upper > 8 * lower, .lower = lower, .upper = upper};
    scale.fixed = scale.map(space_.fixed().scalar(input));
    if (axis != space_.axes().end()) {
      for (const double value : axis->values) scale.on_axis.push_back(scale.map(value));
      for (auto later = axis + 1; later != space_.axes().end(); ++later) scale.stride *= later->values.size();
    }
    scales_.push_back(std::move(scale));
  }
}

/// The prior, as standard deviations of β₀, β_i and β_ij: an estimate errs more in its scale (the machine) than in its
/// shape; without one nothing is known.
void CostModel::start_regression() {
  const std::array<double, 3> deviations = has_estimate_ ? std::array{1.2, 0.4, 0.2} : std::array{15.0, 3.0, 1.0};
  const std::size_t size = features(std::vector<double>(scales_.size())).size();
  coefficients_.assign(size, 0);
  covariance_.assign(size * size, 0);
  for (std::size_t i = 0; i < size; ++i) {
    const double deviation = deviations[i == 0 ? 0 : i <= scales_.size() ? 1 : 2];
    covariance_[i * size + i] = deviation * deviation;
  }
}

void CostModel::observe(std::size_t index, double seconds) {
  if (skipped_++ % stride_ != 0) return;
  const Parameters at = space_.values(index);
  const auto& inputs = space_.schema().inputs;
  CostSample sample{.values = std::vector<double>(inputs.size(), not_a_number), .seconds = seconds};
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].kind != Kind::list) sample.values[i] = at.scalar(i);
  }
  add(std::move(sample));
}

void CostModel::add(CostSample sample) {
  if (!(sample.seconds >= 0)) return;
  sample.seconds = std::max(sample.seconds, shortest);
  learn(sample);
  samples_.push_back(std::move(sample));
  ++learned_;
  if (samples_.size() < most_samples) return;
  stride_ *= 2;
  for (std::size_t i = 1; 2 * i < samples_.size(); ++i) samples_[i] = std::move(samples_[2 * i]);
  samples_.resize((samples_.size() + 1) / 2);
}

/// P ← P − Pφφᵀ P/(σ² + φᵀPφ), β ← β + Pφ r/(σ² + φᵀPφ); an outlier counts no more than three standard deviations.
void CostModel::learn(const CostSample& sample) {
  const std::vector<double> phi = features(coordinates(sample));
  const std::size_t size = phi.size();
  std::vector<double> gain(size, 0);
  for (std::size_t i = 0; i < size; ++i) {
    gain[i] =
        std::inner_product(phi.begin(), phi.end(), covariance_.begin() + static_cast<std::ptrdiff_t>(i * size), 0.0);
  }
  const double variance = assumed_noise * assumed_noise + std::inner_product(phi.begin(), phi.end(), gain.begin(), 0.0);
  const double deviation = std::sqrt(variance);
  const double residual = std::log(sample.seconds) - log_estimate(sample) - regression(phi);
  const double step = deviation * bounded(residual / deviation) / variance;
  for (std::size_t i = 0; i < size; ++i) {
    coefficients_[i] += gain[i] * step;
    for (std::size_t j = 0; j < size; ++j) covariance_[i * size + j] -= gain[i] * gain[j] / variance;
  }
}

/// Takes a while where there are many samples: not for each new one.
void CostModel::refresh() {
  if (known_ && learned_ - *known_ <= *known_ / 20) return;
  known_ = learned_;
  cells_.clear();
  std::vector<std::pair<Cell*, double>> left;
  for (const CostSample& sample : samples_) {
    const std::vector<double> at = coordinates(sample);
    const double y = std::log(sample.seconds) - log_estimate(sample);
    if (left.empty()) least_ = largest_ = y;
    least_ = std::min(least_, y);
    largest_ = std::max(largest_, y);
    Cell& cell = cells_[cell_of(at)];
    left.emplace_back(&cell, bounded(y - regression(features(at))));
    cell.sum += left.back().second;
    ++cell.count;
  }
  double squares = noise_weight * assumed_noise * assumed_noise;
  double ratios = noise_weight * std::exp(assumed_noise * assumed_noise / 2);
  for (const auto& [cell, residual] : left) {
    const double without = residual - (cell->sum - residual) / cell->count;  // what the others would have predicted
    squares += without * without;
    ratios += std::exp(without);
  }
  const double count = noise_weight + static_cast<double>(left.size());
  noise_ = std::sqrt(squares / count);
  smearing_ = ratios / count;
}

double CostModel::log_estimate(const Parameters& values) const {
  return has_estimate_ ? std::log(std::max(solver_.cost(values).seconds, shortest)) : 0;
}

double CostModel::log_estimate(const CostSample& sample) const {
  if (!has_estimate_) return 0;
  Parameters values = space_.fixed();
  for (std::size_t i = 0; i < sample.values.size(); ++i) {
    if (!std::isnan(sample.values[i])) values.set_scalar(i, sample.values[i]);
  }
  return log_estimate(values);
}

std::vector<double> CostModel::coordinates(std::size_t index) const {
  std::vector<double> u;
  for (const Scale& scale : scales_) {
    const std::size_t values = scale.on_axis.size();
    u.push_back(values == 0 ? scale.fixed : scale.on_axis[index / scale.stride % values]);
  }
  return u;
}

std::vector<double> CostModel::coordinates(const CostSample& sample) const {
  std::vector<double> u;
  for (const Scale& scale : scales_) u.push_back(scale.map(sample.values[scale.input]));
  return u;
}

/// 1, all u_i, then all u_i u_j.
std::vector<double> CostModel::features(const std::vector<double>& u) const {
  std::vector<double> phi = {1};
  phi.insert(phi.end(), u.begin(), u.end());
  for (std::size_t i = 0; i < u.size(); ++i) {
    for (std::size_t j = 0; j <= i; ++j) phi.push_back(u[i] * u[j]);
  }
  return phi;
}

std::uint64_t CostModel::cell_of(const std::vector<double>& u) {
  std::uint64_t cell = 0;
  for (const double x : u) {
    const double place = std::clamp((x + 1) / 2 * cells_a_side, 0.0, cells_a_side - 1);
    cell = cell * static_cast<std::uint64_t>(cells_a_side) + static_cast<std::uint64_t>(place);
  }
  return cell;
}

double CostModel::regression(const std::vector<double>& phi) const {
  return std::inner_product(phi.begin(), phi.end(), coefficients_.begin(), 0.0);
}

double CostModel::log_seconds(std::size_t index, const std::vector<double>& u, const std::vector<double>& phi) {
  refresh();
  double y = 0;
  if (!samples_.empty()) {
    const auto cell = cells_.find(cell_of(u));
    y = regression(phi) + (cell == cells_.end() ? 0 : cell->second.mean()) + std::log(smearing_);
    y = std::clamp(y, least_ - extrapolation, largest_ + extrapolation);
  }
  return y + (has_estimate_ ? log_estimate(space_.values(index)) : 0);
}

double CostModel::seconds(std::size_t index) {
  const std::vector<double> u = coordinates(index);
  return std::exp(log_seconds(index, u, features(u)));
}

void CostModel::order(std::span<std::size_t> points) {
  if (!is_known()) {
    // the golden ratio's multiples modulo 1 spread evenly, whatever the lengths of the axes
    const std::size_t probes = std::min(points.size() / 8, most_probes);
    double place = 0;
    for (std::size_t i = 0; i < probes; ++i) {
      place = std::fmod(place + 0.6180339887498949, 1.0);
      const auto rest = static_cast<double>(points.size() - i);
      std::swap(points[i], points[i + static_cast<std::size_t>(place * rest)]);
    }
    return;
  }
  if (samples_.empty() && looks_uniform(points)) return;
  std::vector<std::pair<double, std::size_t>> costs;
  costs.reserve(points.size());
  for (const std::size_t index : points) costs.emplace_back(seconds(index), index);
  std::ranges::stable_sort(costs, std::greater<>{}, &std::pair<double, std::size_t>::first);
  std::ranges::transform(costs, points.begin(), &std::pair<double, std::size_t>::second);
}

/// By a sample: an estimate is costly where there are many points.
bool CostModel::looks_uniform(std::span<const std::size_t> points) {
  const std::size_t stride = points.size() / 400 + 1;
  for (std::size_t i = 0; i < points.size(); i += stride) {
    if (seconds(points[i]) != seconds(points[0])) return false;
  }
  return true;
}

/// φᵀPφ, larger where the noise turned out larger than assumed.
double CostModel::variance_along(const std::vector<double>& phi) const {
  double sum = 0;
  for (std::size_t i = 0; i < phi.size(); ++i) {
    for (std::size_t j = 0; j < phi.size(); ++j) sum += phi[i] * covariance_[i * phi.size() + j] * phi[j];
  }
  const double ratio = noise_ / assumed_noise;
  return sum * std::max(1.0, ratio * ratio);
}

/// The relative variance of Σ m_k is that of the regression along the mean of φ, weighted by the costs m_k, plus
/// Σ m_k² (e^{s²} − 1)/(Σ m_k)² of the points' own noise s.
TotalCost CostModel::total(std::span<const std::size_t> points, double weight) {
  refresh();
  if (points.empty()) return {.seconds = 0, .factor = 1};
  double sum = 0;
  double squares = 0;
  std::vector<double> mean(coefficients_.size(), 0);
  for (const std::size_t index : points) {
    const std::vector<double> u = coordinates(index);
    const std::vector<double> phi = features(u);
    const double cost = std::exp(log_seconds(index, u, phi));
    sum += cost;
    squares += cost * cost;
    for (std::size_t i = 0; i < phi.size(); ++i) mean[i] += cost * phi[i];
  }
  for (double& part : mean) part /= sum;
  const double own = squares / (sum * sum) * std::expm1(noise_ * noise_);
  return {.seconds = sum * weight, .factor = std::exp(std::sqrt(variance_along(mean) + own))};
}

}  // namespace glasscape
