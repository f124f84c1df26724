#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "glasscape/report/selection.hpp"

namespace glasscape::report {

/// What `glasscape threshold` was asked for.
struct ThresholdRequest {
  std::filesystem::path file = {};
  std::string along;        ///< the dimension on which the thresholds lie
  std::string observable;   ///< what crosses the level, or diverges
  std::string level = {};   ///< a number, or a category (empty: any change of it)
  bool diverging = false;   ///< fit t = A |x - x_c|^-nu instead
  std::size_t nearest = 0;  ///< use only so many points next to the divergence; 0: all
  Fixed fixed = {};         ///< --at
};

/// Writes the thresholds for each value of the observable's other dimensions to `output`: a result file (.h5), whose
/// observable `threshold` carries `along`, or the same as .csv. With `crossings` beside it, or `exponent`, `amplitude`,
/// `chi_square`, `points` and `side`; a row without a threshold has NaN and says why in `message`. `notes` gets a
/// sentence for what is missing or ambiguous. Throws UserError where the request does not fit the file.
void write_thresholds(const ThresholdRequest& request, const std::filesystem::path& output,
                      std::vector<std::string>& notes);

}  // namespace glasscape::report
