#include "glasscape/solvers/finite_size/data_sets.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace glasscape::finite_size {

namespace {

constexpr std::uint32_t most_starts = 4096;  // streams are numbered by data set and start
constexpr double states_written = 4;         // copies of a state while it is written
constexpr double means_held = 14;            // numbers for each one that is averaged: sums, results, the file's row

}  // namespace

Size::Size(const Parameters& parameters)
    : dimension(static_cast<std::size_t>(parameters.integer("size"))),
      samples(static_cast<std::size_t>(
          std::clamp(std::round(parameters.real("alpha") * static_cast<double>(dimension)), 1.0, 1e15))),
      starts(static_cast<std::size_t>(parameters.integer("starts"))) {}

void add_data_set_inputs(Schema& schema, std::string size_doc, double size, double starts) {
  schema.inputs.push_back({.name = "size",
                           .kind = Kind::integer,
                           .symbol = "p",
                           .doc = std::move(size_doc) + "; there are alpha x size samples",
                           .domain = Interval::closed(2, 1e6),
                           .fallback = std::vector{size},
                           .defines_sample = true});
  schema.inputs.push_back({.name = "replicas",
                           .kind = Kind::integer,
                           .doc = "data sets, over which mean and error are taken",
                           .domain = Interval::closed(2, 1e6),
                           .fallback = std::vector{10.0},
                           .extendable = true,
                           .continued = true});
  schema.inputs.push_back({.name = "starts",
                           .kind = Kind::integer,
                           .doc = "runs on each data set, with a start and batches of their own",
                           .domain = Interval::closed(1, most_starts),
                           .fallback = std::vector{starts}});
}

double replica_bytes(const Holding& replica, double observed, double averaged) {
  const double carried = replica.carried + observed;
  return 8 * (replica.all + observed + states_written * carried + means_held * averaged);
}

std::vector<RandomStream> batch_streams(const PointContext& context, std::uint32_t replica, std::size_t starts) {
  std::vector<RandomStream> streams;
  for (std::uint32_t start = 0; start < starts; ++start) {
    streams.push_back(context.random(Purpose::dynamics, replica * most_starts + start));
  }
  return streams;
}

}  // namespace glasscape::finite_size
