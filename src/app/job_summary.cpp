#include "glasscape/app/job_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "glasscape/core/duration.hpp"

namespace glasscape::app {

namespace {

constexpr std::size_t most_slow_points = 3;
constexpr std::size_t most_messages = 5;
constexpr std::size_t most_rows_read = 10'000;  // of failed points, for their messages
constexpr double worth_saying = 1;              // seconds of solving

/// Position of a row in the grid, one row.
store::Slab slab_of(const Sweep& sweep, std::size_t index) {
  const std::size_t axes = sweep.space.axes().size();
  store::Slab slab{.start = std::vector<std::size_t>(axes), .count = std::vector<std::size_t>(axes, 1)};
  for (std::size_t i = axes; i-- > 0; index /= sweep.space.axes()[i].values.size()) {
    slab.start[i] = index % sweep.space.axes()[i].values.size();
  }
  return slab;
}

std::string failures(const Sweep& sweep, const store::ResultFile& file) {
  std::map<std::string, std::size_t> counts;
  std::size_t read = 0;
  const std::vector<double> statuses = file.read(store::field_name::status);
  for (std::size_t index = 0; index < statuses.size() && read < most_rows_read; ++index) {
    const auto outcome = static_cast<Outcome>(statuses[index]);
    if (outcome != Outcome::failed && outcome != Outcome::unconverged) continue;
    ++read;
    ++counts[fmt::format("{}: {}", name_of(outcome), file.read_messages(slab_of(sweep, index)).front())];
  }
  std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
  std::ranges::stable_sort(sorted, std::greater<>{}, [](const auto& entry) { return entry.second; });
  std::string lines;
  for (std::size_t i = 0; i < std::min(sorted.size(), most_messages); ++i) {
    lines += fmt::format("  {} x {}\n", sorted[i].second, sorted[i].first);
  }
  if (sorted.size() > most_messages) lines += fmt::format("  and {} other messages\n", sorted.size() - most_messages);
  return lines;
}

}  // namespace

void SlowestPoints::add(std::size_t index, double seconds) {
  if (entries_.size() == most_slow_points && entries_.back().seconds >= seconds) return;
  const auto place = std::ranges::find_if(entries_, [&](const Entry& entry) { return entry.seconds < seconds; });
  entries_.insert(place, {seconds, index});
  if (entries_.size() > most_slow_points) entries_.pop_back();
}

std::string job_summary(const Sweep& sweep, const store::ResultFile& file, const sweep::Tally& tally,
                        const SlowestPoints& slowest, int ranks, double seconds) {
  std::string lines;
  if (tally.points.failed + tally.points.unconverged > 0) lines += failures(sweep, file);
  if (tally.busy_seconds < worth_saying) return lines;
  for (const SlowestPoints::Entry& entry : slowest.entries()) {
    lines += fmt::format("  slow: {} at {}\n", format_duration(entry.seconds), sweep.space.place(entry.index));
  }
  const double used = seconds * ranks;
  const double solving = tally.busy_seconds * sweep.run.ranks_per_point;
  lines += fmt::format("  used: {} of core time on {} rank{}, {:.1f} % of it in points\n", format_duration(used), ranks,
                       ranks == 1 ? "" : "s", 100 * solving / used);
  return lines;
}

}  // namespace glasscape::app
