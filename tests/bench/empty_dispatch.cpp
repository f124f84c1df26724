// Dispatch alone: points without work and without a store. Prints how many a second went through.
#include <fmt/format.h>

#include <boost/mpi/environment.hpp>
#include <chrono>
#include <cstdlib>
#include <numeric>

#include "glasscape/sweep/dispatch.hpp"

int main(int argc, char** argv) {
  using Clock = std::chrono::steady_clock;
  namespace sweep = glasscape::sweep;
  const boost::mpi::environment mpi(argc, argv);
  const glasscape::wrap::Communicator world;
  const std::size_t points = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  std::vector<std::size_t> queue(world.rank() == 0 ? points : 0);
  std::iota(queue.begin(), queue.end(), 0);
  const sweep::StopSource stop(glasscape::infinity);
  const sweep::Work work{.solve = [](std::size_t) { return glasscape::Outcome::done; }, .commit = [] {}};
  world.barrier();
  const auto start = Clock::now();
  const sweep::Tally tally = sweep::dispatch(sweep::Teams(world, 1), queue, work, stop, {});
  const std::chrono::duration<double> seconds = Clock::now() - start;
  if (world.rank() == 0) fmt::print("{:.0f}\n", static_cast<double>(tally.points.all()) / seconds.count());
  return 0;
}
