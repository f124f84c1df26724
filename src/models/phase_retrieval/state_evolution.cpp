#include "state_evolution.hpp"

#include "glasscape/models/phase_retrieval/bayes_optimal.hpp"
#include "model.hpp"

namespace glasscape::phase_retrieval {

namespace {

/// Of inference from the data; the numbers stand in the result file.
enum class Phase : int { impossible = 0, partial = 1, hard = 2, easy = 3 };

Phase phase_of(double alpha) {
  if (alpha <= 0.5) return Phase::impossible;
  if (alpha <= 1) return Phase::partial;
  return alpha <= amp_spinodal().alpha.value ? Phase::hard : Phase::easy;
}

Output overlap(std::string name, std::string symbol, std::string doc) {
  return {.name = std::move(name), .symbol = std::move(symbol), .doc = std::move(doc), .error = ErrorKind::numerical};
}

Category category(Phase phase, std::string meaning, std::string color) {
  return {.value = static_cast<std::int8_t>(phase), .meaning = std::move(meaning), .color = std::move(color)};
}

}  // namespace

Schema StateEvolution::schema() {
  Schema schema = model_schema();
  schema.solver = "state_evolution";
  schema.doc = "Bayes-optimal inference at infinite size: the fixed points of approximate message passing";
  schema.outputs = {
      overlap("overlap_uninformative", "m_u", "squared overlap that AMP reaches from a random start"),
      overlap("overlap_informative", "m_i", "squared overlap that AMP keeps from the signal"),
      overlap("overlap_bayes", "m", "Bayes-optimal squared overlap"),
      {.name = "mmse", .symbol = "MMSE", .doc = "minimum mean squared error of the signal up to its sign"},
      {.name = "phase",
       .doc = "phase of inference",
       .categories = {category(Phase::impossible, "impossible", "#DDDDDD"),
                      category(Phase::partial, "partial", "#EEDD88"), category(Phase::hard, "hard", "#EE8866"),
                      category(Phase::easy, "easy", "#77AADD")}},
  };
  return schema;
}

Cost StateEvolution::cost(const Parameters&) { return {.seconds = 0.02}; }

/// Where both states exist, beyond α = 1, the signal is determined: it is the Bayes-optimal one.
Solution StateEvolution::solve(PointContext& context) const {
  const Root uninformative = uninformative_overlap(alpha_), informative = informative_overlap(alpha_);
  Solution solution = context.solution();
  solution.set("overlap_uninformative", uninformative.value, uninformative.error);
  solution.set("overlap_informative", informative.value, informative.error);
  solution.set("overlap_bayes", informative.value, informative.error);
  solution.set("mmse", 1 - informative.value);
  solution.set("phase", static_cast<double>(phase_of(alpha_)));
  return solution;
}

}  // namespace glasscape::phase_retrieval
