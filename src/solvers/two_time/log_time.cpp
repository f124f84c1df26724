#include "log_time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "glasscape/wrap/petsc.hpp"
#include "march.hpp"
#include "overlap_stencil.hpp"

namespace glasscape::two_time {

namespace {

/// What a march answers.
class LogTimeRun final : public Run {
 public:
  LogTimeRun(History history, double end)
      : history_(std::move(history)), time_reached_(std::min(end, history_.times().back())) {}

  double time_reached() const override { return time_reached_; }
  std::size_t rows() const override { return history_.rows().size(); }

  double overlap(std::size_t direction, double t) const override {
    const Start& start = history_.start();
    if (t < history_.times().front()) return start.overlaps[direction] + t * start.overlap_slopes[direction];
    std::size_t first = 0;
    const Stencil weight = history_.weights(t, first);
    Stencil overlaps;
    for (int d = 0; d < stencil; ++d) overlaps[d] = history_.rows()[first + d].overlaps[direction];
    return OverlapStencil(overlaps).at(weight);
  }
  double multiplier(double t) const override {
    const double first = history_.times().front();
    const double start = history_.start().multiplier;
    if (t < first) return start + t / first * (history_.rows().front().multiplier - start);
    return sum(t, [](const Row& row) { return row.multiplier; });
  }
  double correlation(double t, double s) const override { return history_.at(t, s).correlation; }
  double response(double t, double s) const override { return history_.at(t, s).response; }
  double integrated_response(double t, double s) const override { return history_.integrated_response(t, s); }
  double memory_integral(std::size_t term, double t) const override {
    if (t < history_.times().front()) return t * initial_rate(term, t);
    return sum(t, [term](const Row& row) { return row.memory_integrals[term]; });
  }

 private:
  /// The integral by t, which is linear in t before the first row.
  double initial_rate(std::size_t term, double t) const {
    const std::vector<double>& times = history_.times();
    const auto rate = [&](std::size_t row) { return history_.rows()[row].memory_integrals[term] / times[row]; };
    return std::lerp(rate(0), rate(1), (t - times[0]) / (times[1] - times[0]));
  }

  template <class Quantity>
  double sum(double t, const Quantity& quantity) const {
    std::size_t first = 0;
    const Stencil weight = history_.weights(t, first);
    double total = 0;
    for (int d = 0; d < stencil; ++d) total += weight[d] * quantity(history_.rows()[first + d]);
    return total;
  }

  History history_;
  double time_reached_;
};

/// Resolutions lie on a ladder of half rungs, and a march is compared with that a whole rung above. The error of rows
/// falls with the fifth power of their spacing or a little slower: the finer of two neighbours errs by 0.2 to 0.35 of
/// their difference in late correlations, by 0.3 to 0.5 in overlaps and multipliers, and the value extrapolated from
/// both by less than 0.2 of it (measured on pure, mixed and planted models, before and after jumps), up to 0.4 within
/// jumps; in correlations by less than 0.11, but late and at the coarsest resolutions (0.24 seen). The stated error is
/// 0.4.
constexpr double lowest = 4.5;        ///< rows an octave
constexpr double finest = 27;         ///< likewise
constexpr double half_rung = 1.1547;  ///< √(4/3)
constexpr double extrapolation = 0.32;
constexpr double error_share = 0.4;
constexpr double correlation_share = 0.11;
constexpr double quadrature_error = 2e-8;  ///< of panels and cells as wide at all resolutions: seen where nothing moves
constexpr double error_fall = 4.2;         ///< over a whole rung: (4/3)^5
constexpr double late_tolerance = 1e-5 / 4;  ///< is enough for correlations from t = 1e6 on

double rows_of(std::size_t half_rungs) { return lowest * std::pow(half_rung, static_cast<double>(half_rungs)); }

std::size_t half_rungs_up_to(double rows) {
  return static_cast<std::size_t>(std::max(0L, std::lround(std::log(rows / lowest) / std::log(half_rung))));
}

/// Measured on the same models: up to t = 1e6 the pair of 4.5 and 6 rows an octave is right to 1e-4, later that of 6
/// and 8, for errors of the slow modes grow with age. Mixtures need more, 5.2 and 6.9, for their jumps; from 1e5 on
/// they are damped, at the cost of an order, and count as late. Right to 1e-6 is the pair of 10.7 and 14.2, later that
/// of 12.3 and 16.4. Kernels of higher powers are unstable below 10.7 rows from t = 4e6 (C⁹) to 1e7 (C³) on.
std::size_t coarsest_rung(const Equations& equations, const Options& options) {
  const double looser = 1e-4 / options.tolerance;
  const bool is_mixture = equations.memory.size() > 1;
  constexpr double usual_time = 0.1;  // microscopic; of these models 0.3 to 0.5
  const double age = options.t_max * std::max(1.0, usual_time / microscopic_time(equations));
  const bool is_late = age > (is_mixture ? 1e5 : 1e6);
  const bool is_steep = equations.memory.size() == 1 && equations.memory.front().power > 2 && age > 2e6;
  const double rows = is_late ? 6 * std::pow(looser, 0.15) : (is_mixture ? 5.2 : lowest) * std::pow(looser, 0.1875);
  const double least = is_steep ? 10.5 : age > 1e6 ? 5.25 : lowest;
  return half_rungs_up_to(std::clamp(rows, least, finest * 0.5625));
}

Resolution resolution_for(double rows) {
  // below 1e-6 it is the panels' error that is seen, which shorter steps do not cure
  return {.rows_per_octave = rows, .prediction_error = std::max(1e-4 * std::pow(8 / rows, 5), 1e-6)};
}

/// The marches of one point, up a ladder of resolutions until two neighbours are stable and agree; and what is left of
/// them between two sessions.
class Ladder {
 public:
  Ladder(const Equations& equations, const Options& options, PointContext& context)
      : equations_(equations), options_(options), context_(context), coarsest_(coarsest_rung(equations, options)) {
    if (const auto state = context.checkpoint().latest()) restore(*state);
  }

