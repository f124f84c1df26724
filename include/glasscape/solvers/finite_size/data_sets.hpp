#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "glasscape/core/point_context.hpp"
#include "glasscape/solvers/finite_size/descent.hpp"

/// What solvers have in common that run a descent from several starts on several data sets.
namespace glasscape::finite_size {

/// How large the data sets of a point are, and how many runs are made on each.
struct Size {
  explicit Size(const Parameters& parameters);

  std::size_t dimension, samples, starts;
};

/// Adds `size` (its meaning: `size_doc`), `replicas` and `starts`, with defaults.
void add_data_set_inputs(Schema& schema, std::string size_doc, double size, double starts);

/// Bytes of a point whose replicas hold so much and, beside that, so many `observed` numbers, of which so many are
/// `averaged`. What a replica carries is held up to four more times while its state is written.
double replica_bytes(const Holding& replica, double observed, double averaged);

/// Random numbers for the batches of each run on a data set.
std::vector<RandomStream> batch_streams(const PointContext& context, std::uint32_t replica, std::size_t starts);

}  // namespace glasscape::finite_size
