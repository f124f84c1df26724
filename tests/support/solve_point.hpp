#pragma once

#include <map>
#include <stdexcept>
#include <string>

#include "glasscape/core/solver.hpp"
#include "glasscape/models/registry.hpp"

namespace glasscape::testing {

using Values = std::map<std::string, double>;  ///< a choice by its position
using Lists = std::map<std::string, std::vector<double>>;

/// The solver of that name; throws where there is none.
inline const SolverEntry& solver(const std::string& model, const std::string& name) {
  for (const SolverEntry& entry : registry()) {
    if (entry.schema.model == model && entry.schema.solver == name) return entry;
  }
  throw std::out_of_range("no solver " + model + " / " + name);
}

/// A solution that can be asked by the names of its observables.
struct Solved {
  std::shared_ptr<Shape> shape;  // the solution refers to it
  Solution solution;

  const std::vector<double>& values(const std::string& output) const {
    return solution.values(shape->schema().output_position(output));
  }
  const std::vector<double>& errors(const std::string& output) const {
    return solution.errors(shape->schema().output_position(output));
  }
  double operator[](const std::string& output) const { return values(output).at(0); }
  double error(const std::string& output) const { return errors(output).at(0); }
};

/// Solves one point alone on this rank, from the state in the checkpoint on. Parameters not given take their defaults,
/// lists are empty.
inline Solved solve(Checkpoint& checkpoint, const SolverEntry& entry, const Values& values, const Lists& lists,
                    const std::function<bool()>& stop_requested, std::uint64_t seed = 1, bool keep_state = false) {
  Parameters parameters(entry.schema);
  for (const auto& [name, value] : values) parameters.set_scalar(entry.schema.input_position(name), value);
  for (const auto& [name, list] : lists) parameters.set_list(entry.schema.input_position(name), list);
  const wrap::Communicator self(MPI_COMM_SELF, boost::mpi::comm_attach);
  const PointContext::Environment environment{
      .team = self, .seed = seed, .keep_state = keep_state, .stop_requested = stop_requested};
  const GridPoint point = ParameterSpace(entry.schema, parameters, {}).point(0);
  const auto shape = std::make_shared<Shape>(entry.schema, parameters);
  PointContext context(environment, point, *shape, checkpoint);
  return {shape, attempt(entry, parameters, context)};
}

/// From the beginning.
inline Solved solve(
    const SolverEntry& entry, const Values& values, const Lists& lists = {},
    const std::function<bool()>& stop_requested = [] { return false; }, std::uint64_t seed = 1) {
  NoCheckpoint checkpoint;
  return solve(checkpoint, entry, values, lists, stop_requested, seed);
}

}  // namespace glasscape::testing