  /// Nothing where the sweep stops.
  std::unique_ptr<Dynamics> climb() {
    for (;;) {
      double end = options_.t_max;  // of the two marches that are compared, whatever others came before
      for (std::size_t i = 0; i < 2; ++i) {
        if (i == marches_.size()) begin({});
        if (!advance(*marches_[i], end)) return nullptr;
      }
      const Verdict verdict = judge(end);
      const std::size_t rungs = std::min(verdict.rungs, rungs_left());
      if (rungs == 0) {
        if (context_.keeps_state()) commit();
        return dynamics(verdict.trouble, end);
      }
      climb_by(rungs);
    }
  }

 private:
  struct Verdict {
    std::string trouble;    ///< empty where both marches are stable and agree
    std::size_t rungs = 0;  ///< so much finer they have to be
  };

  std::size_t rungs_left() const {
    std::size_t left = 0;
    while (rows_of(rung_of(2 + left)) < finest) ++left;
    return left;
  }

  void climb_by(std::size_t rungs) {
    marches_.erase(marches_.begin(), marches_.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(rungs, 2)));
    coarsest_ += 2 * rungs;
  }

  std::size_t rung_of(std::size_t march) const { return coarsest_ + 2 * march; }  ///< in half rungs

  void begin(std::span<const std::byte> state) {
    const Resolution resolution = resolution_for(rows_of(rung_of(marches_.size())));
    marches_.push_back(state.empty() ? std::make_unique<March>(equations_, resolution)
                                     : std::make_unique<March>(equations_, resolution, state));
  }

  /// To the end of time, or a little beyond what is enough: there all runs have come.
  bool advance(March& march, double& end) {
    for (const Row& row : march.history().rows()) shorten(end, row);
    while (march.time() < end) {
      context_.report("t", march.time());
      const bool stop = context_.should_stop() && march.at_safe_place();
      if (stop || context_.checkpoint_is_due()) commit();
      if (stop) return false;
      if (!march.advance()) break;
      shorten(end, march.history().rows().back());
    }
    return true;
  }

  void shorten(double& end, const Row& row) const {
    if (end == options_.t_max && options_.enough && options_.enough(row.t(), row.overlaps)) {
      end = std::min(end, 1.1 * row.t());
    }
  }

  Verdict judge(double end) const {
    for (const auto& march : {&marches_.back(), &marches_.front()}) {
      if (!(*march)->trouble().empty()) return {(*march)->trouble(), 1};
    }
    return inaccuracy(LogTimeRun(marches_.front()->history().until(end), end),
                      LogTimeRun(marches_.back()->history().until(end), end), end);
  }

  std::unique_ptr<Dynamics> dynamics(const std::string& trouble, double end) const {
    // a state that was kept may go beyond the end that is asked for now
    const auto run = [end](const March& march) {
      return std::make_shared<LogTimeRun>(march.history().until(end), end);
    };
    std::vector<Dynamics::Resolution> resolutions;
    resolutions.push_back(
        {.run = run(*marches_.back()), .value_weight = 1 + extrapolation, .error_weight = error_share});
    resolutions.push_back(
        {.run = run(*marches_.front()), .value_weight = -extrapolation, .error_weight = -error_share});
    return std::make_unique<Dynamics>(std::move(resolutions), trouble, quadrature_error);
  }

  std::vector<double> judged_times(double end) const {
    std::vector<double> times = options_.times;
    if (times.empty()) {
      for (double t = 1e-2; t < end; t *= 1.1) times.push_back(t);
    }
    std::erase_if(times, [end](double t) { return t > end; });
    times.insert(times.end(), {0, std::min(1e-2, end), end});  // overlaps that die out are large at the start
    std::ranges::sort(times);
    return times;
  }

