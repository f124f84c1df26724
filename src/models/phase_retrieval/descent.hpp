#pragma once

#include "glasscape/core/parameters.hpp"
#include "glasscape/solvers/minibatches.hpp"
#include "glasscape/solvers/sample_loss.hpp"

namespace glasscape::phase_retrieval {

/// Λ = (y² − r²)² of a sample with label y² and field r.
class QuarticLoss final : public SampleLoss {
 public:
  Score evaluate(std::span<const double> labels, std::span<const double> fields, std::span<double> first,
                 std::span<double> second) const override;
};

/// Adds what the solvers of (stochastic) gradient descent share: its parameters, and the steps of observation.
void add_descent_inputs(Schema& schema, double steps);

Minibatches minibatches_of(const Parameters& parameters);

/// An observable of each observed step with a statistical error.
Output step_output(std::string name, std::string symbol, std::string doc);

}  // namespace glasscape::phase_retrieval
