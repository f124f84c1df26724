#pragma once

#include <vector>

namespace glasscape::report {

/// A quantity along an axis: ascending positions, finite values and their absolute errors (0 where unknown).
struct Profile {
  std::vector<double> x = {};
  std::vector<double> value = {};
  std::vector<double> error = {};
};

struct Crossing {
  double x = 0;
  double error = 0;  ///< absolute
};

/// Where the profile crosses `level`, ascending; a value on the level counts as above it. Between two points the
/// polynomial through them and the nearest point on either side is solved for the level, on the logarithm of x where
/// `logarithmic`. The error adds in quadrature that of the values and the largest difference from what a straight line
/// and the two parabolas through fewer of these points give. Across a jump (a slope five times that of both
/// neighbouring cells, or no neighbours) the middle of the cell is taken, with half the cell as error.
std::vector<Crossing> find_crossings(const Profile& profile, double level, bool logarithmic = false);

/// Where the value changes, of a category: the middles of the cells, with half the cell as error.
std::vector<Crossing> find_changes(const Profile& profile);

}  // namespace glasscape::report
