#include "thresholds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "glasscape/models/spiked_matrix_tensor/complexity.hpp"
#include "glasscape/models/spiked_matrix_tensor/fixed_points.hpp"
#include "glasscape/models/spiked_matrix_tensor/lines.hpp"
#include "model.hpp"

namespace glasscape::spiked_matrix_tensor {

namespace {

constexpr Root nowhere{not_a_number, not_a_number};

/// The delta2 of every line, and why one does not exist.
struct Lines {
  Root amp_spinodal;
  Root informative_spinodal = nowhere;
  Root information_theoretic;
  Root langevin;
  Root langevin_upper = nowhere;
  Root gradient_flow;
  Root trivialization;
  std::string no_informative_spinodal = "the transition is continuous";
  std::string no_langevin_upper = "there is no second root";
};

/// Δ₂ from 1/Δ₂: infinite where the tensor alone suffices.
Root delta2_of(const Root& inverse) {
  if (inverse.value <= 0) return {infinity, 0};
  return {1 / inverse.value, inverse.error / (inverse.value * inverse.value)};
}

void set_bayes_optimal_lines(Lines& lines, int p, double deltap) {
  lines.amp_spinodal = lines.information_theoretic = {1, 0};
  const auto merging = spinodals(p, deltap);
  if (merging.empty()) return;
  lines.informative_spinodal = delta2_of(merging.back().inverse_delta2);
  if (merging.size() > 1) lines.amp_spinodal = delta2_of(merging.front().inverse_delta2);
  const bool tensor_suffices = bayes_optimal(Covariance(p, infinity, deltap)).informative.free_entropy > 0;
  lines.information_theoretic =
      tensor_suffices ? Root{infinity, 0} : delta2_of(information_theoretic_transition(p, deltap)->inverse_delta2);
}

/// Δ₂ below the first root is easy. Without a root the marginal states give way to the paramagnet, which is unstable
/// where TΔ₂ < 1.
void set_langevin_lines(Lines& lines, int p, double deltap, double temperature) {
  const auto roots = langevin_instabilities(p, deltap, temperature);
  lines.langevin = roots.empty() ? Root{1 / temperature, 0} : roots.front();
  if (roots.size() < 2) return;
  if (on_largest_branch(p, roots[1].value, deltap, temperature)) {
    lines.langevin_upper = roots[1];
  } else {
    lines.no_langevin_upper = "the second root is not on the largest-q branch";
  }
}

/// For p = 2 the two matrices act as one of strength 1/Δ₂ + 1/Δp, in which AMP and gradient flow find the signal above
/// 1, and the Langevin algorithm above max(1, T).
Lines two_matrices(double deltap, double temperature) {
  const auto above = [&](double strength) {
    constexpr double epsilon = std::numeric_limits<double>::epsilon();
    return delta2_of({strength - 1 / deltap, epsilon * (strength + 1 / deltap)});
  };
  Lines lines;
  lines.amp_spinodal = lines.information_theoretic = lines.gradient_flow = lines.trivialization = above(1);
  lines.langevin = above(std::max(1.0, temperature));
  return lines;
}

Lines lines_at(int p, double deltap, double temperature) {
  if (p == 2) return two_matrices(deltap, temperature);
  Lines lines;
  set_bayes_optimal_lines(lines, p, deltap);
  set_langevin_lines(lines, p, deltap, temperature);
  lines.gradient_flow = gradient_flow_instability(p, deltap);
  lines.trivialization = trivialization(p, deltap);
  return lines;
}

Output line(std::string name, std::string symbol, std::string doc, std::string nan_meaning = {}) {
  return {.name = std::move(name),
          .symbol = std::move(symbol),
          .doc = std::move(doc),
          .error = ErrorKind::numerical,
          .nan_meaning = std::move(nan_meaning),
          .along = "delta2"};
}

}  // namespace

Schema Thresholds::schema() {
  Schema schema = model_schema();
  schema.solver = "thresholds";
  schema.version = 2;
  schema.doc = "The lines of the phase diagram: for given deltap the delta2 of each; inf: the tensor alone suffices";
  std::erase_if(schema.inputs, [](const Input& input) { return input.name == "delta2"; });
  schema.solved_for = {"delta2"};
  schema.outputs = {
      line("delta2_amp_spinodal", "Δ₂ AMP spinodal", "below: AMP is Bayes-optimal from a random start"),
      line("delta2_informative_spinodal", "Δ₂ informative spinodal", "below: an informative state exists", "none"),
      line("delta2_information_theoretic", "Δ₂ information-theoretic",
           "below: the informative state is the Bayes-optimal one"),
      line("delta2_langevin", "Δ₂ Langevin", "below: the Langevin algorithm finds the signal at the temperature"),
      line("delta2_langevin_upper", "Δ₂ Langevin (upper)", "upper edge of where the Langevin algorithm fails", "none"),
      line("delta2_gradient_flow", "Δ₂ gradient flow",
           "below: gradient flow finds the signal (BBP transition of the marginal minima at T = 0)"),
      line("delta2_trivialization", "Δ₂ trivialization",
           "below: no spurious minima at overlaps from 0 to 1 (their complexity at overlap 0 vanishes)"),
  };
  return schema;
}

Thresholds::Thresholds(const Parameters& parameters)
    : p_(static_cast<int>(parameters.integer("p"))),
      deltap_(parameters.real("deltap")),
      temperature_(parameters.real("temperature")) {}

Cost Thresholds::cost(const Parameters&) { return {.seconds = 1.3e-5}; }  // measured, p = 3 … 1000

Solution Thresholds::solve(PointContext& context) const {
  const Lines lines = lines_at(p_, deltap_, temperature_);
  Solution solution = context.solution();
  const auto set = [&](const char* output, const Root& root, const std::string& reason = {}) {
    solution.set(output, root.value, root.error);
    if (!std::isnan(root.value)) return;
    if (!solution.message.empty()) solution.message += "; ";
    solution.message += std::string("no ") + output + ": " + reason;
  };
  set("delta2_amp_spinodal", lines.amp_spinodal);
  set("delta2_informative_spinodal", lines.informative_spinodal, lines.no_informative_spinodal);
  set("delta2_information_theoretic", lines.information_theoretic);
  set("delta2_langevin", lines.langevin);
  set("delta2_langevin_upper", lines.langevin_upper, lines.no_langevin_upper);
  set("delta2_gradient_flow", lines.gradient_flow);
  set("delta2_trivialization", lines.trivialization);
  return solution;
}

}  // namespace glasscape::spiked_matrix_tensor
