#include "glasscape/app/inspect.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <functional>
#include <numeric>
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

std::vector<std::size_t> sample_of(const Sweep& sweep, std::size_t size) {
  const std::size_t points = sweep.space.size();
  const std::size_t sample = std::min(points, size);
  std::vector<std::size_t> indices;
  RandomStream random(sweep.seed, 0, Purpose::paths);
  for (std::size_t i = 0; i < sample; ++i) {
    const double place = sample == points ? 0 : random.uniform();
    const auto index = static_cast<std::size_t>((static_cast<double>(i) + place) * static_cast<double>(points) /
                                                static_cast<double>(sample));
    indices.push_back(std::min(index, points - 1));
  }
  return indices;
}

TotalCost total_cost(const Sweep& sweep, CostModel& model) {
  const std::vector<std::size_t> sample = sample_of(sweep, sample_size);
  const auto n = static_cast<double>(sample.size());
  TotalCost total = model.total(sample, static_cast<double>(sweep.space.size()) / n);
  if (sample.size() == sweep.space.size()) return total;
  double squares = 0;
  const double mean = total.seconds / static_cast<double>(sweep.space.size());
  for (const std::size_t index : sample) squares += std::pow(model.seconds(index) / mean - 1, 2);
  total.factor = std::exp(std::hypot(std::log(total.factor), std::sqrt(squares) / n));
  return total;
}

std::string cost_text(const TotalCost& cost) {
  if (cost.factor > 1.3) {
    return fmt::format("{} ({} to {})", format_duration(cost.seconds), format_duration(cost.seconds / cost.factor),
                       format_duration(cost.seconds * cost.factor));
  }
  return fmt::format("{} +- {}", format_duration(cost.seconds), format_duration(cost.seconds * std::log(cost.factor)));
}

namespace {

/// Where every axis has its smallest or largest value: what grows with parameters is largest at one of these.
std::vector<std::size_t> corners_of(const ParameterSpace& space) {
  std::vector<std::size_t> corners{0};
  for (const Axis& axis : space.axes()) {
    const auto [least, most] = std::ranges::minmax_element(axis.values);
    std::vector<std::size_t> further;
    for (const std::size_t corner : corners) {
      for (const auto& end : {least, most}) {
        further.push_back(corner * axis.values.size() + static_cast<std::size_t>(end - axis.values.begin()));
      }
    }
    corners = std::move(further);
  }
  return corners;
}

/// Bytes of each point, or of some that stand for all.
std::vector<double> bytes_of_points(const Sweep& sweep) {
  if (!sweep.solver->cost) return {0};
  std::vector<std::size_t> indices = sample_of(sweep, sample_size);
  if (indices.size() < sweep.space.size()) {
    for (const std::size_t corner : corners_of(sweep.space)) indices.push_back(corner);
  }
  std::vector<double> bytes;
  for (const std::size_t index : indices) bytes.push_back(sweep.solver->cost(sweep.space.values(index)).bytes);
  return bytes;
}

}  // namespace

double point_memory(const Sweep& sweep) { return std::ranges::max(bytes_of_points(sweep)); }

void check_memory(const Sweep& sweep, std::size_t at_once) {
  std::vector<double> bytes = bytes_of_points(sweep);
  std::ranges::sort(bytes, std::greater());
  const double machine = physical_memory();
  if (bytes[0] > machine) {
    throw UserError(fmt::format("{}: a point needs {} of memory, the machine has {}", sweep.file,
                                format_bytes(bytes[0]), format_bytes(machine)));
  }
  at_once = std::min(at_once, sweep.space.size());
  if (bytes.size() < sweep.space.size()) bytes.assign(at_once, bytes[0]);  // others are alike
  const double together = std::accumulate(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(at_once), 0.0);
  if (together <= machine) return;
  throw UserError(
      fmt::format("{}: {} points at once need {} of memory, up to {} each; the machine has {}: start fewer "
                  "ranks",
                  sweep.file, at_once, format_bytes(together), format_bytes(bytes[0]), format_bytes(machine)));
}

}  // namespace glasscape::app
