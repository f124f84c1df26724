#pragma once

#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace glasscape::wrap {

using Communicator = boost::mpi::communicator;

/// How many ranks of the communicator run on this one's machine. Collective.
int ranks_on_this_machine(const Communicator& communicator);

/// MPI from construction to destruction. A program started without a launcher is a world of one rank at once, without
/// the daemon that Open MPI would start beside it.
class Mpi {
 public:
  Mpi();

 private:
  boost::mpi::environment environment_;
};

/// The largest of the ranks' values, on every rank. A team of one pays nothing; who waits for others sleeps.
int agree_on_maximum(const Communicator& team, int value);

/// Adds up the ranks' values, element by element; the sums on every rank. Likewise.
void sum_over(const Communicator& team, std::span<double> values);

/// What `root` holds, on every rank.
void broadcast(const Communicator& world, int& value, int root);
void broadcast(const Communicator& world, std::string& text, int root);
void broadcast(const Communicator& world, std::vector<std::string>& texts, int root);
void broadcast(const Communicator& world, std::vector<std::byte>& bytes, int root);

/// Ends all ranks with this exit code.
[[noreturn]] void abort_job(int exit_code);

/// "Open MPI v4.1.4"
std::string mpi_version();

}  // namespace glasscape::wrap
