#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "glasscape/core/point_context.hpp"
#include "glasscape/solvers/two_time/equations.hpp"

namespace glasscape::two_time {

/// The dynamics as one discretisation has it. Times obey 0 ≤ s ≤ t ≤ time_reached().
class Run {
 public:
  virtual ~Run() = default;

  virtual double time_reached() const = 0;
  virtual std::size_t rows() const = 0;  ///< times at which the equations were solved

  virtual double overlap(std::size_t direction, double t) const = 0;
  virtual double multiplier(double t) const = 0;
  virtual double correlation(double t, double s) const = 0;
  virtual double response(double t, double s) const = 0;             ///< 1 at s = t
  virtual double integrated_response(double t, double s) const = 0;  ///< ∫ₛᵗ R(t,u) du

  /// ∫₀ᵗ R(t,s) · coefficient w(t) w(s) C(t,s)^power ds of one kernel term: what energies are made of.
  virtual double memory_integral(std::size_t term, double t) const = 0;
};

/// A number and the estimate of its numerical error, absolute.
struct Estimate {
  double value = 0;
  double error = 0;
};

/// Any quantity of a run: dynamics.estimate([&](const Run& run) { return run.correlation(t, s); })
using Quantity = std::function<double(const Run&)>;

/// The dynamics with errors: several runs of different resolution, whose weighted sum is the value, and whose other
/// weighted sum its error.
class Dynamics {
 public:
  struct Resolution {
    std::shared_ptr<const Run> run;
    double value_weight = 0;
    double error_weight = 0;
  };

  /// `common_error`: relative, of what all resolutions have in common and their differences do not show.
  Dynamics(std::vector<Resolution> resolutions, std::string trouble, double common_error = 0);

  double time_reached() const;                             ///< by all runs
  std::size_t rows() const;                                ///< of the finest run, which is the first
  const std::string& trouble() const { return trouble_; }  ///< why the runs ended before their time; mostly empty

  /// The value; and the largest error, relative to it, of times close by: an error may pass through zero.
  Estimate estimate(const Quantity& quantity) const;
  Estimate momentary_estimate(const Quantity& quantity) const;  ///< without times close by

 private:
  Estimate weighted(const Quantity& quantity, double rate) const;

  std::vector<Resolution> resolutions_;
  std::string trouble_;
  double common_error_;
};

enum class Scheme { log_time, uniform };

struct Options {
  Scheme scheme = Scheme::log_time;
  double t_max = 1e5;
  double tolerance = 1e-4;                            ///< relative, of energy, multiplier and overlaps
  std::vector<double> times = {};                     ///< at which it holds, and at the end; empty: at all times
  std::vector<std::pair<double, double>> pairs = {};  ///< t ≥ s at which C(t,s) is as precise as C(t,0) at the times

  /// Ends the march early: asked after each time that was solved, with the overlaps there.
  std::function<bool(double t, std::span<const double> overlaps)> enough = {};
};

/// Marches the equations from t = 0. Nothing where the sweep stops: the state is then in the context's checkpoint,
/// and the next call goes on from it.
std::unique_ptr<Dynamics> solve(const Equations& equations, const Options& options, PointContext& context);

}  // namespace glasscape::two_time
