#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "glasscape/core/point_context.hpp"

/// What solvers have in common that run a descent from several starts on several data sets.
namespace glasscape::finite_size {

/// How large the data sets of a point are, and how many runs are made on each.
struct Size {
  explicit Size(const Parameters& parameters);

  std::size_t dimension, samples, starts;
};

/// Adds `size` (its meaning: `size_doc`), `replicas` and `starts`, with defaults.
void add_data_set_inputs(Schema& schema, std::string size_doc, double size, double starts);

/// Random numbers for the batches of each run on a data set.
std::vector<RandomStream> batch_streams(const PointContext& context, std::uint32_t replica, std::size_t starts);

}  // namespace glasscape::finite_size
