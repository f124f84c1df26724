#include "glasscape/app/inspect.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>

#include "glasscape/core/duration.hpp"
#include "glasscape/core/errors.hpp"

namespace glasscape::app {

namespace {

constexpr std::size_t sample_size = 400;

double physical_memory() {
  return static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGE_SIZE));
}

}  // namespace

std::string read_text(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) throw UserError(fmt::format("{}: is a folder, not a file", path.string()));
  std::ifstream file(path, std::ios::binary);
  if (!file) throw UserError(fmt::format("{}: cannot be read: {}", path.string(), std::strerror(errno)));
  std::ostringstream text;
  if (file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
  return text.str();
}

SweepCost estimate_cost(const Sweep& sweep) {
  if (!sweep.solver->cost) return {};
  const std::size_t points = sweep.space.size();
  const std::size_t sample = std::min(points, sample_size);
  double sum = 0;
  double squares = 0;
  SweepCost total{.sample = sample};
  RandomStream random(sweep.seed, 0, Purpose::paths);
  for (std::size_t i = 0; i < sample; ++i) {
    // the whole grid where it is small, else one point of each of equal parts of it
    const double place = sample == points ? 0 : random.uniform();
    const auto index = static_cast<std::size_t>((static_cast<double>(i) + place) * static_cast<double>(points) /
                                                static_cast<double>(sample));
    const Cost cost = sweep.solver->cost(sweep.space.values(std::min(index, points - 1)));
    sum += cost.seconds;
    squares += cost.seconds * cost.seconds;
    total.is_uniform = total.is_uniform && cost.seconds * static_cast<double>(i + 1) == sum;
    total.bytes = std::max(total.bytes, cost.bytes);
  }
  const auto n = static_cast<double>(sample);
  const double mean = sum / n;
  const double variance = std::max(0.0, squares / n - mean * mean);
  total.seconds = mean * static_cast<double>(points);
  total.seconds_error = sample == points ? 0 : std::sqrt(variance / n) * static_cast<double>(points);
  return total;
}

void check_memory(const Sweep& sweep) {
  const double needed = estimate_cost(sweep).bytes;
  if (needed > physical_memory()) {
    throw UserError(fmt::format("{}: a point needs {} of memory, the machine has {}", sweep.file, format_bytes(needed),
                                format_bytes(physical_memory())));
  }
}

}  // namespace glasscape::app
