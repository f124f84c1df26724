#include "glasscape/core/solver.hpp"

#include <new>
#include <stdexcept>

#include "glasscape/core/errors.hpp"

namespace glasscape {

namespace {

Solution failure(const PointContext& context, std::string message) {
  Solution solution = context.solution();
  solution.outcome = Outcome::failed;
  solution.message = std::move(message);
  return solution;
}

}  // namespace

Solution attempt(const SolverEntry& solver, const Parameters& parameters, PointContext& context) {
  try {
    for (const Rule& rule : solver.schema.rules) {
      if (const auto complaint = rule.complaint(parameters)) throw std::domain_error(*complaint);
    }
    Solution solution = solver.solve(parameters, context);
    const bool stopping = context.should_stop();  // a point that overran without asking has overrun all the same
    if (solution.outcome == Outcome::pending) {
      return stopping ? solution : failure(context, "stopped without having been asked to");
    }
    if (const auto fault = find_fault(solution, solver.schema)) return failure(context, *fault);
    return solution;
  } catch (const TeammateFailed& error) {
    return failure(context, error.what());
  } catch (const MachineError& error) {
    context.give_up(error.what());
    throw;  // a disk that cannot take a checkpoint says nothing about the point
  } catch (const std::bad_alloc&) {
    return failure(context, context.give_up("out of memory"));
  } catch (const std::exception& error) {
    return failure(context, context.give_up(error.what()));
  } catch (...) {
    return failure(context, context.give_up("threw something that is no std::exception"));
  }
}

}  // namespace glasscape
