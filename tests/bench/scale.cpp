// What the engine does on more ranks than there are here: the real scheduler on a simulated clock, and, to check the
// simulation, the real dispatch of points that sleep.
//
//   scale                                a table: teams × seconds of a point → efficiency
//   scale TEAMS SECONDS POINTS           one simulated sweep
//   mpirun -n N scale SECONDS POINTS     a real one on N - 1 teams; prints its efficiency, and the
//                                  microseconds that an exchange takes the master
#include <fmt/format.h>

#include <boost/mpi/environment.hpp>
#include <cstdlib>
#include <numeric>
#include <span>
#include <thread>

#include "glasscape/sweep/dispatch.hpp"
#include "support/simulated_sweep.hpp"

namespace {

using namespace glasscape;

std::vector<std::size_t> indices_up_to(std::size_t count) {
  std::vector<std::size_t> indices(count);
  std::iota(indices.begin(), indices.end(), 0);
  return indices;
}

/// Half to one and a half times `mean`, so that no two teams march in step.
double seconds_of_point(double mean, std::size_t index) {
  return mean * (0.5 + static_cast<double>(index * 2654435761U % 4096) / 4096);
}

testing::EngineCosts measured_costs() {
  testing::EngineCosts costs;
  const auto read = [](const char* name, double& value) {
    if (const char* text = std::getenv(name)) value = std::strtod(text, nullptr);
  };
  read("RECEIVE", costs.receive);
  read("SEND", costs.send);
  read("COMMIT", costs.commit);
  return costs;
}

double simulated_efficiency(std::size_t teams, double seconds, std::size_t points) {
  testing::SimulatedSweep sweep(teams, measured_costs(),
                                [seconds](std::size_t i) { return seconds_of_point(seconds, i); });
  const double makespan = sweep.run(indices_up_to(points));
  return sweep.busy_seconds() / (makespan * static_cast<double>(teams));
}

/// 200 points a team, and at least enough for 20 s, as far as memory allows.
void print_table() {
  constexpr std::size_t most_points = 20'000'000;
  const testing::EngineCosts costs = measured_costs();
  fmt::print("an exchange takes the master {:.3g} us: at most {:.3g} a second\n\n", 1e6 * (costs.receive + costs.send),
             1 / (costs.receive + costs.send));
  fmt::print("{:>8}", "teams");
  const std::vector<double> durations{1e-3, 1e-2, 0.1, 1, 10, 100};
  for (const double seconds : durations) fmt::print("{:>10}", fmt::format("{} s", seconds));
  fmt::print("\n");
  for (const std::size_t teams : {100UL, 1000UL, 10'000UL, 100'000UL}) {
    fmt::print("{:>8}", teams);
    for (const double seconds : durations) {
      const auto a_team = static_cast<std::size_t>(std::max(200.0, 20 / seconds));
      const double efficiency = simulated_efficiency(teams, seconds, std::min(a_team * teams, most_points));
      fmt::print("{:>10}", fmt::format("{:.1f} %", 100 * efficiency));
      std::fflush(stdout);
    }
    fmt::print("\n");
  }
}

void run_for_real(const wrap::Communicator& world, double seconds, std::size_t points) {
  using Clock = std::chrono::steady_clock;
  const sweep::StopSource stop(infinity);
  const sweep::Teams teams(world, 1);
  const auto solve = [seconds](std::size_t index) {
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds_of_point(seconds, index)));
    return Outcome::done;
  };
  world.barrier();
  const auto start = Clock::now();
  const sweep::Tally tally =
      sweep::dispatch(teams, world.rank() == 0 ? indices_up_to(points) : std::vector<std::size_t>{},
                      {.solve = solve, .commit = [] {}}, stop, {});
  const std::chrono::duration<double> took = Clock::now() - start;
  double asked = 0;
  for (std::size_t i = 0; i < points; ++i) asked += seconds_of_point(seconds, i);
  if (world.rank() != 0) return;
  fmt::print("{:.4f} {:.1f}\n", asked / (took.count() * static_cast<double>(teams.count())),
             1e6 * tally.exchange_seconds);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto number = [&](std::size_t i) { return std::strtod(arguments[i].c_str(), nullptr); };
  const auto count = [&](std::size_t i) { return static_cast<std::size_t>(number(i)); };
  if (arguments.empty()) {
    print_table();
  } else if (arguments.size() == 3) {
    fmt::print("{:.4f}\n", simulated_efficiency(count(0), number(1), count(2)));
  } else {
    const boost::mpi::environment mpi;
    run_for_real(wrap::Communicator(), number(0), count(1));
  }
  return 0;
}
