#include "descent.hpp"

#include "glasscape/core/observation_times.hpp"

namespace glasscape::phase_retrieval {

Score QuarticLoss::evaluate(std::span<const double> labels, std::span<const double> fields, std::span<double> first,
                            std::span<double> second) const {
  double loss = 0;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const double r = fields[i], difference = labels[i] - r * r;
    loss += difference * difference;
    first[i] = -4 * r * difference;
    second[i] = 8 * r * r - 4 * difference;
  }
  return {.loss = loss};
}

void add_descent_inputs(Schema& schema, double steps) {
  const auto number = [](std::string name, std::string symbol, std::string doc, Interval domain, double fallback) {
    return Input{.name = std::move(name),
                 .symbol = std::move(symbol),
                 .doc = std::move(doc),
                 .domain = domain,
                 .fallback = std::vector{fallback}};
  };
  schema.inputs.push_back(number("batch_size", "b", "fraction of the samples in a batch; 1: gradient descent",
                                 {.lower = 0, .upper = 1, .upper_open = false}, 1));
  schema.inputs.push_back(number("persistence_time", "τ",
                                 "mean time that a sample stays out of the batch, in units of learning_rate x step; "
                                 "0: vanilla SGD, a new batch at each step; else no less than learning_rate and "
                                 "learning_rate (1 - b)/b",
                                 Interval::at_least(0), 0));
  schema.inputs.push_back(number("learning_rate", "η",
                                 "step along minus the gradient of the sum over the batch; unstable where 12 "
                                 "learning_rate times the largest squared field exceeds 2",
                                 Interval::positive(), 0.005));
  schema.inputs.push_back(
      number("initial_overlap", "m₀", "overlap of a warm start with the signal", {.lower = 0, .upper = 1}, 0.2));
  schema.rules.push_back(Minibatches::rule());
  observe_at_some_steps(schema, steps);
  observe_after_waiting_steps(schema);
}

Minibatches minibatches_of(const Parameters& parameters) {
  return Minibatches(parameters.real("batch_size"), parameters.real("persistence_time"),
                     parameters.real("learning_rate"));
}

Output step_output(std::string name, std::string symbol, std::string doc) {
  return {.name = std::move(name),
          .symbol = std::move(symbol),
          .doc = std::move(doc),
          .dims = {"step"},
          .error = ErrorKind::statistical};
}

}  // namespace glasscape::phase_retrieval
