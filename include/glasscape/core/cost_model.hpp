#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "glasscape/core/parameter_space.hpp"
#include "glasscape/core/solver.hpp"

namespace glasscape {

/// What one solved point took, in this sweep or an earlier one of the same solver.
struct CostSample {
  std::vector<double> values;  ///< by input position; NaN for a list
  double seconds = 0;
};

/// What many points cost together.
struct TotalCost {
  double seconds = 0;
  double factor = infinity;  ///< one standard error: the truth lies between seconds/factor and seconds*factor
};

/// What the points of a sweep cost: the solver's own estimate (else: all the same), corrected by measured durations.
/// With y = ln(measured/estimated) and the parameters u_i that vary, each mapped to [-1, 1] on a linear or a
/// logarithmic scale, y = β₀ + Σ β_i u_i + Σ β_ij u_i u_j + c(cell) + noise: a Bayesian linear regression, updated
/// sample by sample (recursive least squares, Bishop, Pattern Recognition and Machine Learning, eqs. 3.50 and 3.51),
/// and the mean of what it leaves in each cell of a coarse grid, for costs that peak at a transition.
class CostModel {
 public:
  CostModel(const SolverEntry& solver, const ParameterSpace& space, std::vector<CostSample> earlier = {});

  void observe(std::size_t index, double seconds);

  /// Expected seconds of a point on one team.
  double seconds(std::size_t index);

  /// Costliest first, equals as they are. While nothing is known, a few points from all over the grid come first, from
  /// which the costs of the others are learned.
  void order(std::span<std::size_t> points);

  /// Of all `points`, each counted `weight` times.
  TotalCost total(std::span<const std::size_t> points, double weight = 1);

  /// Whether there is an estimate or a measurement.
  bool is_known() const { return has_estimate_ || !samples_.empty(); }
  bool has_estimate() const { return has_estimate_; }
  const std::vector<CostSample>& samples() const { return samples_; }

 private:
  /// A parameter that varies, over the sweep's grid or among samples.
  struct Scale {
    std::size_t input = 0;
    bool logarithmic = false;
    double lower = 0;
    double upper = 0;
    std::vector<double> on_axis = {};  ///< u of an axis' values; empty where it is no axis
    std::size_t stride = 1;            ///< of the axis in a point's index
    double fixed = 0;                  ///< u where it is no axis

    double map(double value) const;
  };

  struct Cell {
    double sum = 0;
    double count = 0;
    double mean() const { return sum / (count + 1); }  ///< shrunk: one sample says half of what it seems to
  };

  void find_scales(const std::vector<CostSample>& earlier);
  void start_regression();
  void add(CostSample sample);
  void learn(const CostSample& sample);
  void refresh();
  bool looks_uniform(std::span<const std::size_t> points);

  double log_estimate(const Parameters& values) const;
  double log_estimate(const CostSample& sample) const;
  std::vector<double> coordinates(std::size_t index) const;
  std::vector<double> coordinates(const CostSample& sample) const;
  std::vector<double> features(const std::vector<double>& coordinates) const;
  static std::uint64_t cell_of(const std::vector<double>& coordinates);
  double regression(const std::vector<double>& features) const;
  double log_seconds(std::size_t index, const std::vector<double>& coordinates, const std::vector<double>& features);
  double variance_along(const std::vector<double>& features) const;

  const SolverEntry& solver_;
  const ParameterSpace& space_;
  bool has_estimate_;
  std::vector<Scale> scales_;
  std::vector<CostSample> samples_;
  std::vector<double> coefficients_;  ///< β
  std::vector<double> covariance_;    ///< of β, row-major
  std::size_t stride_ = 1;            ///< of the observations one in so many is kept
  std::size_t skipped_ = 0;
  std::size_t learned_ = 0;  ///< samples in all

  // follow from the samples, brought up to date when asked for and a twentieth of them is new
  std::optional<std::size_t> known_;  ///< so many samples when they were brought up to date last
  std::unordered_map<std::uint64_t, Cell> cells_;
  double noise_ = 0;     ///< standard deviation of ln(measured/predicted)
  double smearing_ = 1;  ///< mean of measured/predicted: Duan, J. Am. Stat. Assoc. 78, 605 (1983)
  double least_ = 0;     ///< of the samples' y
  double largest_ = 0;
};

}  // namespace glasscape
