#include "state_evolution.hpp"

#include "glasscape/models/spiked_matrix_tensor/fixed_points.hpp"
#include "model.hpp"

namespace glasscape::spiked_matrix_tensor {

namespace {

/// Of inference from the data; the numbers stand in the result file.
enum class Phase : int {
  impossible = 0,
  metastable = 1,
  hard = 2,
  easy = 3,
  hybrid_hard = 4,
  easy_metastable = 5,
};

Phase phase_of(const BayesOptimal& states) {
  const FixedPoint& uninformative = states.uninformative;
  const FixedPoint& informative = states.informative;
  if (informative.overlap == 0) return Phase::impossible;
  if (informative.overlap == uninformative.overlap) return Phase::easy;
  const bool informative_wins = informative.free_entropy > uninformative.free_entropy;
  if (uninformative.overlap == 0) return informative_wins ? Phase::hard : Phase::metastable;
  return informative_wins ? Phase::hybrid_hard : Phase::easy_metastable;
}

Category category(Phase phase, std::string meaning, std::string color) {
  return {.value = static_cast<std::int8_t>(phase), .meaning = std::move(meaning), .color = std::move(color)};
}

Output overlap(std::string name, std::string symbol, std::string doc) {
  return {.name = std::move(name), .symbol = std::move(symbol), .doc = std::move(doc), .error = ErrorKind::numerical};
}

}  // namespace

Schema StateEvolution::schema() {
  Schema schema = model_schema();
  schema.solver = "state_evolution";
  schema.doc = "Bayes-optimal approximate message passing at infinite size: its fixed points and the phases they make";
  schema.outputs = {
      overlap("overlap_uninformative", "m_u", "overlap that AMP reaches from a random start"),
      overlap("overlap_informative", "m_i", "overlap that AMP reaches from the signal"),
      overlap("overlap_bayes", "m", "Bayes-optimal overlap"),
      {.name = "mmse", .symbol = "MMSE", .doc = "minimum mean squared error"},
      {.name = "free_entropy_uninformative", .symbol = "Φ(m_u)", .doc = "free entropy of the uninformative state"},
      {.name = "free_entropy_informative", .symbol = "Φ(m_i)", .doc = "free entropy of the informative state"},
      {.name = "phase",
       .doc = "phase of inference",
       // light scheme of Paul Tol: distinct to the colour-blind, and blue where AMP is as good as can be
       .categories = {category(Phase::impossible, "impossible", "#DDDDDD"),
                      category(Phase::metastable, "metastable", "#EEDD88"), category(Phase::hard, "hard", "#EE8866"),
                      category(Phase::easy, "easy", "#77AADD"), category(Phase::hybrid_hard, "hybrid_hard", "#FFAABB"),
                      category(Phase::easy_metastable, "easy_metastable", "#99DDFF")}},
      {.name = "iterations", .doc = "evaluations of the state-evolution equation and its slope by the root search"},
      overlap("overlap_ml", "m_ML", "overlap of maximum-likelihood AMP (T = 0) from the signal"),
      {.name = "q_threshold",
       .symbol = "q_th",
       .doc = "largest overlap of marginal states at the temperature",
       .nan_meaning = "none"},
  };
  return schema;
}

StateEvolution::StateEvolution(const Parameters& parameters)
    : covariance_(covariance_of(parameters)), temperature_(parameters.real("temperature")) {}

Cost StateEvolution::cost(const Parameters&) { return {.seconds = 1.3e-5}; }  // measured, p = 3 … 1000

Solution StateEvolution::solve(PointContext& context) const {
  const BayesOptimal states = bayes_optimal(covariance_);
  const FixedPoint& best = states.best();
  const Root likeliest = maximum_likelihood_overlap(covariance_);

  Solution solution = context.solution();
  solution.set("overlap_uninformative", states.uninformative.overlap, states.uninformative.error);
  solution.set("overlap_informative", states.informative.overlap, states.informative.error);
  solution.set("overlap_bayes", best.overlap, best.error);
  solution.set("mmse", best.mmse);
  solution.set("free_entropy_uninformative", states.uninformative.free_entropy);
  solution.set("free_entropy_informative", states.informative.free_entropy);
  solution.set("phase", static_cast<double>(phase_of(states)));
  solution.set("iterations", states.evaluations);
  solution.set("overlap_ml", likeliest.value, likeliest.error);
  solution.set("q_threshold", threshold_overlap(covariance_, temperature_));
  return solution;
}

}  // namespace glasscape::spiked_matrix_tensor
