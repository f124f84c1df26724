#pragma once

#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>

namespace glasscape::wrap {

using Communicator = boost::mpi::communicator;

/// The largest of the ranks' values, on every rank. A team of one pays nothing.
int agree_on_maximum(const Communicator& team, int value);

}  // namespace glasscape::wrap
