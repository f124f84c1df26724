#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "glasscape/core/schema.hpp"

namespace glasscape::report {

struct Color {
  std::uint8_t red = 0, green = 0, blue = 0;

  bool operator==(const Color&) const = default;
  std::string hex() const;                      ///< "#rrggbb"
  static Color from_hex(std::string_view hex);  ///< black where the text is no "#rrggbb"
};

/// The colour at `position` in [0, 1] of viridis, a perceptually uniform map that survives grey printing.
Color sequential(double position);
/// What `sequential` interpolates, evenly spaced.
const std::vector<Color>& sequential_anchors();

/// Colours of curves that colour-blind readers can tell apart; repeats after `distinct_curves`.
Color curve_color(std::size_t curve);
inline constexpr std::size_t distinct_curves = 8;

/// The colour of a category: its own, or where it has none a light one by its position.
Color category_color(const Category& category, std::size_t position);

/// Cells without a number, by the reason.
namespace missing {
inline constexpr Color pending{0xee, 0xee, 0xee};
inline constexpr Color failed{0x80, 0x80, 0x80};
inline constexpr Color undefined{0xc4, 0xc4, 0xc4};
inline constexpr Color unconverged{0xd9, 0xb3, 0xb3};
inline constexpr Color not_positive{0xb4, 0xc2, 0xd0};
inline constexpr Color infinite{0xe6, 0xdc, 0xc8};
}  // namespace missing

inline constexpr Color black{0, 0, 0};
inline constexpr Color white{255, 255, 255};

}  // namespace glasscape::report
