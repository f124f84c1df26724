#include "averaged_gradient_descent.hpp"

#include <cmath>
#include <memory>
#include <vector>

#include "averaged_descent.hpp"
#include "glasscape/models/spiked_matrix_tensor/fixed_points.hpp"
#include "model.hpp"
#include "step_run.hpp"

namespace glasscape::spiked_matrix_tensor {

namespace {

constexpr std::uint32_t most_starts = 4096;  // streams of the starts are numbered by sample and start

AveragedDescent::Settings settings_of(const Parameters& parameters) {
  return {.points = static_cast<std::size_t>(parameters.integer("points")),
          .averaging_steps = static_cast<std::size_t>(parameters.integer("averaging_steps")),
          .averaging_step = parameters.real("averaging_step"),
          .learning_rate = parameters.real("relative_learning_rate")};
}

/// The runs on one sample, side by side: the forces on those that still move are found at once.
class Runs final : public StepRun {
 public:
  Runs(const Parameters& parameters, const Covariance& covariance, double recovered_overlap, PointContext& context,
       std::uint32_t replica);

  bool is_over() const override { return moving_.empty(); }
  void observe(std::size_t step) override;
  void move() override;
  void carry(Numbers& numbers) override;

  /// The means over the runs.
  std::vector<double> numbers() override;

 private:
  struct Run {
    AveragedDescent descent;
    StepRecord record;
  };

  bool goes_on(const Run& run, const Snapshot& now) const;

