#include "glasscape/solvers/effective_process/average.hpp"

#include <fmt/format.h>

#include "glasscape/solvers/effective_process/forward_pass.hpp"

namespace glasscape::effective_process {

namespace {

Rule enough_paths(const Classes& classes) {
  std::vector<std::string> inputs{"paths", "steps"};
  inputs.insert(inputs.end(), classes.inputs.begin(), classes.inputs.end());
  return {.inputs = inputs, .complaint = [count = classes.count](const Parameters& parameters) {
            const long paths = parameters.integer("paths"), steps = parameters.integer("steps");
            const std::size_t fewest = fewest_paths(static_cast<std::size_t>(steps), count(parameters));
            if (paths_taken(static_cast<std::size_t>(paths)) >= fewest) return std::optional<std::string>();
            return std::optional(fmt::format("{} paths are too few for {} steps: at least {} are needed", paths, steps,
                                             paths_taken(fewest) / 2 + 1));
          }};
}

}  // namespace

void add_pass_inputs(Schema& schema, double paths, const Classes& classes) {
  schema.rules.push_back(enough_paths(classes));
  schema.inputs.push_back({.name = "paths",
                           .kind = Kind::integer,
                           .symbol = "N",
                           .doc = "paths of the effective process in a replica, rounded up to a power of two; no less "
                                  "than steps + 35 and steps times the number of classes",
                           .domain = Interval::closed(64, 1 << 24),
                           .fallback = std::vector{paths}});
  schema.inputs.push_back({.name = "replicas",
                           .kind = Kind::integer,
                           .doc = "independent sets of paths, of whose results mean and error are given",
                           .domain = Interval::closed(2, 1e6),
                           .fallback = std::vector{8.0},
                           .extendable = true,
                           .continued = true});
}

/// The past of all paths is read again at each step: from the cache, or at half the speed from memory. While a
/// checkpoint is written, its state is held up to four times beside the pass.
Cost cost_of_passes(const Parameters& parameters) {
  const auto paths = static_cast<std::size_t>(parameters.integer("paths"));
  const auto steps = static_cast<std::size_t>(parameters.integer("steps"));
  const auto work = static_cast<double>(paths_taken(paths)) * static_cast<double>(steps);
  const auto replicas = static_cast<double>(parameters.integer("replicas"));
  const double bytes = forward_pass_bytes(paths, steps), largest_cache = 5e7;
  const double per_past_step = bytes > largest_cache ? 3e-9 : 1.5e-9;
  return {.seconds = replicas * work * (6e-8 + per_past_step * static_cast<double>(steps)), .bytes = 5 * bytes};
}

std::optional<ReplicaMean> average_over_passes(const Parameters& parameters, PointContext& context,
                                               const Problem& problem,
                                               const std::function<std::vector<double>(const Dynamics&)>& numbers_of) {
  const auto paths = static_cast<std::size_t>(parameters.integer("paths"));
  const auto run = [&](std::uint32_t replica, Checkpoint& checkpoint) -> std::optional<std::vector<double>> {
    const auto dynamics = forward_pass(problem, paths, context.random(Purpose::paths, replica), {context, checkpoint});
    if (!dynamics) return std::nullopt;
    return numbers_of(*dynamics);
  };
  return average_over_replicas(parameters, context, run);
}

}  // namespace glasscape::effective_process
