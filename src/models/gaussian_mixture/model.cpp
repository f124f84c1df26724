#include "model.hpp"

#include "glasscape/core/observation_times.hpp"
#include "glasscape/solvers/minibatches.hpp"

namespace glasscape::gaussian_mixture {

namespace {

Input number(std::string name, std::string symbol, std::string doc, Interval domain, double fallback) {
  return {.name = std::move(name),
          .symbol = std::move(symbol),
          .doc = std::move(doc),
          .domain = domain,
          .fallback = std::vector{fallback}};
}

std::vector<Input> task_inputs() {
  return {
      {.name = "alpha", .symbol = "α", .doc = "samples per dimension", .domain = Interval::positive()},
      number("noise_variance", "Δ", "variance of the clusters in each direction", Interval::positive(), 0.5),
      {.name = "clusters",
       .kind = Kind::integer,
       .doc = "2: of opposite label; 3: the middle one has the other label (initial_overlap 0 stays 0)",
       .domain = Interval::closed(2, 3),
       .fallback = std::vector{2.0}},
      number("cluster_threshold", "L", "of 3 clusters: fields below L in size are classified as the middle one",
             Interval::positive(), 0.7),
      {.name = "loss",
       .kind = Kind::choice,
       .doc = "of a sample, with prediction Φ: ln(1 + exp(-yΦ)) or (y - Φ)²/2",
       .choices = {"logistic", "square"},
       .fallback = std::vector{0.0}},
      number("regularization", "λ", "strength of the ridge λ|w|²/2", Interval::at_least(0), 0),
  };
}

std::vector<Input> algorithm_inputs() {
  return {
      number("batch_size", "b", "fraction of the samples in a batch; 1: gradient descent",
             {.lower = 0, .upper = 1, .upper_open = false}, 1),
      number("persistence_time", "τ",
             "mean time that a sample stays out of the batch, in units of learning_rate x step; 0: vanilla SGD, a new "
             "batch at each step; else no less than learning_rate and learning_rate (1 - b)/b",
             Interval::at_least(0), 0),
      number("learning_rate", "η", "step along minus the gradient of the sum over the batch", Interval::positive(),
             0.2),
      number("initial_variance", "R₀", "variance of the weights at the start", Interval::at_least(0), 0.01),
      number("initial_overlap", "m₀", "overlap of the start with the direction of the clusters", Interval::real(), 0),
  };
}

}  // namespace

Schema model_schema() {
  Schema schema;
  schema.model = "gaussian_mixture";
  schema.model_doc =
      "Classification of Gaussian clusters along one direction of p dimensions by a single layer, trained by "
      "stochastic gradient descent on alpha p samples.";
  schema.reference = "arXiv:2006.06098; arXiv:2112.10852";
  schema.inputs = task_inputs();
  for (Input& input : algorithm_inputs()) schema.inputs.push_back(std::move(input));
  schema.rules = {Minibatches::rule()};
  observe_at_all_steps(schema, 100);
  observe_after_waiting_steps(schema);
  return schema;
}

}  // namespace glasscape::gaussian_mixture
