#include "model.hpp"

namespace glasscape::spiked_matrix_tensor {

Schema model_schema() {
  Schema schema;
  schema.model = "spiked_matrix_tensor";
  schema.model_doc =
      "A vector on the sphere of N dimensions, observed through a noisy matrix (noise variance delta2) and a noisy "
      "tensor of order p (noise variance deltap): a mixed 2+p spherical spin glass with a planted signal.";
  schema.reference = "arXiv:1812.09066";
  schema.inputs = {
      {.name = "p",
       .kind = Kind::integer,
       .symbol = "p",
       .doc = "order of the tensor (2: both channels are matrices)",
       .domain = Interval::closed(2, 1000),
       .fallback = std::vector{3.0},
       .defines_sample = true},
      {.name = "delta2",
       .symbol = "Δ₂",
       .doc = "noise variance of the matrix; inf: no matrix",
       .domain = Interval::positive_or_infinite()},
      {.name = "deltap",
       .symbol = "Δₚ",
       .doc = "noise variance of the tensor; inf: no tensor",
       .domain = Interval::positive_or_infinite()},
      {.name = "temperature",
       .symbol = "T",
       .doc = "temperature of the dynamics (Bayes-optimal inference is at 1)",
       .domain = Interval::at_least(0),
       .fallback = std::vector{1.0}},
  };
  return schema;
}

Covariance covariance_of(const Parameters& parameters) {
  return Covariance(static_cast<int>(parameters.integer("p")), parameters.real("delta2"), parameters.real("deltap"));
}

}  // namespace glasscape::spiked_matrix_tensor
