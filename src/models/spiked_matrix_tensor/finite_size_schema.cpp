#include "finite_size_schema.hpp"

#include <string>
#include <utility>
#include <vector>

#include "glasscape/core/observation_times.hpp"
#include "glasscape/core/parameters.hpp"
#include "glasscape/solvers/replicas.hpp"
#include "tangent_hessian.hpp"

namespace glasscape::spiked_matrix_tensor {

namespace {

Output output(std::string name, std::string symbol, std::string doc, std::vector<std::string> dims,
              std::string nan_meaning = "not observed") {
  return {.name = std::move(name),
          .symbol = std::move(symbol),
          .doc = std::move(doc),
          .dims = std::move(dims),
          .error = ErrorKind::statistical,
          .nan_meaning = std::move(nan_meaning)};
}

Input integer(std::string name, std::string symbol, std::string doc, Interval domain, double fallback) {
  return {.name = std::move(name),
          .kind = Kind::integer,
          .symbol = std::move(symbol),
          .doc = std::move(doc),
          .domain = domain,
          .fallback = std::vector{fallback}};
}

std::vector<Input> sample_inputs() {
  std::vector<Input> inputs{
      integer("size", "N", "dimension of the signal", Interval::closed(2, 40000), 300),
      integer("replicas", "", "samples of the disorder, over which mean and error are taken", Interval::closed(1, 1e6),
              8),
      integer("starts", "", "runs on each sample, from starts of their own, side by side", Interval::closed(1, 4096),
              1),
      {.name = "initial_overlap",
       .symbol = "m₀",
       .doc = "overlap of the starts with the signal; apart from it they are random",
       .domain = Interval::closed(-1, 1),
       .fallback = std::vector{0.0}},
      {.name = "recovery_level",
       .doc = "fraction of the recovered state's overlap at infinite size from which on the signal counts as recovered",
       .domain = {.lower = 0, .upper = 1},
       .fallback = std::vector{0.5}},
  };
  inputs[0].defines_sample = true;
  inputs[1].extendable = true;
  return inputs;
}

Input hessian_times_input(const Clock& clock) {
  return {.name = "hessian_times",
          .kind = Kind::list,
          .symbol = "t",
          .doc = "times at which the eigenvalues of the tangent Hessian are found, in place of the end alone",
          .domain = Interval::at_least(0),
          .fallback = std::vector<double>{},
          .bound = ListBound{.parameter = clock.end,
                             .when_empty = [](double end) { return std::vector{end}; },
                             .when_empty_doc = std::string(clock.end)},
          .whole = clock.counts_steps,
          .extendable = true};
}

/// A dimension that is empty, and with it the observables over it, unless the Hessian is asked for.
Dimension of_hessian(Dimension dimension) {
  dimension.values = [values = dimension.values](const Parameters& parameters) {
    return parameters.flag("hessian") ? values(parameters) : std::vector<double>{};
  };
  return dimension;
}

std::vector<double> count_up(const Parameters& parameters) {
  std::vector<double> numbers;
  for (long i = 1; i <= parameters.integer("n_eigenvalues"); ++i) numbers.push_back(static_cast<double>(i));
  return numbers;
}

std::vector<double> bins(const Parameters& parameters) {
  return spectrum_bins(static_cast<std::size_t>(parameters.integer("n_bins")));
}

}  // namespace

void add_sample_inputs(Schema& schema, const Clock& clock) {
  for (Input& input : sample_inputs()) schema.inputs.push_back(std::move(input));
  add_hessian_inputs(schema, clock);
}

void add_hessian_inputs(Schema& schema, const Clock& clock) {
  schema.inputs.push_back(Input::flag("hessian", false, "whether to find eigenvalues of the tangent Hessian"));
  schema.inputs.push_back(integer("n_eigenvalues", "", "lowest eigenvalues of the tangent Hessian that are found",
                                  Interval::closed(1, 100), 4));
  schema.inputs.push_back(
      integer("n_bins", "", "bins of the tangent Hessian's spectrum", Interval::closed(2, 10000), 120));
  schema.inputs.push_back(hessian_times_input(clock));
  Dimension time =
      Dimension::of_list("hessian_time", "hessian_times", "1", "time at which the tangent Hessian is looked at");
  time.symbol = std::string("t");
  schema.dimensions.push_back(of_hessian(std::move(time)));
  schema.dimensions.push_back(of_hessian({.name = "eigenvalue",
                                          .from = "n_eigenvalues",
                                          .doc = "number of an eigenvalue from below",
                                          .values = count_up}));
  schema.dimensions.push_back(of_hessian({.name = "hessian_bin",
                                          .from = "n_bins",
                                          .symbol = "(λ−μ)/√Q″(1)",
                                          .doc = "eigenvalue of the tangent Hessian, from the bulk's centre in units "
                                                 "of half its radius",
                                          .values = bins}));
  continue_states(schema);
}

void add_observables(Schema& schema, const Clock& clock) {
  const std::vector<std::string> time{clock.dimension};
  std::vector<Output> outputs{
      output("overlap", "m", "overlap with the signal", time),
      output("energy", "e", "energy per spin", time),
      output("energy_matrix", "e₂", "energy per spin of the matrix", time),
      output("energy_tensor", "eₚ", "energy per spin of the tensor", time),
      output("gradient_norm", "|∇H|/√N", "length of the tangent gradient per root of the size", time),
      output("radial_multiplier", "μ", "force per length that keeps the spins on the sphere, without the thermal part",
             time),
      correlation_output(),
      output("success_fraction", "P", "fraction of the runs that recovered the signal", {}),
      output("recovery_time", "t_{rec}",
             "mean first time at which the overlap (its magnitude for even p) is recovery_level times the recovered "
             "one, of the runs that got there",
             {}, "not recovered"),
      output("final_overlap", "m", "overlap at the end", {}),
      output("final_energy", "e", "energy per spin at the end", {}),
      output("stationary_fraction", "", "fraction of the samples whose runs came to rest", {}),
      output("evaluations", "", "how often the force was asked for in a run", {}),
      samples_output(),
  };
  for (Output& made : outputs) schema.outputs.push_back(std::move(made));
  add_hessian_outputs(schema);
}

Output correlation_output() {
  return output("correlation", "C(t_w+τ,t_w)", "correlation of two times", {"waiting_time", "lag"});
}

void add_hessian_outputs(Schema& schema) {
  const std::vector<std::string> time{"hessian_time"};
  std::vector<Output> outputs{
      output("hessian_eigenvalue", "λ", "lowest eigenvalues of the tangent Hessian", {"hessian_time", "eigenvalue"}),
      output("hessian_signal_overlap", "", "squared overlap of the lowest eigenvector with the signal's tangent part",
             time),
      output("hessian_bulk_edge", "μ−2√Q″(1)", "lower edge of the tangent Hessian's bulk at infinite size", time),
      output("hessian_density", "ρ",
             "density of the tangent Hessian's eigenvalues (N up to 500); the outer bins hold those beyond",
             {"hessian_time", "hessian_bin"}),
  };
  for (Output& made : outputs) schema.outputs.push_back(std::move(made));
}

void take_zero_temperature(Schema& schema) {
  Input& temperature = schema.inputs[schema.input_position("temperature")];
  temperature.domain = Interval::only(0);
  temperature.fallback = std::vector{0.0};
  temperature.elsewhere = "langevin";
}

Input stationarity_input() {
  return {.name = "stationarity",
          .doc = "gradient_norm below which all runs on a sample are at rest",
          .domain = Interval::closed(0, 0.1),
          .fallback = std::vector{1e-6}};
}

}  // namespace glasscape::spiked_matrix_tensor
