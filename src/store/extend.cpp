#include "glasscape/store/extend.hpp"

#include <algorithm>

#include "glasscape/store/result_file.hpp"
#include "glasscape/store/rows.hpp"
#include "glasscape/store/state_file.hpp"

namespace glasscape::store {

namespace {

/// Neighbouring points of the new grid that were neighbours in the former one.
struct Run {
  std::size_t index;
  std::size_t former;
  std::size_t count;
};

/// Calls visit(run) for all points that were in the former grid, at most `longest` at once.
template <class Visit>
void for_each_run(const Extension& extension, std::size_t points, std::size_t longest, Visit visit) {
  Run run{0, 0, 0};
  for (std::size_t index = 0; index < points; ++index) {
    const auto former = extension.former(index);
    const bool goes_on = former && run.count > 0 && run.count < longest && *former == run.former + run.count &&
                         index == run.index + run.count;
    if (goes_on) {
      ++run.count;
      continue;
    }
    if (run.count > 0) visit(run);
    run = former ? Run{index, *former, 1} : Run{0, 0, 0};
  }
  if (run.count > 0) visit(run);
}

/// Which points of the new grid keep their row.
class RowCopy {
 public:
  RowCopy(const ResultFile& from, const Sweep& sweep, const Extension& extension)
      : from_(from, RowFile::Access::read),
        sweep_(sweep),
        extension_(extension),
        reused_(sweep.space.size(), false),
        former_results_(count_results(from)) {}

  void copy_to(const std::filesystem::path& path) {
    const ResultFile file(path);
    const RowFile to(file, RowFile::Access::write_unshared);
    const std::size_t longest = std::max<std::size_t>(1, (1 << 20) / from_.image_bytes());
    for_each_run(extension_, sweep_.space.size(), longest, [&](const Run& run) { copy(run, to); });
  }

  const std::vector<bool>& reused() const { return reused_; }
  std::size_t dropped() const { return former_results_ - results_met_; }

 private:
  static std::size_t count_results(const ResultFile& file) {
    const auto statuses = file.read(field_name::status);
    return static_cast<std::size_t>(std::ranges::count_if(statuses, [](double status) {
      return status != static_cast<double>(Outcome::pending) && status != static_cast<double>(Outcome::inferred);
    }));
  }

  void copy(const Run& run, const RowFile& to) {
    const std::size_t bytes = from_.image_bytes();
    const auto images = from_.read_images(run.former, run.count);
    std::size_t first = 0;  // of the good rows that are not written yet
    for (std::size_t i = 0; i < run.count; ++i) {
      const bool good = is_reusable(std::span(images).subspan(i * bytes, bytes), run.index + i);
      reused_[run.index + i] = good;
      if (good) continue;
      if (i > first) to.write_images(run.index + first, std::span(images).subspan(first * bytes, (i - first) * bytes));
      first = i + 1;
    }
    if (run.count > first) to.write_images(run.index + first, std::span(images).subspan(first * bytes));
  }

  bool is_reusable(std::span<const std::byte> image, std::size_t index) {
    const Outcome outcome = from_.stored_outcome(image);
    if (outcome == Outcome::pending || outcome == Outcome::inferred) return false;
    ++results_met_;
    return !extension_.continues() && holds_result(from_, image, sweep_.space.point(index).key);
  }

  RowFile from_;
  const Sweep& sweep_;
  const Extension& extension_;
  std::vector<bool> reused_;
  std::size_t former_results_;
  std::size_t results_met_ = 0;
};

/// Counts the points without a row that have a state, and removes the states of points that are none any more.
std::size_t count_continued(const std::filesystem::path& path, const Sweep& sweep, const std::vector<bool>& reused) {
  auto states = kept_states(path);
  if (states.empty()) return 0;
  std::size_t continued = 0;
  for (std::size_t index = 0; index < reused.size(); ++index) {
    const bool has_state = states.erase(sweep.space.point(index).key) > 0;
    if (has_state && !reused[index]) ++continued;
  }
  for (const std::uint64_t key : states) remove_state(path, key);
  return continued;
}

}  // namespace

ExtendedRows extend_result_file(const std::filesystem::path& path, const Sweep& sweep, const Extension& extension,
                                const RootAttributes& attributes) {
  const ResultFile former(path);
  RowCopy rows(former, sweep, extension);
  create_result_file(path, Layout(sweep.space, sweep.shape), attributes,
                     [&](const std::filesystem::path& temporary) { rows.copy_to(temporary); });
  return {.reused = static_cast<std::size_t>(std::ranges::count(rows.reused(), true)),
          .continued = count_continued(path, sweep, rows.reused()),
          .dropped = rows.dropped()};
}

}  // namespace glasscape::store
