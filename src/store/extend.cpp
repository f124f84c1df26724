#include "glasscape/store/extend.hpp"

#include <algorithm>

#include "glasscape/store/result_file.hpp"
#include "glasscape/store/rows.hpp"
#include "glasscape/store/state_file.hpp"

namespace glasscape::store {

namespace {

/// Rows of a file by index, read many at once where they lie close together.
class NearbyRows {
 public:
  NearbyRows(const RowFile& file, std::size_t first, std::size_t last, std::size_t most) : file_(file), first_(first) {
    if (last - first < most) images_ = file.read_images(first, last - first + 1);
  }

  std::span<const std::byte> image(std::size_t row) {
    if (!images_.empty()) return std::span(images_).subspan((row - first_) * file_.image_bytes(), file_.image_bytes());
    return one_ = file_.read_images(row, 1);
  }

 private:
  const RowFile& file_;
  std::size_t first_;
  std::vector<std::byte> images_;
  std::vector<std::byte> one_;
};

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
    const std::size_t points = sweep_.space.size();
    const std::size_t block = std::max<std::size_t>(1, (1 << 20) / from_.image_bytes());
    for (std::size_t first = 0; first < points; first += block) copy(first, std::min(block, points - first), to);
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

  /// The rows of neighbouring points of the new grid.
  void copy(std::size_t first, std::size_t count, const RowFile& to) {
    std::vector<std::pair<std::size_t, std::size_t>> places;  // former, position in this block
    for (std::size_t i = 0; i < count; ++i) {
      if (const auto former = extension_.former(first + i)) places.emplace_back(*former, i);
    }
    if (places.empty()) return;
    const auto [lowest, highest] = std::ranges::minmax(places);
    NearbyRows former(from_, lowest.first, highest.first, 4 * count);
    const std::size_t bytes = from_.image_bytes();
    auto images = to.read_images(first, count);
    for (const auto& [row, position] : places) {
      const auto image = former.image(row);
      if (!is_reusable(image, first + position)) continue;
      reused_[first + position] = true;
      std::ranges::copy(image, images.begin() + static_cast<std::ptrdiff_t>(position * bytes));
    }
    to.write_images(first, images);
  }

  bool is_reusable(std::span<const std::byte> image, std::size_t index) {
    const Outcome outcome = from_.stored_outcome(image);
    if (outcome == Outcome::pending || outcome == Outcome::inferred) return false;
    ++results_met_;
    return !extension_.extends_points() && holds_result(from_, image, sweep_.space.point(index).key);
  }

  RowFile from_;
  const Sweep& sweep_;
  const Extension& extension_;
  std::vector<bool> reused_;
  std::size_t former_results_;
  std::size_t results_met_ = 0;
};

/// Counts the points without a row that go on from a state, and removes the states of points that are none any more.
std::size_t count_continued(const std::filesystem::path& path, const Sweep& sweep, const std::vector<bool>& reused,
                            const GoesOn& goes_on) {
  auto states = kept_states(path);
  if (states.empty()) return 0;
  std::size_t continued = 0;
  for (std::size_t index = 0; index < reused.size(); ++index) {
    const GridPoint point = sweep.space.point(index);
    const bool has_state = states.erase(point.key) > 0;
    if (has_state && !reused[index] && goes_on(point)) ++continued;
  }
  for (const std::uint64_t key : states) remove_state(path, key);
  return continued;
}

}  // namespace

ExtendedRows extend_result_file(const std::filesystem::path& path, const Sweep& sweep, const Extension& extension,
                                const RootAttributes& attributes, const GoesOn& goes_on) {
  const ResultFile former(path);
  RowCopy rows(former, sweep, extension);
  create_result_file(path, Layout(sweep.space, sweep.shape), attributes,
                     [&](const std::filesystem::path& temporary) { rows.copy_to(temporary); });
  return {.reused = static_cast<std::size_t>(std::ranges::count(rows.reused(), true)),
          .continued = count_continued(path, sweep, rows.reused(), goes_on),
          .dropped = rows.dropped()};
}

}  // namespace glasscape::store
