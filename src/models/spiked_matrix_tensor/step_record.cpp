#include "step_record.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "finite_size_schema.hpp"
#include "glasscape/core/observation_times.hpp"
#include "glasscape/solvers/finite_size/sphere_motion.hpp"
#include "glasscape/solvers/matrix.hpp"
#include "model.hpp"

namespace glasscape::spiked_matrix_tensor {

namespace {

constexpr std::array at_steps{"overlap", "energy", "energy_matrix", "energy_tensor", "gradient_norm", "self_overlap"};
// after them: recovered or not, the step at which it was, both together (recovery_time is a ratio), the last overlap
enum Scalar : std::size_t { success, success_step, success_sum, final_overlap, scalars };

Output output(std::string name, std::string symbol, std::string doc, std::vector<std::string> dims = {"step"}) {
  return {.name = std::move(name),
          .symbol = std::move(symbol),
          .doc = std::move(doc),
          .dims = std::move(dims),
          .error = ErrorKind::statistical};
}

}  // namespace

Snapshot Snapshot::of(std::span<const double> x, const Energies& energies, std::span<const double> force) {
  const auto size = static_cast<double>(x.size());
  const double norm = dot(x, x), along = norm > 0 ? dot(x, force) / norm : 0;
  double squares = 0;
  for (std::size_t i = 0; i < x.size(); ++i) squares += (force[i] - along * x[i]) * (force[i] - along * x[i]);
  return {.overlap = Landscape::overlap(x),
          .energies = energies,
          .gradient_norm = std::sqrt(squares / size),
          .self_overlap = norm / size};
}

void StepRecord::add_inputs(Schema& schema, double steps) {
  schema.inputs.push_back({.name = "size",
                           .kind = Kind::integer,
                           .symbol = "N",
                           .doc = "dimension of the signal",
                           .domain = Interval::closed(2, 40000),
                           .fallback = std::vector{300.0},
                           .defines_sample = true});
  schema.inputs.push_back({.name = "replicas",
                           .kind = Kind::integer,
                           .doc = "samples of the disorder, over which mean and error are taken",
                           .domain = Interval::closed(2, 1e6),
                           .fallback = std::vector{8.0},
                           .extendable = true});
  schema.inputs.push_back({.name = "recovery_level",
                           .doc = "fraction of the recovered state's overlap at infinite size from which on the signal "
                                  "counts as recovered",
                           .domain = {.lower = 0, .upper = 1},
                           .fallback = std::vector{0.5}});
  observe_at_some_steps(schema, steps);
  observe_after_waiting_steps(schema);
  add_hessian_inputs(schema, discrete_time);
  continue_states(schema);
}

void StepRecord::add_outputs(Schema& schema) {
  std::vector<Output> outputs{
      output("overlap", "m", "overlap x·x*/N of the estimate with the signal"),
      output("energy", "e", "energy per spin at the estimate"),
      output("energy_matrix", "e₂", "energy per spin of the matrix"),
      output("energy_tensor", "eₚ", "energy per spin of the tensor"),
      output("gradient_norm", "|∇H|/√N", "length of the tangent gradient per root of the size"),
      output("self_overlap", "q", "squared length |x|²/N of the estimate"),
      output("final_overlap", "m", "overlap at the last step", {}),
      output("success_fraction", "P", "fraction of the runs that recovered the signal", {}),
      output("recovery_time", "t_{rec}",
             "mean first step at which the overlap (its magnitude for even p) is recovery_level times the recovered "
             "one, of the runs that got there",
             {}),
  };
  outputs.back().nan_meaning = "not recovered";
  outputs.push_back(samples_output());
  outputs.push_back(correlation_output());
  for (Output& made : outputs) schema.outputs.push_back(std::move(made));
  add_hessian_outputs(schema);
}

/// Measured: 4 ns to draw a number of the sample, 1 ns to read it, 0.1 ns for each further point.
Cost StepRecord::cost(const Parameters& parameters, const Needs& needs) {
  const auto size = static_cast<std::size_t>(parameters.integer("size"));
  const double bytes = Landscape::bytes(covariance_of(parameters), size);
  const double numbers = bytes / sizeof(double) + 100 * static_cast<double>(size);
  const Cost hessian = hessian_cost(parameters, needs.runs, 1e-9 * numbers);
  const double vectors = 16 + needs.vectors + needs.runs * static_cast<double>(parameters.list("waiting_times").size());
  return {.seconds = static_cast<double>(parameters.integer("replicas")) *
                     (numbers * (4e-9 + 1e-9 * needs.passes + 1e-10 * needs.points) + hessian.seconds),
          .bytes = bytes + 8 * static_cast<double>(size) * vectors + hessian.bytes};
}

StepRecord::StepRecord(const Parameters& parameters, double recovered_overlap)
    : p_(static_cast<int>(parameters.integer("p"))),
      recovery_overlap_(recovered_overlap > 0 ? parameters.real("recovery_level") * recovered_overlap : infinity),
      end_(static_cast<double>(parameters.integer("steps"))),
      steps_(times_of(parameters, "observed_steps")),
      numbers_(at_steps.size() * steps_.size() + scalars, 0.0),
      correlation_(parameters, static_cast<std::size_t>(parameters.integer("size"))),
      hessian_(parameters) {}

std::array<double, 6> StepRecord::values_of(const Snapshot& snapshot) {
  return {snapshot.overlap,         snapshot.energies.sum(), snapshot.energies.matrix,
          snapshot.energies.tensor, snapshot.gradient_norm,  snapshot.self_overlap};
}

void StepRecord::set(std::size_t position, const Snapshot& snapshot) {
  const auto values = values_of(snapshot);
  for (std::size_t i = 0; i < values.size(); ++i) numbers_[i * steps_.size() + position] = values[i];
}

bool StepRecord::is_recovered(double overlap) const {
  return (p_ % 2 == 0 ? std::abs(overlap) : overlap) >= recovery_overlap_;
}

/// The Hessian is that on the sphere.
void StepRecord::observe(double step, std::span<const double> x, const Landscape& landscape, PointContext& context) {
  correlation_.observe(step, x);
  if (!std::ranges::count(hessian_.times(), step)) return;
  std::vector<double> direction(x.begin(), x.end());
  finite_size::put_on_sphere(direction, direction.size());
  hessian_.observe(step, direction, landscape, context);
}

void StepRecord::note(std::size_t step, std::span<const double> x, const Snapshot& snapshot, const Landscape& landscape,
                      PointContext& context) {
  last_ = snapshot;
  last_step_ = static_cast<double>(step);
  if (std::isnan(recovered_at_) && is_recovered(snapshot.overlap)) recovered_at_ = last_step_;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (steps_[i] == last_step_) set(i, snapshot);
  }
  observe(last_step_, x, landscape, context);
}

