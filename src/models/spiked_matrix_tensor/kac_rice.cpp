#include "kac_rice.hpp"

#include <array>
#include <cmath>
#include <vector>

#include "glasscape/models/spiked_matrix_tensor/complexity.hpp"
#include "model.hpp"

namespace glasscape::spiked_matrix_tensor {

namespace {

/// Of gradient flow, which ends in marginal minima at the equator unless their Hessian has an outlier towards the
/// signal (arXiv:1902.00139). The numbers stand in the result file.
enum class Fate : int { trapped = 0, passes = 1, unhindered = 2 };

Fate fate_of(const Complexity& complexity, const Band& band) {
  if (complexity.at(0).outlier_strength <= 1) return Fate::trapped;
  return band.spurious ? Fate::passes : Fate::unhindered;
}

Input list(std::string name, std::string symbol, std::string doc, Interval domain) {
  return {.name = std::move(name),
          .kind = Kind::list,
          .symbol = std::move(symbol),
          .doc = std::move(doc),
          .domain = domain,
          .fallback = std::vector<double>{}};
}

Output at_overlap(std::string name, std::string symbol, std::string doc) {
  return {.name = std::move(name), .symbol = std::move(symbol), .doc = std::move(doc), .dims = {"overlap_value"}};
}

std::vector<Output> curves() {
  std::vector<Output> outputs{
      at_overlap("complexity", "Σ", "annealed complexity of minima, ln(number)/N, over all energies"),
      at_overlap("energy_matrix", "e₂", "energy per spin of the matrix in the minima that dominate"),
      at_overlap("energy_tensor", "eₚ", "energy per spin of the tensor in the minima that dominate"),
      at_overlap("hessian_edge", "t", "2 plus the lower edge of their Hessian's spectrum, in units of √Q''(1)"),
      at_overlap("outlier_strength", "θ", "strength of the signal in their Hessian, in the same units"),
      {.name = "complexity_at_energy",
       .symbol = "Σ",
       .doc = "annealed complexity of minima at a total energy per spin",
       .dims = {"overlap_value", "energy"},
       .nan_meaning = "no minima"},
  };
  outputs[0].error = ErrorKind::numerical;
  return outputs;
}

std::vector<Output> scalars() {
  return {
      {.name = "complexity_max",
       .symbol = "Σ_{max}",
       .doc = "largest complexity at overlaps from 0 to 1; 0 where only the good minimum is left",
       .error = ErrorKind::numerical},
      {.name = "overlap_max", .symbol = "m_{max}", .doc = "overlap of the largest complexity"},
      {.name = "band_end",
       .symbol = "m_{band}",
       .doc = "overlap up to which spurious minima reach from 0",
       .error = ErrorKind::numerical,
       .nan_meaning = "none"},
      {.name = "spurious_minima",
       .doc = "whether there are exponentially many minima besides the good one at overlaps from 0 to 1",
       .categories = {{0, "none", "#DDDDDD"}, {1, "exist", "#EE8866"}}},
      {.name = "gradient_flow",
       .doc = "what gradient flow from a random start meets on its way to the signal",
       .categories = {{static_cast<std::int8_t>(Fate::trapped), "trapped_by_spurious_minima", "#EE8866"},
                      {static_cast<std::int8_t>(Fate::passes), "passes_spurious_minima", "#EEDD88"},
                      {static_cast<std::int8_t>(Fate::unhindered), "no_spurious_minima", "#77AADD"}}},
  };
}

}  // namespace

Schema KacRice::schema() {
  Schema schema = model_schema();
  schema.solver = "kac_rice";
  schema.doc =
      "The minima of the landscape by the Kac-Rice formula: their annealed complexity at each overlap with the signal "
      "(exact at overlap 0, else an upper bound), their energies and Hessians";
  schema.reference = "arXiv:1902.00139";
  Input& temperature = schema.inputs[schema.input_position("temperature")];
  temperature.doc = "0: minima are of the energy";
  temperature.domain = Interval::only(0);
  temperature.fallback = std::vector{0.0};
  temperature.elsewhere = "langevin_state_evolution";
  schema.inputs.push_back(list("overlaps", "m", "overlaps with the signal", {.lower = -1, .upper = 1}));
  schema.inputs.push_back(list("energies", "e", "energies per spin, of matrix and tensor together", Interval::real()));
  schema.dimensions = {Dimension::of_list("overlap_value", "overlaps", "1", "overlap with the signal"),
                       Dimension::of_list("energy", "energies", "1", "energy per spin")};
  schema.dimensions[0].symbol = "m";
  schema.dimensions[1].symbol = "e";
  for (auto outputs : {curves(), scalars()}) {
    for (Output& output : outputs) schema.outputs.push_back(std::move(output));
  }
  return schema;
}

KacRice::KacRice(const Parameters& parameters) : parameters_(parameters), covariance_(covariance_of(parameters)) {}

Cost KacRice::cost(const Parameters& parameters) {
  const auto values = static_cast<double>(parameters.list("overlaps").size());
  return {.seconds = 1e-4 + 2e-7 * values * (1 + static_cast<double>(parameters.list("energies").size()))};
}

Solution KacRice::solve(PointContext& context) const {
  const Complexity complexity(covariance_);
  Solution solution = context.solution();
  std::vector<double> values, errors, matrix, tensor, edges, strengths, at_energy;
  for (const double m : parameters_.list("overlaps")) {
    const Minima minima = complexity.at(m);
    values.push_back(minima.complexity);
    errors.push_back(minima.error);
    matrix.push_back(minima.energy_matrix);
    tensor.push_back(minima.energy_tensor);
    edges.push_back(minima.hessian_edge);
    strengths.push_back(minima.outlier_strength);
    for (const double energy : parameters_.list("energies")) {
      const double value = complexity.at(m, energy);
      at_energy.push_back(std::isinf(value) ? not_a_number : value);
    }
  }
  solution.set("complexity", std::move(values), std::move(errors));
  solution.set("energy_matrix", std::move(matrix));
  solution.set("energy_tensor", std::move(tensor));
  solution.set("hessian_edge", std::move(edges));
  solution.set("outlier_strength", std::move(strengths));
  solution.set("complexity_at_energy", std::move(at_energy));

  const Band band = minima_towards_signal(complexity);
  solution.set("complexity_max", band.complexity.value, band.complexity.error);
  solution.set("overlap_max", band.overlap);
  solution.set("band_end", band.end.value, band.end.error);
  solution.set("spurious_minima", band.spurious ? 1 : 0);
  solution.set("gradient_flow", static_cast<double>(fate_of(complexity, band)));
  if (std::isnan(band.end.value)) solution.message = "no band_end: no spurious minima at overlap 0";
  return solution;
}

}  // namespace glasscape::spiked_matrix_tensor
