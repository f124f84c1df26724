#include "trapezoid.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace glasscape::two_time {

namespace {

constexpr double converged = 1e-13;  // change of C and R, and relative one of overlaps, by the last correction
constexpr int most_corrections = 60;

/// Weights of the rows −1, −2, … that extrapolate a polynomial to row 0: (−1)^k (d+1 choose k+1).
std::vector<double> extrapolation(std::size_t degree) {
  std::vector<double> weights(degree + 1);
  double binomial = 1;
  for (std::size_t k = 0; k <= degree; ++k) {
    binomial *= -static_cast<double>(degree + 1 - k) / static_cast<double>(k + 1);
    weights[k] = -binomial;
  }
  return weights;
}

/// With the C and R of rows 0 … n−1, adds for each j
///
///   pulled[j]   += Σ_u C(j,u) pull[u],   driven[j] += Σ_{u≤j} R(j,u) drive[u],   returned[j] += Σ_{u≥j} R(u,j)
///   pull[u]:
///
/// where all the time goes, hence in one pass over both triangles.
void multiply(const UniformGrid& grid, const double* pull, const double* drive, double* pulled, double* driven,
              double* returned) {
  for (std::size_t j = 0; j < grid.rows(); ++j) {
    const double* c = grid.correlation.row(j).data();
    const double* r = grid.response.row(j).data();
    const double own = pull[j];
    double sum_pulled = 0, sum_driven = 0;
#pragma omp simd reduction(+ : sum_pulled, sum_driven)
    for (std::size_t u = 0; u < j; ++u) {
      sum_pulled += c[u] * pull[u];
      sum_driven += r[u] * drive[u];
      pulled[u] += c[u] * own;
      returned[u] += r[u] * own;
    }
    pulled[j] += sum_pulled + own;  // C(j,j) = R(j,j) = 1
    driven[j] += sum_driven + drive[j];
    returned[j] += own;
  }
}

enum class Measure { absolute, relative };

/// The largest change of a number; infinite where one is not finite.
double change(const std::vector<double>& before, const std::vector<double>& after, Measure measure) {
  double largest = 0;
  for (std::size_t j = 0; j < before.size(); ++j) {
    const double difference = std::abs(after[j] - before[j]);
    if (!std::isfinite(difference)) return std::numeric_limits<double>::infinity();
    if (difference == 0) continue;
    const double scale = measure == Measure::absolute ? 1 : std::max(std::abs(after[j]), std::abs(before[j]));
    largest = std::max(largest, difference / scale);
  }
  return largest;
}

}  // namespace

Trapezoid::Trapezoid(const Equations& equations, double t_max, std::size_t steps) : equations_(equations) {
  grid_.t_max = t_max;
  grid_.steps = steps;
  grid_.correlation.reserve(steps + 1);
  grid_.response.reserve(steps + 1);
  grid_.overlaps.resize(equations.directions.size());
  Row start{.correlation = {1}, .response = {1}, .overlaps = {}};
  for (const Direction& direction : equations.directions) start.overlaps.push_back(direction.initial_overlap);
  weigh_memory(start);
  gain_overlaps(start);
  start.multiplier = gain_.multiplier;
  accept(start);
}

bool Trapezoid::advance() {
  Row row = predicted();
  for (int correction = 0; correction < most_corrections; ++correction) {
    Row better = corrected(row);
    const double moved = std::max({change(row.correlation, better.correlation, Measure::absolute),
                                   change(row.response, better.response, Measure::absolute),
                                   change(row.overlaps, better.overlaps, Measure::relative)});
    row = std::move(better);
    if (!std::isfinite(moved)) return false;
    if (moved < converged) {
      accept(row);
      return true;
    }
  }
  return false;
}

void Trapezoid::carry(Numbers& numbers) {
  grid_.carry(numbers);
  for (auto* list : {&rate_.correlation, &rate_.response, &rate_.overlaps}) numbers.carry(*list);
}

/// By polynomials in t through the last rows: at fixed s for the older half of a row, at fixed t − s for the newer,
/// where C and R are functions mostly of t − s.
Trapezoid::Row Trapezoid::predicted() const {
  const std::size_t rows = grid_.rows();
  const auto weights = extrapolation(std::min<std::size_t>(4, (rows - 1) / 2));
  Row row{.correlation = std::vector<double>(rows + 1, 0.0),
          .response = std::vector<double>(rows + 1, 0.0),
          .overlaps = std::vector<double>(grid_.overlaps.size(), 0.0)};
  for (std::size_t k = 0; k < weights.size(); ++k) {
    const std::size_t past = rows - 1 - k;
    const auto c = grid_.correlation.row(past), r = grid_.response.row(past);
    for (std::size_t j = 0; j < rows; ++j) {
      const std::size_t from = 2 * j < rows ? j : std::max(j, k + 1) - (k + 1);
      row.correlation[j] += weights[k] * c[std::min(from, past)];
      row.response[j] += weights[k] * r[std::min(from, past)];
    }
    for (std::size_t i = 0; i < row.overlaps.size(); ++i) row.overlaps[i] += weights[k] * grid_.overlaps[i][past];
  }
  row.correlation[rows] = row.response[rows] = 1;
  return row;
}

