#include "glasscape/wrap/mpi.hpp"

#include <mpi.h>

#include <algorithm>
#include <array>
#include <boost/mpi/collectives.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>
#include <chrono>
#include <cstdlib>
#include <thread>

namespace glasscape::wrap {

namespace {

constexpr std::chrono::microseconds longest_pause{2000};

/// Must come before MPI starts; where it is set already, or the MPI library is another, it changes nothing.
bool no_daemon_for_one_rank() {
  ::setenv("OMPI_MCA_ess_singleton_isolated", "1", 0);
  return false;
}

/// Until the ranks have met; a sleeping wait, for MPI's own is a busy one.
void wait_for(MPI_Request& request) {
  int done = 0;
  for (auto pause = std::chrono::microseconds(1); done == 0; pause = std::min(2 * pause, longest_pause)) {
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (done == 0) std::this_thread::sleep_for(pause);
  }
}

}  // namespace

Mpi::Mpi() : environment_(no_daemon_for_one_rank()) {}  // false: an exception is no reason to abort the job

int agree_on_maximum(const Communicator& team, int value) {
  if (team.size() == 1) return value;
  int largest = value;
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Iallreduce(&value, &largest, 1, MPI_INT, MPI_MAX, team, &request);
  wait_for(request);
  return largest;
}

void sum_over(const Communicator& team, std::span<double> values) {
  if (team.size() == 1) return;
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Iallreduce(MPI_IN_PLACE, values.data(), static_cast<int>(values.size()), MPI_DOUBLE, MPI_SUM, team, &request);
  wait_for(request);
}

void broadcast(const Communicator& world, int& value, int root) { boost::mpi::broadcast(world, value, root); }

void broadcast(const Communicator& world, std::string& text, int root) { boost::mpi::broadcast(world, text, root); }

void broadcast(const Communicator& world, std::vector<std::string>& texts, int root) {
  boost::mpi::broadcast(world, texts, root);
}

void broadcast(const Communicator& world, std::vector<std::byte>& bytes, int root) {
  std::size_t size = bytes.size();
  boost::mpi::broadcast(world, size, root);
  bytes.resize(size);
  boost::mpi::broadcast(world, reinterpret_cast<char*>(bytes.data()), static_cast<int>(size), root);
}

void abort_job(int exit_code) {
  MPI_Abort(MPI_COMM_WORLD, exit_code);
  std::abort();  // MPI_Abort does not return
}

std::string mpi_version() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text = {};
  int length = 0;
  MPI_Get_library_version(text.data(), &length);
  const std::string whole(text.data(), static_cast<std::size_t>(length));
  return whole.substr(0, whole.find(','));
}

int ranks_on_this_machine(const Communicator& communicator) {
  MPI_Comm machine = MPI_COMM_NULL;
  MPI_Comm_split_type(communicator, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
  int ranks = 0;
  MPI_Comm_size(machine, &ranks);
  MPI_Comm_free(&machine);
  return ranks;
}

}  // namespace glasscape::wrap