  PointContext& context_;
  Landscape landscape_;
  double rest_;
  bool stop_when_recovered_;
  std::vector<Run> runs_;
  std::vector<std::size_t> moving_;
  std::vector<double> forces_;  // on those
};

Runs::Runs(const Parameters& parameters, const Covariance& covariance, double recovered_overlap, PointContext& context,
           std::uint32_t replica)
    : context_(context),
      landscape_(covariance, static_cast<std::size_t>(parameters.integer("size")),
                 context.random(Purpose::disorder, replica)),
      rest_(parameters.real("stationarity") * std::sqrt(covariance.derivative(1))),
      stop_when_recovered_(parameters.flag("stop_when_recovered")) {
  for (std::uint32_t start = 0; start < static_cast<std::uint32_t>(parameters.integer("starts")); ++start) {
    moving_.push_back(runs_.size());
    const RandomStream random = context.random(Purpose::initial_state, replica * most_starts + start);
    runs_.push_back(
        {AveragedDescent(landscape_, settings_of(parameters), random), StepRecord(parameters, recovered_overlap)});
  }
}

bool Runs::goes_on(const Run& run, const Snapshot& now) const {
  if (stop_when_recovered_ && run.record.has_recovered()) return false;
  return run.descent.is_averaging() || now.gradient_norm >= rest_;
}

void Runs::observe(std::size_t step) {
  std::vector<double> positions;
  for (const std::size_t run : moving_) {
    const auto& position = runs_[run].descent.position();
    positions.insert(positions.end(), position.begin(), position.end());
  }
  forces_.resize(positions.size());
  const auto energies = landscape_.evaluate(positions, forces_);
  const std::size_t size = landscape_.size();
  std::vector<std::size_t> still_moving;
  std::vector<double> still_needed;
  for (std::size_t i = 0; i < moving_.size(); ++i) {
    Run& run = runs_[moving_[i]];
    const auto force = std::span<const double>(forces_).subspan(i * size, size);
    const Snapshot now = Snapshot::of(run.descent.position(), energies[i], force);
    run.record.note(step, run.descent.position(), now, landscape_, context_);
    if (!goes_on(run, now)) continue;
    still_moving.push_back(moving_[i]);
    still_needed.insert(still_needed.end(), force.begin(), force.end());
  }
  moving_ = std::move(still_moving);
  forces_ = std::move(still_needed);
}

void Runs::move() {
  const std::size_t size = landscape_.size();
  for (std::size_t i = 0; i < moving_.size(); ++i) {
    runs_[moving_[i]].descent.step(std::span<const double>(forces_).subspan(i * size, size));
  }
}

void Runs::carry(Numbers& numbers) {
  numbers.carry_list(moving_, [&](std::size_t& run) { numbers.carry(run); });
  for (Run& run : runs_) {
    run.descent.carry(numbers);
    run.record.carry(numbers);
  }
}

std::vector<double> Runs::numbers() {
  ReplicaMean mean;
  for (Run& run : runs_) {
    run.record.finish(run.descent.position(), landscape_, context_);
    mean.add(run.record.numbers());
  }
  return mean.mean();
}

std::vector<Input> own_inputs() {
  return {
      {.name = "starts",
       .kind = Kind::integer,
       .doc = "runs on each sample, with points of their own, side by side",
       .domain = Interval::closed(1, most_starts),
       .fallback = std::vector{1.0}},
      {.name = "points",
       .kind = Kind::integer,
       .symbol = "R",
       .doc = "points over which the gradient is averaged",
       .domain = Interval::closed(1, 1e6),
       .fallback = std::vector{300.0}},
      {.name = "averaging_steps",
       .kind = Kind::integer,
       .doc = "steps along the averaged gradient, which come first; 0: plain descent from a random start",
       .domain = Interval::closed(0, 1e6),
       .fallback = std::vector{5.0}},
      {.name = "averaging_step",
       .doc = "length of each of them, in units of the sphere's radius",
       .domain = Interval::positive(),
       .fallback = std::vector{0.1}},
      {.name = "relative_learning_rate",
       .symbol = "η",
       .doc = "steps of the plain descent in units of 1/(μ + 2√Q''(1)), the inverse of the largest curvature of a "
              "typical Hessian, μ = x·f/N; unstable above 2",
       .domain = Interval::positive(),
       .fallback = std::vector{1.0}},
      {.name = "stationarity",
       .doc = "the descent is at rest where the tangent gradient per root of the size falls below this times √Q'(1), "
              "its size at a random point",
       .domain = Interval::at_least(0),
       .fallback = std::vector{1e-6}},
      Input::flag("stop_when_recovered", false, "whether to end a run there; later steps show it as it was"),
  };
}

}  // namespace

Schema AveragedGradientDescent::schema() {
  Schema schema = model_schema();
  schema.solver = "averaged_gradient_descent";
  schema.version = 3;
  schema.doc =
      "Gradient descent after averaging (ironing) on samples of finite size: R independent random points on the sphere "
      "are all moved by one step along their mean gradient, again and again, without being put back on the sphere or "
      "drawn anew; then plain descent on the sphere from the direction of their centre";
  schema.reference = "arXiv:1905.12294";
  Input& temperature = schema.inputs[schema.input_position("temperature")];
  temperature.doc = "0: descent";
  temperature.domain = Interval::only(0);
  temperature.fallback = std::vector{0.0};
  temperature.elsewhere = "langevin";
  StepRecord::add_inputs(schema, 500);
  for (Input& input : own_inputs()) schema.inputs.push_back(std::move(input));
  StepRecord::add_outputs(schema);
  return schema;
}

AveragedGradientDescent::AveragedGradientDescent(const Parameters& parameters)
    : parameters_(parameters), covariance_(covariance_of(parameters)) {}

Cost AveragedGradientDescent::cost(const Parameters& parameters) {
  const auto points = static_cast<double>(parameters.integer("points"));
  const auto starts = static_cast<double>(parameters.integer("starts"));
  const auto steps = static_cast<double>(parameters.integer("steps"));
  const double averaged = starts * points * static_cast<double>(parameters.integer("averaging_steps"));
  return StepRecord::cost(parameters, {.passes = steps + averaged / 64,
                                       .points = averaged + (starts - 1) * steps,
                                       .vectors = starts * (points + 8) + 64,
                                       .runs = starts});
}

Solution AveragedGradientDescent::solve(PointContext& context) const {
  const double recovered = maximum_likelihood_overlap(covariance_).value;
  const auto make = [&](std::uint32_t replica) {
    return std::make_unique<Runs>(parameters_, covariance_, recovered, context, replica);
  };
  return average_over_step_runs(parameters_, recovered, make, context);
}

}  // namespace glasscape::spiked_matrix_tensor