Trapezoid::Row Trapezoid::corrected(const Row& row) {
  weigh_memory(row);
  integrate_memory(row);
  gain_overlaps(row);
  const double half = grid_.step() / 2, damping = 1 + half * gain_.multiplier;
  const std::size_t last = grid_.rows() - 1;
  Row better = row;
  better.multiplier = gain_.multiplier;
  for (std::size_t j = 0; j <= last; ++j) {
    better.correlation[j] =
        (grid_.correlation(last, j) + half * (rate_.correlation[j] + gain_.correlation[j])) / damping;
    better.response[j] = (grid_.response(last, j) + half * (rate_.response[j] + gain_.response[j])) / damping;
  }
  for (std::size_t i = 0; i < row.overlaps.size(); ++i) {
    better.overlaps[i] = (grid_.overlaps[i][last] + half * (rate_.overlaps[i] + gain_.overlaps[i])) / damping;
  }
  return better;
}

/// The integrands, and of μ what the memory adds.
void Trapezoid::weigh_memory(const Row& row) {
  const std::size_t last = row.correlation.size() - 1;
  const double t = grid_.time(last);
  pulled_.resize(last + 1);
  driven_.resize(last + 1);
  gain_.multiplier = equations_.temperature(t);
  if (last == 0) return;
  for (std::size_t u = 0; u <= last; ++u) {
    const KernelValue q = kernel(equations_.memory, row.correlation[u], t, grid_.time(u));
    const double weighted_response = (u == 0 || u == last ? 0.5 : 1.0) * grid_.step() * row.response[u];
    pulled_[u] = weighted_response * q.second;
    driven_[u] = grid_.step() * q.first;
    gain_.multiplier += pulled_[u] * row.correlation[u] + weighted_response * q.first;
  }
}

/// The memory's gains of C and R at all s < t.
void Trapezoid::integrate_memory(const Row& row) {
  const std::size_t last = grid_.rows();
  std::vector<double> driven(last, 0.0);
  gain_.correlation.assign(last, 0.0);
  gain_.response.assign(last, 0.0);
  multiply(grid_, pulled_.data(), driven_.data(), gain_.correlation.data(), driven.data(), gain_.response.data());
  for (std::size_t j = 0; j < last; ++j) {
    // the sums lack u = t, and have u = s, u = 0 in full where these are ends
    const double ends = (driven_[0] * grid_.response(j, 0) + driven_[j]) / 2;
    gain_.correlation[j] += pulled_[last] * row.correlation[j] + driven[j] - ends;
    gain_.response[j] += pulled_[last] * row.response[j] - (j > 0 ? pulled_[j] / 2 : 0);
  }
}

/// The gains of the overlaps, what directions add to those of C, and to μ.
void Trapezoid::gain_overlaps(const Row& row) {
  const std::size_t last = row.correlation.size() - 1;
  gain_.overlaps.assign(row.overlaps.size(), 0.0);
  for (std::size_t i = 0; i < row.overlaps.size(); ++i) {
    const std::vector<double>& past = grid_.overlaps[i];
    const double force = pull(equations_, equations_.directions[i], row.overlaps[i], grid_.time(last)).force;
    gain_.multiplier += force * row.overlaps[i];
    gain_.overlaps[i] = force + pulled_[last] * row.overlaps[i];
    for (std::size_t u = 0; u < last; ++u) {
      gain_.overlaps[i] += pulled_[u] * past[u];
      gain_.correlation[u] += force * past[u];
    }
  }
}

/// Appends the row, and keeps F there. On the diagonal ∂ₜC = −T, for C(t,t) = 1, and ∂ₜR = −μ.
void Trapezoid::accept(const Row& row) {
  const std::size_t last = grid_.rows();
  grid_.correlation.append(row.correlation);
  grid_.response.append(row.response);
  grid_.multiplier.push_back(row.multiplier);
  for (std::size_t i = 0; i < row.overlaps.size(); ++i) grid_.overlaps[i].push_back(row.overlaps[i]);

  rate_ = gain_;
  rate_.correlation.push_back(row.multiplier - equations_.temperature(grid_.time(last)));
  rate_.response.push_back(0);
  for (std::size_t j = 0; j <= last; ++j) {
    rate_.correlation[j] -= row.multiplier * row.correlation[j];
    rate_.response[j] -= row.multiplier * row.response[j];
  }
  for (std::size_t i = 0; i < row.overlaps.size(); ++i) rate_.overlaps[i] -= row.multiplier * row.overlaps[i];
}

}  // namespace glasscape::two_time
