#include "glasscape/wrap/mpi.hpp"

#include <boost/mpi/operations.hpp>

namespace glasscape::wrap {

int agree_on_maximum(const Communicator& team, int value) {
  if (team.size() == 1) return value;
  return boost::mpi::all_reduce(team, value, boost::mpi::maximum<int>());
}

}  // namespace glasscape::wrap
