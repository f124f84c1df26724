#include "model.hpp"

namespace glasscape::phase_retrieval {

Schema model_schema() {
  Schema schema;
  schema.model = "phase_retrieval";
  schema.model_doc =
      "Retrieval of a signal of p real components, up to its sign, from the absolute values of alpha p random "
      "projections without noise.";
  schema.reference = "arXiv:2006.06997; arXiv:2103.04902; arXiv:2006.15459";
  schema.inputs = {{.name = "alpha", .symbol = "α", .doc = "samples per dimension", .domain = Interval::positive()}};
  return schema;
}

}  // namespace glasscape::phase_retrieval
