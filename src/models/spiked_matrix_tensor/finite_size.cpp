#include "finite_size.hpp"

#include <array>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "glasscape/solvers/matrix.hpp"
#include "model.hpp"

namespace glasscape::spiked_matrix_tensor {

namespace {

constexpr std::uint64_t starts_block = std::uint64_t{1} << 49;  // of the disorder's stream: beyond all of the landscape

/// x = m₀ x* + √(1 − m₀²) z, z uniform on the sphere orthogonal to x*. The z belong to the sample: the same for all
/// algorithms and variances.
std::vector<double> random_starts(const Parameters& parameters, RandomStream random) {
  random.seek(starts_block);
  const auto size = static_cast<std::size_t>(parameters.integer("size"));
  const double m = parameters.real("initial_overlap");
  std::vector<double> points(size * static_cast<std::size_t>(parameters.integer("starts")));
  fill_normal(random, points);
  for (std::size_t first = 0; first < points.size(); first += size) {
    const auto z = std::span(points).subspan(first, size);
    const double along = Landscape::overlap(z);
    for (double& element : z) element -= along;
    finite_size::put_on_sphere(z, size);
    for (double& element : z) element = m + std::sqrt(1 - m * m) * element;
    finite_size::put_on_sphere(z, size);
  }
  return points;
}

/// The runs on one sample.
class SampleRun {
 public:
  SampleRun(const Parameters& parameters, const Clock& clock, const MakeMotion& make, PointContext& context,
            std::uint32_t replica)
      : context_(context),
        landscape_(covariance_of(parameters), static_cast<std::size_t>(parameters.integer("size")),
                   context.random(Purpose::disorder, replica)),
        observations_(parameters, clock),
        motion_(make([this](auto points, auto forces) { find_force(points, forces); }, context, replica)),
        points_(random_starts(parameters, context.random(Purpose::disorder, replica))) {}

  /// Nothing where stopped.
  std::optional<std::vector<double>> run(Checkpoint& checkpoint);

 private:
  void find_force(std::span<const double> points, std::span<double> forces) {
    landscape_.evaluate(points, forces);
    ++evaluations_;
  }

  bool advance(std::size_t event);
  void carry(Numbers& numbers, std::size_t& event);

  PointContext& context_;
  Landscape landscape_;
  Observations observations_;
  std::unique_ptr<finite_size::SphereMotion> motion_;
  std::vector<double> points_;
  double evaluations_ = 0;
};

/// The state before an event.
void SampleRun::carry(Numbers& numbers, std::size_t& event) {
  double of_motion = motion_->carried();
  numbers.carry(event);
  numbers.carry(evaluations_);
  numbers.carry(of_motion);
  motion_->carry(of_motion);
  numbers.carry(points_);
  observations_.carry(numbers);
}

/// From the event before.
bool SampleRun::advance(std::size_t event) {
  if (event == 0 || motion_->is_at_rest()) return !context_.should_stop();
  const auto& times = observations_.events();
  return motion_->advance(points_, times[event - 1], times[event], event, [this](const finite_size::Step& step) {
    observations_.note_step(step.time, step.points);
    context_.report("t", step.time);
    return !context_.should_stop();
  });
}

std::optional<std::vector<double>> SampleRun::run(Checkpoint& checkpoint) {
  const auto latest = checkpoint.latest();
  const auto& events = observations_.events();
  std::size_t event = 0;
  if (latest) {
    NumberReader reader(*latest);
    carry(reader, event);
  }
  for (; event < events.size(); ++event) {
    NumberWriter before;
    carry(before, event);
    const bool went_on = advance(event);
    if (!went_on || context_.checkpoint_is_due()) checkpoint.commit(before.bytes());
    if (!went_on) return std::nullopt;
    if (event == 0) observations_.note_step(0, points_);
    observations_.observe(events[event], points_, landscape_, context_);
  }
  observations_.finish(points_, landscape_, motion_->is_at_rest(), evaluations_);
  return observations_.numbers();
}

}  // namespace

Solution average_over_samples(const Parameters& parameters, const Clock& clock, const MakeMotion& make,
                              PointContext& context) {
  Solution solution = context.solution();
  const auto mean = average_over_replicas(parameters, context, [&](std::uint32_t replica, Checkpoint& checkpoint) {
    return SampleRun(parameters, clock, make, context, replica).run(checkpoint);
  });
  if (mean) {
    Observations(parameters, clock).write(*mean, solution);
  } else {
    solution.outcome = Outcome::pending;
  }
  return solution;
}

/// Measured on a busy machine: 10 ns to draw a number of the sample, 1 ns to read it, 0.1 ns for each further run.
Cost finite_size_cost(const Parameters& parameters, const Clock& clock, double evaluations) {
  const auto size = static_cast<double>(parameters.integer("size"));
  const auto starts = static_cast<double>(parameters.integer("starts"));
  const auto waiting_times = static_cast<double>(parameters.list("waiting_times").size());
  const double bytes = Landscape::bytes(covariance_of(parameters), static_cast<std::size_t>(size));
  const double observed = static_cast<double>(parameters.list(clock.times).size()) + 2;
  const double numbers = bytes / sizeof(double);
  const double once = (1e-9 + 1e-10 * (starts - 1)) * numbers + 1e-8 * starts * size;
  const Cost hessian = hessian_cost(parameters, starts, once);
  return {.seconds = static_cast<double>(parameters.integer("replicas")) *
                     (1e-8 * numbers + (evaluations + observed) * once + hessian.seconds),
          .bytes = bytes + 8 * size * (starts * (20 + waiting_times) + 128) + hessian.bytes};
}

}  // namespace glasscape::spiked_matrix_tensor