void StepRecord::finish(std::span<const double> x, const Landscape& landscape, PointContext& context) {
  std::vector<double> later = correlation_.times();
  later.insert(later.end(), hessian_.times().begin(), hessian_.times().end());
  std::erase_if(later, [this](double step) { return step <= last_step_ || step > end_; });
  std::ranges::sort(later);
  later.erase(std::ranges::unique(later).begin(), later.end());
  for (const double step : later) observe(step, x, landscape, context);
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (steps_[i] > last_step_) set(i, last_);
  }
  const auto scalar = [this](Scalar which) -> double& { return numbers_[at_steps.size() * steps_.size() + which]; };
  scalar(final_overlap) = last_.overlap;
  if (std::isnan(recovered_at_)) return;
  scalar(success) = 1;
  scalar(success_step) = recovered_at_;
  scalar(success_sum) = 1 + recovered_at_;
}

void StepRecord::carry(Numbers& numbers, std::size_t step) {
  const auto before = static_cast<double>(step);
  for (std::size_t i = 0; i < at_steps.size(); ++i) {
    numbers.carry_before(before, steps_, std::span(numbers_).subspan(i * steps_.size(), steps_.size()));
  }
  correlation_.carry(numbers, before);
  hessian_.carry(numbers, before);
  for (double* number : {&last_.overlap, &last_.energies.matrix, &last_.energies.tensor, &last_.gradient_norm,
                         &last_.self_overlap, &last_step_, &recovered_at_}) {
    numbers.carry(*number);
  }
}

std::vector<double> StepRecord::numbers() const {
  std::vector<double> all = numbers_;
  all.insert(all.end(), correlation_.numbers().begin(), correlation_.numbers().end());
  all.insert(all.end(), hessian_.numbers().begin(), hessian_.numbers().end());
  return all;
}

void StepRecord::write(const ReplicaMean& mean, Solution& solution) const {
  set_samples(mean, solution);
  const std::size_t count = steps_.size(), first = at_steps.size() * count;
  for (std::size_t i = 0; i < at_steps.size(); ++i) set_from(mean, i * count, count, at_steps[i], solution);
  set_from(mean, first + final_overlap, 1, "final_overlap", solution);
  set_from(mean, first + success, 1, "success_fraction", solution);
  correlation_.write(mean, numbers_.size(), solution);
  hessian_.write(mean, numbers_.size() + correlation_.numbers().size(), solution);
  if (mean.mean()[first + success] > 0) {
    const Ratio time = ratio(mean, first + success_step, first + success, first + success_sum);
    solution.set("recovery_time", time.value, time.error);
  } else {
    solution.message = std::isfinite(recovery_overlap_) ? "no recovery_time: no run recovered the signal"
                                                        : "no recovery_time: there is no recovered state";
  }
}

}  // namespace glasscape::spiked_matrix_tensor