  /// What has to be right: of the value extrapolated, the error is at most this share of the difference, and may be the
  /// tolerance times this scale.
  struct Judged {
    std::function<double(const Run&, double)> quantity;
    double share;
    std::function<double(double t, double value, double largest)> scale;
  };

  double correlation_scale(double t, double value) const {
    const double looser = t < 1e6 ? 1 : std::max(1.0, late_tolerance / options_.tolerance);
    return 4 * looser * std::max(std::abs(value), 1e-4);
  }

  /// An overlap that has died out is let go.
  std::vector<Judged> judged_quantities() const {
    const auto relative = [](double, double value, double largest) {
      return std::max(std::abs(value), 1e-3 * largest);
    };
    const auto of_correlation = [this](double t, double value, double) { return correlation_scale(t, value); };
    const auto multiplier = [](const Run& run, double t) { return run.multiplier(t); };
    const auto since_start = [](const Run& run, double t) { return run.correlation(t, 0); };
    const auto half = [](const Run& run, double t) { return run.correlation(t, t / 2); };
    std::vector<Judged> judged{{multiplier, error_share, relative},
                               {since_start, correlation_share, of_correlation},
                               {half, correlation_share, of_correlation}};
    for (std::size_t i = 0; i < equations_.directions.size(); ++i) {
      judged.push_back({[i](const Run& run, double t) { return run.overlap(i, t); }, error_share, relative});
    }
    for (std::size_t i = 0; i < equations_.memory.size(); ++i) {
      judged.push_back({[i](const Run& run, double t) { return run.memory_integral(i, t); }, error_share, relative});
    }
    return judged;
  }

  /// Where the two resolutions differ too much, by the worst error.
  Verdict inaccuracy(const Run& coarse, const Run& fine, double end) const {
    const std::vector<Judged> judged = judged_quantities();
    std::vector<double> largest(judged.size());
    double worst = 0;
    double where = 0;
    const double reached = std::min({end, coarse.time_reached(), fine.time_reached()});
    const auto compare = [&](double t, double value, double error, double size) {
      error += quadrature_error * std::abs(value);
      if (error == 0 || error <= worst * size) return;
      worst = std::isnan(error) ? infinity : error / size;
      where = t;
    };
    for (const double t : judged_times(reached)) {
      for (std::size_t i = 0; i < judged.size(); ++i) {
        const auto& [quantity, share, scale] = judged[i];
        const double value = quantity(fine, t);
        largest[i] = std::max(largest[i], std::abs(value));
        compare(t, value, share * std::abs(value - quantity(coarse, t)), scale(t, value, largest[i]));
      }
    }
    for (const auto& [t, s] : options_.pairs) {
      if (t > reached) continue;
      const double value = fine.correlation(t, s);
      compare(t, value, correlation_share * std::abs(value - coarse.correlation(t, s)), correlation_scale(t, value));
    }
    if (worst <= options_.tolerance) return {};
    return {fmt::format("inaccurate at t = {:.3g}: relative error {:.1e}", where, worst),
            static_cast<std::size_t>(
                std::clamp(std::ceil(std::log(worst / options_.tolerance) / std::log(error_fall)), 1.0, 99.0))};
  }

  // A state: the coarse march's rung, then the marches, each after its length.
  void commit() const {
    std::vector<std::byte> all;
    const auto add_number = [&all](std::uint64_t number) {
      const auto* const bytes = reinterpret_cast<const std::byte*>(&number);
      all.insert(all.end(), bytes, bytes + sizeof number);
    };
    add_number(coarsest_);
    for (const auto& march : marches_) {
      const std::vector<std::byte> state = march->state();
      add_number(state.size());
      all.insert(all.end(), state.begin(), state.end());
    }
    context_.checkpoint().commit(all);
  }

  void restore(std::span<const std::byte> state) {
    const auto take_number = [&state] {
      std::uint64_t number = 0;
      std::memcpy(&number, state.data(), sizeof number);
      state = state.subspan(sizeof number);
      return number;
    };
    const std::size_t first = take_number();
    if ((first + coarsest_) % 2 == 1) return;  // of an earlier end: between the rungs for this one
    const std::size_t wanted = coarsest_;
    coarsest_ = std::max(first, wanted);
    for (std::size_t rung = first; !state.empty(); rung += 2) {
      const std::size_t size = take_number();
      if (rung >= wanted) begin(state.first(size));  // else too coarse
      state = state.subspan(size);
    }
  }

  const Equations& equations_;
  const Options& options_;
  PointContext& context_;
  std::size_t coarsest_;                         // rung of the first march
  std::vector<std::unique_ptr<March>> marches_;  // each a whole rung finer than the one before
};

}  // namespace

std::unique_ptr<Dynamics> log_time(const Equations& equations, const Options& options, PointContext& context) {
  wrap::petsc::start(context.team());
  return Ladder(equations, options, context).climb();
}

}  // namespace glasscape::two_time
