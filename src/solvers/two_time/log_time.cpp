#include "log_time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "glasscape/wrap/petsc.hpp"
#include "march.hpp"

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
    return sum(t, [direction](const Row& row) { return row.overlaps[direction]; });
  }
  double multiplier(double t) const override {
    return sum(std::max(t, history_.times().front()), [](const Row& row) { return row.multiplier; });
  }
  double correlation(double t, double s) const override { return history_.at(t, s).correlation; }
  double response(double t, double s) const override { return history_.at(t, s).response; }
  double integrated_response(double t, double s) const override { return history_.integrated_response(t, s); }
  double memory_integral(std::size_t term, double t) const override {
    const double first = history_.times().front();
    const auto integral = [term](const Row& row) { return row.memory_integrals[term]; };
    return t < first ? t / first * integral(history_.rows().front()) : sum(t, integral);
  }

 private:
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

/// Resolutions rise by this factor. The error of rows falls with the power 4.5 of their spacing (between 4 and 5): the
/// coarser of two neighbours has 3.65 times the error of the finer one, so that
/// the finer one errs by 0.38 of their difference; half as much again is a safe bound.
constexpr double rung = 4.0 / 3;
constexpr double error_share = 0.57;
constexpr int most_rungs = 5;

/// Measured on the pure and mixed spherical models: 8 rows an octave are right to 1e-4 up to t = 1e7, 16 to 1e-6.
Resolution resolution_for(double tolerance, int level) {
  const double coarsest = std::max(6 * std::pow(1e-4 / tolerance, 0.15), 5.25);
  const double rows = coarsest * std::pow(rung, level);
  return {.rows_per_octave = rows, .prediction_error = 1e-4 * std::pow(8 / rows, 5)};
}

/// The marches of one point, up a ladder of resolutions until two neighbours are stable and agree; and what is left of
/// them between two sessions.
class Ladder {
 public:
  Ladder(const Equations& equations, const Options& options, PointContext& context)
      : equations_(equations), options_(options), context_(context) {
    if (const auto state = context.checkpoint().latest()) restore(*state);
  }

  /// Nothing where the sweep stops.
  std::unique_ptr<Dynamics> climb() {
    double end = options_.t_max;
    for (;;) {
      for (std::size_t i = 0; i < 2; ++i) {
        if (i == marches_.size()) begin(first_level_ + i, {});
        if (!advance(*marches_[i], end)) return nullptr;
      }
      const std::string trouble = trouble_of(*marches_[0], *marches_[1], end);
      if (trouble.empty() || first_level_ + 2 == most_rungs) {
        if (context_.keeps_state()) commit();
        return dynamics(trouble, end);
      }
      marches_.erase(marches_.begin());
      ++first_level_;
    }
  }

 private:
  void begin(std::size_t level, std::span<const std::byte> state) {
    const Resolution resolution = resolution_for(options_.tolerance, static_cast<int>(level));
    marches_.push_back(state.empty() ? std::make_unique<March>(equations_, resolution)
                                     : std::make_unique<March>(equations_, resolution, state));
  }

  /// To the end of time, or a little beyond what is enough: there all runs have come.
  bool advance(March& march, double& end) {
    for (const Row& row : march.history().rows()) shorten(end, row);
    while (march.time() < end) {
      context_.report("t", march.time());
      const bool stop = context_.should_stop();
      if (march.at_safe_place()) {
        if (stop) commit();
        if (stop) return false;
        if (context_.checkpoint_is_due()) commit();
      }
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

  std::string trouble_of(const March& coarse, const March& fine, double end) const {
    for (const March* march : {&fine, &coarse}) {
      if (!march->trouble().empty()) return march->trouble();
    }
    return inaccuracy(*dynamics({}, end));
  }

  std::unique_ptr<Dynamics> dynamics(const std::string& trouble, double end) const {
    // a state that was kept may go beyond the end that is asked for now
    const auto run = [end](const March& march) {
      return std::make_shared<LogTimeRun>(march.history().until(end), end);
    };
    std::vector<Dynamics::Resolution> resolutions;
    resolutions.push_back({.run = run(*marches_.back()), .value_weight = 1, .error_weight = error_share});
    resolutions.push_back({.run = run(*marches_.front()), .value_weight = 0, .error_weight = -error_share});
    return std::make_unique<Dynamics>(std::move(resolutions), trouble);
  }

  /// Where the two resolutions differ too much: in the value, or in the time at which it is reached. Small is what is
  /// small against the largest value so far.
  std::string inaccuracy(const Dynamics& dynamics) const {
    std::vector<std::function<double(const Run&, double)>> quantities = {
        [](const Run& run, double t) { return run.multiplier(t); }};
    for (std::size_t i = 0; i < equations_.directions.size(); ++i) {
      quantities.emplace_back([i](const Run& run, double t) { return run.overlap(i, t); });
    }
    std::vector<double> largest(quantities.size());
    for (double t = 1e-2; t < dynamics.time_reached(); t *= 1.3) {
      for (std::size_t i = 0; i < quantities.size(); ++i) {
        const Estimate estimate = dynamics.estimate([&](const Run& run) { return quantities[i](run, t); });
        largest[i] = std::max(largest[i], std::abs(estimate.value));
        const double later = std::min(1.02 * t, dynamics.time_reached());
        const double change = dynamics.estimate([&](const Run& run) { return quantities[i](run, later); }).value;
        const double by_clock = later > t ? std::abs(change - estimate.value) / std::log(later / t) : 0;
        const double size = std::max(std::abs(estimate.value), 1e-3 * largest[i]) + by_clock;
        if (estimate.error > options_.tolerance * size) {
          return fmt::format("inaccurate at t = {:.3g}: relative error {:.1e}", t, estimate.error / size);
        }
      }
    }
    return {};
  }

  // A state: the first level, then the marches, each after its length.
  void commit() const {
    std::vector<std::byte> all;
    const auto add_number = [&all](std::uint64_t number) {
      const auto* const bytes = reinterpret_cast<const std::byte*>(&number);
      all.insert(all.end(), bytes, bytes + sizeof number);
    };
    add_number(first_level_);
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
      return static_cast<std::size_t>(number);
    };
    first_level_ = take_number();
    while (!state.empty()) {
      const std::size_t size = take_number();
      begin(first_level_ + marches_.size(), state.first(size));
      state = state.subspan(size);
    }
  }

  const Equations& equations_;
  const Options& options_;
  PointContext& context_;
  std::size_t first_level_ = 0;
  std::vector<std::unique_ptr<March>> marches_;  // of the first level and the next
};

}  // namespace

std::unique_ptr<Dynamics> log_time(const Equations& equations, const Options& options, PointContext& context) {
  wrap::petsc::start(context.team());
  return Ladder(equations, options, context).climb();
}

}  // namespace glasscape::two_time
