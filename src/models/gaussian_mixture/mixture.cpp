#include "glasscape/models/gaussian_mixture/mixture.hpp"

#include <cmath>

namespace glasscape::gaussian_mixture {

Mixture::Mixture(const Parameters& parameters)
    : clusters(static_cast<int>(parameters.integer("clusters"))),
      noise_variance(parameters.real("noise_variance")),
      threshold(parameters.real("cluster_threshold")) {}

double Mixture::generalization_error(double overlap, double norm) const {
  if (!(norm > 0)) return 0.5;
  const double scale = 1 / std::sqrt(2 * noise_variance * norm);
  if (clusters == 2) return std::erfc(overlap * scale) / 2;
  return std::erfc(threshold * scale) / 2 +
         (std::erf((threshold - overlap) * scale) + std::erf((threshold + overlap) * scale)) / 4;
}

/// By the symmetry z, c → −z, −c the cluster c = 1 stands for c = −1.
std::vector<double> signals_of(int clusters) { return clusters == 2 ? std::vector{1.0} : std::vector{0.0, 1.0}; }

effective_process::Problem problem_of(const Parameters& parameters, const SampleLoss& loss) {
  const double learning_rate = parameters.real("learning_rate");
  return {.alpha = parameters.real("alpha"),
          .noise_variance = parameters.real("noise_variance"),
          .learning_rate = learning_rate,
          .regularization = parameters.real("regularization"),
          .initial_overlap = parameters.real("initial_overlap"),
          .initial_variance = parameters.real("initial_variance"),
          .steps = static_cast<std::size_t>(parameters.integer("steps")),
          .minibatches = Minibatches(parameters.real("batch_size"), parameters.real("persistence_time"), learning_rate),
          .loss = &loss,
          .signals = signals_of(static_cast<int>(parameters.integer("clusters"))),
          .label = [](double signal, double) { return signal == 0 ? -1.0 : 1.0; }};
}

}  // namespace glasscape::gaussian_mixture
