#include <stdexcept>

#include "glasscape/solvers/two_time/uniform.hpp"
#include "log_time.hpp"

namespace glasscape::two_time {

std::unique_ptr<Dynamics> solve(const Equations& equations, const Options& options, PointContext& context) {
  switch (options.scheme) {
    case Scheme::uniform: return uniform(equations, options, context);
    case Scheme::log_time: return log_time(equations, options, context);
  }
  throw std::logic_error("no such scheme");
}

}  // namespace glasscape::two_time
