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
  explicit LogTimeRun(History history) : history_(std::move(history)) {}

  double time_reached() const override { return history_.times().back(); }
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
};

// The rows' error falls with the power 4.5 of their spacing (between 4 and 5). The coarse run's error is then
// 1.4^4.5 = 4.5 times the fine one's, the difference 3.5 times: half of it is a safe bound.
constexpr double order_of_rows = 4.5;
constexpr double coarsening = 1.4;
constexpr double error_share = 0.5;

Resolution resolution_for(double tolerance, double coarser) {
  const double rows = std::clamp(8 * std::pow(1e-4 / tolerance, 1 / order_of_rows), 6.0, 40.0) / coarser;
  return {.rows_per_octave = rows, .prediction_error = 1e-4 * std::pow(8 / rows, 5)};
}

/// The marches of one point, finest first, and what is left of them between two sessions.
class Marches {
 public:
  Marches(const Equations& equations, const Options& options, PointContext& context)
      : equations_(equations), options_(options), context_(context), states_(split(context.checkpoint().latest())) {}

  /// False where the sweep stops.
  bool run() {
    double end = options_.t_max;
    for (std::size_t i = 0; i < coarser_.size(); ++i) {
      const Resolution resolution = resolution_for(options_.tolerance, coarser_[i]);
      if (states_[i].empty())
        marches_[i] = std::make_unique<March>(equations_, resolution);
      else
        marches_[i] = std::make_unique<March>(equations_, resolution, states_[i]);
      if (!advance(*marches_[i], end, i == 0)) return false;
      end = std::min(end, marches_[i]->time());
    }
    if (context_.keeps_state()) commit();
    return true;
  }

  std::unique_ptr<Dynamics> result() {
    std::vector<Dynamics::Resolution> resolutions;
    std::string trouble;
    for (std::size_t i = 0; i < coarser_.size(); ++i) {
      if (trouble.empty()) trouble = marches_[i]->trouble();
      resolutions.push_back({.run = std::make_shared<LogTimeRun>(marches_[i]->history()),
                             .value_weight = i == 0 ? 1.0 : 0.0,
                             .error_weight = i == 0 ? error_share : -error_share});
    }
    auto dynamics = std::make_unique<Dynamics>(resolutions, trouble);
    if (trouble.empty()) trouble = inaccuracy(*dynamics);
    return trouble.empty() ? std::move(dynamics) : std::make_unique<Dynamics>(std::move(resolutions), trouble);
  }

 private:
  static constexpr std::array<double, 2> coarser_ = {1, coarsening};

  bool advance(March& march, double end, bool leads) {
    double enough = infinity;
    while (march.time() < std::min(end, enough)) {
      const bool stop = context_.should_stop();
      if (march.at_safe_place()) {
        if (stop) commit();
        if (stop) return false;
        if (context_.checkpoint_is_due()) commit();
      }
      if (!march.advance()) break;
      const Row& row = march.history().rows().back();
      // a little beyond, so that the coarse run has come to the same point, too
      if (leads && options_.enough && enough == infinity && options_.enough(row.t(), row.overlaps)) {
        enough = 1.1 * row.t();
      }
    }
    return true;
  }

  /// Where the two resolutions differ too much: then the number would be wrong. Small is what is small against the
  /// largest value so far.
  std::string inaccuracy(const Dynamics& dynamics) const {
    std::vector<std::function<double(const Run&, double)>> quantities = {
        [](const Run& run, double t) { return run.multiplier(t); }};
    for (std::size_t i = 0; i < equations_.directions.size(); ++i) {
      quantities.emplace_back([i](const Run& run, double t) { return run.overlap(i, t); });
    }
    std::vector<double> largest(quantities.size());
    const double reached = std::min(dynamics.time_reached(), options_.t_max);
    for (double t = 1e-2; t < reached; t *= 1.3) {
      for (std::size_t i = 0; i < quantities.size(); ++i) {
        const Estimate estimate = dynamics.estimate([&](const Run& run) { return quantities[i](run, t); });
        largest[i] = std::max(largest[i], std::abs(estimate.value));
        const double size = std::max(std::abs(estimate.value), 1e-3 * largest[i]);
        if (estimate.error > unacceptable * options_.tolerance * size) {
          return fmt::format("inaccurate at t = {:.3g}: two resolutions differ by {:.1e}, relative", t,
                             estimate.error / error_share / size);
        }
      }
    }
    return {};
  }
  static constexpr double unacceptable = 30;  // times the tolerance

  void commit() const {
    std::vector<std::byte> all;
    for (const auto& march : marches_) {
      const std::vector<std::byte> state = march ? march->state() : std::vector<std::byte>();
      const std::uint64_t size = state.size();
      const auto* const bytes = reinterpret_cast<const std::byte*>(&size);
      all.insert(all.end(), bytes, bytes + sizeof size);
      all.insert(all.end(), state.begin(), state.end());
    }
    context_.checkpoint().commit(all);
  }

  using States = std::array<std::vector<std::byte>, 2>;
  static States split(const std::optional<std::vector<std::byte>>& all) {
    States states;
    if (!all) return states;
    auto next = all->begin();
    for (std::vector<std::byte>& state : states) {
      std::uint64_t size = 0;
      std::memcpy(&size, &*next, sizeof size);
      next += sizeof size;
      state.assign(next, next + static_cast<std::ptrdiff_t>(size));
      next += static_cast<std::ptrdiff_t>(size);
    }
    return states;
  }

  const Equations& equations_;
  const Options& options_;
  PointContext& context_;
  States states_;
  std::array<std::unique_ptr<March>, 2> marches_;
};

}  // namespace

std::unique_ptr<Dynamics> log_time(const Equations& equations, const Options& options, PointContext& context) {
  wrap::petsc::start(context.team());
  Marches marches(equations, options, context);
  return marches.run() ? marches.result() : nullptr;
}

}  // namespace glasscape::two_time
