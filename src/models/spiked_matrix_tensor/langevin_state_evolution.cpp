#include "langevin_state_evolution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "../two_time_observables.hpp"
#include "glasscape/models/spiked_matrix_tensor/fixed_points.hpp"
#include "glasscape/solvers/roots.hpp"
#include "model.hpp"

namespace glasscape::spiked_matrix_tensor {

namespace {

using two_time::Dynamics;
using two_time::Estimate;
using two_time::KernelTerm;
using two_time::observable;
using two_time::Observer;
using two_time::Run;

constexpr std::size_t signal = 0;  // the only direction

/// The channels that are there, each a term of Q'(C) = C/Δ₂ + C^(p−1)/Δp.
struct Channels {
  std::vector<KernelTerm> terms;
  std::optional<std::size_t> matrix;  ///< position among `terms`
  std::optional<std::size_t> tensor;
};

/// Landscape annealing (arXiv:1812.09066): the data keep Δp, the dynamics weighs the tensor by 1/Δp(t),
/// Δp(t) = Δp + A exp(−t/τ). The signal's force is then m^(p−1)/Δp(t), the kernel Δp C^(p−1)/(Δp(t)Δp(t')), so that
/// w = Δp/Δp(t).
two_time::TimeWeight annealing_weight(double deltap, double amplitude, double time) {
  if (amplitude == 0) return {};
  return [=](double t) { return deltap / (deltap + amplitude * std::exp(-t / time)); };
}

Channels channels_of(const Covariance& q, const Parameters& parameters) {
  Channels channels;
  if (std::isfinite(q.delta2())) {
    channels.matrix = channels.terms.size();
    channels.terms.push_back({.coefficient = 1 / q.delta2(), .power = 1});
  }
  if (std::isfinite(q.deltap())) {
    channels.tensor = channels.terms.size();
    channels.terms.push_back({.coefficient = 1 / q.deltap(),
                              .power = q.p() - 1,
                              .weight = annealing_weight(q.deltap(), parameters.real("annealing_amplitude"),
                                                         parameters.real("annealing_time"))});
  }
  return channels;
}

/// The energy of one channel at time t, −w(t) m^(n+1)/((n+1)Δ) − ∫₀ᵗ R(t,s) w(t) w(s) C(t,s)^n/Δ ds with n its power.
double channel_energy(const Run& run, const Channels& channels, std::optional<std::size_t> channel, double t) {
  if (!channel) return 0;
  const KernelTerm& term = channels.terms[*channel];
  const double drift = term.coefficient * term.weight_at(t) * std::pow(run.overlap(signal, t), term.power + 1);
  return -drift / (term.power + 1) - run.memory_integral(*channel, t);
}

double energy(const Run& run, const Channels& channels, double t) {
  return channel_energy(run, channels, channels.matrix, t) + channel_energy(run, channels, channels.tensor, t);
}

/// The first time at which the overlap is `level`: NaN where it stays below.
double first_passage(const Run& run, double level) {
  constexpr int steps_per_decade = 100;
  const double end = run.time_reached();
  const auto above = [&](double t) { return run.overlap(signal, t) - level; };
  if (above(0) >= 0) return 0;
  double before = 0;
  for (int step = -3 * steps_per_decade; before < end; ++step) {
    const double t = std::min(end, std::pow(10, static_cast<double>(step) / steps_per_decade));
    if (above(t) >= 0) return monotone_root(above, before, t).value;
    before = t;
  }
  return not_a_number;
}

void observe_one_time(Observer& observer, const Channels& channels, std::span<const double> times) {
  observer.one_time("overlap", times, [](const Run& run, double t) { return run.overlap(signal, t); });
  observer.one_time("energy", times, [&](const Run& run, double t) { return energy(run, channels, t); });
  observer.one_time("energy_matrix", times,
                    [&](const Run& run, double t) { return channel_energy(run, channels, channels.matrix, t); });
  observer.one_time("energy_tensor", times,
                    [&](const Run& run, double t) { return channel_energy(run, channels, channels.tensor, t); });
}

void observe_end(Observer& observer, const Channels& channels, double end) {
  observer.scalar("final_overlap", [&](const Run& run) { return run.overlap(signal, end); });
  observer.scalar("final_energy", [&](const Run& run) { return energy(run, channels, end); });
}

std::vector<Output> one_time_outputs() {
  return {
      observable("overlap", "m", "overlap with the signal", {"time"}),
      observable("energy", "e", "energy per spin", {"time"}),
      observable("energy_matrix", "e₂", "energy per spin of the matrix", {"time"}),
      observable("energy_tensor", "eₚ", "energy per spin of the tensor, with its weight at the time", {"time"}),
  };
}

std::vector<Output> scalar_outputs() {
  return {
      observable("final_overlap", "m", "overlap at time_reached", {}),
      observable("final_energy", "e", "energy per spin at time_reached", {}),
      observable("recovery_time", "t_{rec}",
                 "first time at which the overlap is recovery_level times the recovered one", {}, "not recovered"),
      {.name = "recovered",
       .doc = "whether the signal was recovered by time_reached",
       .categories = {{0, "not_recovered", "#DDDDDD"}, {1, "recovered", "#77AADD"}}},
  };
}

std::vector<Input> own_inputs() {
  return {
      {.name = "initial_overlap",
       .symbol = "m₀",
       .doc = "overlap of the start with the signal (0 stays 0)",
       .domain = Interval::closed(0, 1),
       .fallback = std::vector{1e-4}},
      {.name = "annealing_amplitude",
       .symbol = "A",
       .doc = "the dynamics weighs the tensor by 1/(deltap + A exp(-t/annealing_time)); 0: no annealing",
       .domain = Interval::at_least(0),
       .fallback = std::vector{0.0}},
      {.name = "annealing_time",
       .symbol = "τ_ann",
       .doc = "time in which the annealing fades",
       .domain = Interval::positive(),
       .fallback = std::vector{100.0}},
      {.name = "recovery_level",
       .doc = "fraction of the recovered state's overlap from which on the signal counts as recovered",
       .domain = {.lower = 0, .upper = 0.999, .upper_open = false},
       .fallback = std::vector{0.5}},
      Input::flag("stop_when_recovered", false, "whether to end there; later times are NaN"),
  };
}

std::vector<Rule> own_rules() {
  return {{.inputs = {"initial_overlap"},
           .complaint = [](const Parameters& parameters) -> std::optional<std::string> {
             constexpr double smallest = 1e-150;
             const double overlap = parameters.real("initial_overlap");
             if (overlap == 0 || overlap >= smallest) return {};
             return fmt::format("too small to be followed: give 0 or a number from {:.0e} to 1", smallest);
           }},
          {.inputs = {"temperature", "delta2", "deltap"},
           .complaint = [](const Parameters& parameters) -> std::optional<std::string> {
             const bool data = std::isfinite(parameters.real("delta2")) || std::isfinite(parameters.real("deltap"));
             if (data || parameters.real("temperature") > 0) return {};
             return "without data (delta2 = inf and deltap = inf) nothing moves at temperature 0: give a finite delta2 "
                    "or deltap, or a temperature above 0";
           }}};
}

}  // namespace

Schema LangevinStateEvolution::schema() {
  Schema schema = model_schema();
  schema.solver = "langevin_state_evolution";
  schema.version = 5;
  schema.doc = "Langevin dynamics from a random start at infinite size; gradient flow at temperature 0";
  for (Input& input : own_inputs()) schema.inputs.push_back(std::move(input));
  for (Rule& rule : own_rules()) schema.rules.push_back(std::move(rule));
  two_time::add_march_inputs(schema);
  for (auto outputs : {one_time_outputs(), scalar_outputs()}) {
    for (Output& output : outputs) schema.outputs.push_back(std::move(output));
  }
  two_time::add_general_outputs(schema);
  return schema;
}

LangevinStateEvolution::LangevinStateEvolution(const Parameters& parameters)
    : parameters_(parameters), covariance_(covariance_of(parameters)) {
  const double plateau = recovered_overlap(covariance_, parameters.real("temperature"));
  recovery_overlap_ = plateau > 0 ? parameters.real("recovery_level") * plateau : not_a_number;
}

Cost LangevinStateEvolution::cost(const Parameters& parameters) { return two_time::march_cost(parameters); }

two_time::Options LangevinStateEvolution::options() const {
  two_time::Options options = two_time::march_options(parameters_);
  if (parameters_.flag("stop_when_recovered")) {
    options.enough = [level = recovery_overlap_](double, std::span<const double> m) { return m[signal] >= level; };
  }
  return options;
}

Solution LangevinStateEvolution::solve(PointContext& context) const {
  const Channels channels = channels_of(covariance_, parameters_);
  const double temperature = parameters_.real("temperature");
  const two_time::Equations equations{.memory = channels.terms,
                                      .temperature = [temperature](double) { return temperature; },
                                      .directions = {{.initial_overlap = parameters_.real("initial_overlap")}}};
  Solution solution = context.solution();
  const auto dynamics = two_time::solve(equations, options(), context);
  if (!dynamics) {
    solution.outcome = Outcome::pending;
    return solution;
  }
  Observer observer(*dynamics, solution);
  observe_one_time(observer, channels, parameters_.list("times"));
  observe_end(observer, channels, dynamics->time_reached());
  set_recovery(*dynamics, solution);
  observer.general(parameters_);
  return solution;
}

void LangevinStateEvolution::set_recovery(const Dynamics& dynamics, Solution& solution) const {
  if (std::isnan(recovery_overlap_)) {
    solution.set("recovered", 0);
    solution.message = "no recovery_time: there is no recovered state";
    return;
  }
  const Estimate time = dynamics.estimate([this](const Run& run) { return first_passage(run, recovery_overlap_); });
  const bool recovered = !std::isnan(time.value);
  solution.set("recovery_time", time.value, time.error);
  solution.set("recovered", recovered ? 1 : 0);
  if (!recovered) {
    solution.message = fmt::format("no recovery_time: the overlap stays below {:.4g}", recovery_overlap_);
  } else if (dynamics.time_reached() < parameters_.real("t_max")) {
    solution.message = fmt::format("ended when recovered, at t = {:.6g}", dynamics.time_reached());
  }
}

}  // namespace glasscape::spiked_matrix_tensor
