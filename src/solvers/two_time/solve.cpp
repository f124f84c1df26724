#include <stdexcept>

#include "glasscape/solvers/two_time/uniform.hpp"

namespace glasscape::two_time {

std::unique_ptr<Dynamics> solve(const Equations& equations, const Options& options, PointContext& context) {
  switch (options.scheme) {
    case Scheme::uniform: return uniform(equations, options, context);
    case Scheme::log_time: throw std::logic_error("the scheme log_time is not there yet");
  }
  throw std::logic_error("no such scheme");
}

}  // namespace glasscape::two_time
