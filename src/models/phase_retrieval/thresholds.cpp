#include "thresholds.hpp"

#include "glasscape/models/phase_retrieval/bayes_optimal.hpp"
#include "glasscape/models/phase_retrieval/threshold_states.hpp"
#include "model.hpp"

namespace glasscape::phase_retrieval {

namespace {

Output threshold(std::string name, std::string symbol, std::string doc) {
  return {.name = std::move(name),
          .symbol = std::move(symbol),
          .doc = std::move(doc),
          .error = ErrorKind::numerical,
          .along = "alpha"};
}

}  // namespace

Schema Thresholds::schema() {
  Schema schema = model_schema();
  schema.solver = "thresholds";
  schema.doc = "The ratios alpha at which retrieval becomes possible, in principle and for each algorithm";
  schema.inputs.clear();
  schema.solved_for = {"alpha"};
  schema.outputs = {
      threshold("alpha_weak_recovery", "α weak recovery", "above: AMP has an overlap with the signal"),
      threshold("alpha_information_theoretic", "α information-theoretic", "above: the signal can be recovered fully"),
      threshold("alpha_amp", "α AMP", "above: AMP recovers the signal fully from a random start"),
      threshold("alpha_overparametrized", "α over-parametrised",
                "above: gradient descent on a network of width size or more finds the signal"),
      threshold("alpha_gradient_descent", "α gradient descent",
                "above: gradient descent on the sphere finds the signal, by the instability of the marginal states "
                "(one-step replica-symmetry breaking)"),
      {.name = "threshold_loss",
       .symbol = "e_th",
       .doc = "loss per dimension of the marginal states at alpha_gradient_descent"},
  };
  return schema;
}

Cost Thresholds::cost(const Parameters&) { return {.seconds = 0.5}; }

/// Exact: ½, where m̂ = m at small m; 1, the limit of α(m) at m → 1; 2 (arXiv:2006.15459).
Solution Thresholds::solve(PointContext& context) const {
  const Root gradient_descent = gradient_descent_threshold();
  const Root amp = amp_spinodal().alpha;
  Solution solution = context.solution();
  solution.set("alpha_weak_recovery", 0.5, 0);
  solution.set("alpha_information_theoretic", 1, 0);
  solution.set("alpha_amp", amp.value, amp.error);
  solution.set("alpha_overparametrized", 2, 0);
  solution.set("alpha_gradient_descent", gradient_descent.value, gradient_descent.error);
  solution.set("threshold_loss", threshold_states(gradient_descent.value).loss);
  return solution;
}

}  // namespace glasscape::phase_retrieval
