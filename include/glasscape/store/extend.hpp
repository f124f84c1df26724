#pragma once

#include <filesystem>
#include <functional>

#include "glasscape/core/extension.hpp"
#include "glasscape/core/sweep.hpp"
#include "glasscape/store/create.hpp"

namespace glasscape::store {

/// What became of the rows of a file when it was extended.
struct ExtendedRows {
  std::size_t reused = 0;     ///< points that keep their row
  std::size_t continued = 0;  ///< points without a row that go on from a kept state
  std::size_t dropped = 0;    ///< former rows with a result that the new grid has no place for
};

/// Whether a point without a row goes on from the state that it has.
using GoesOn = std::function<bool(const GridPoint& point)>;

/// Makes the file of a sweep anew beside the one that it extends, with every good row whose point key is unchanged, and
/// renames it over the old one: a kill at any moment leaves the one or the other. Inferred rows are left out: the new
/// grid may tell more. States of points that are none any more are removed.
ExtendedRows extend_result_file(const std::filesystem::path& path, const Sweep& sweep, const Extension& extension,
                                const RootAttributes& attributes, const GoesOn& goes_on);

}  // namespace glasscape::store
