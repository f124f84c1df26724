#include "glasscape/report/palette.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace glasscape::report {

std::string Color::hex() const { return fmt::format("#{:02x}{:02x}{:02x}", red, green, blue); }

Color Color::from_hex(std::string_view hex) {
  if (hex.size() != 7 || hex[0] != '#') return black;
  unsigned value = 0;
  const auto [stop, error] = std::from_chars(hex.data() + 1, hex.data() + 7, value, 16);
  if (error != std::errc{} || stop != hex.data() + 7) return black;
  const auto byte = [&](unsigned shift) { return static_cast<std::uint8_t>(value >> shift & 0xff); };
  return {byte(16), byte(8), byte(0)};
}

const std::vector<Color>& sequential_anchors() {
  // Ten colours of viridis (S. van der Walt and N. Smith, 2015, public domain).
  static const std::vector<Color> anchors{
      {0x44, 0x01, 0x54}, {0x48, 0x28, 0x78}, {0x3e, 0x49, 0x89}, {0x31, 0x68, 0x8e}, {0x26, 0x82, 0x8e},
      {0x1f, 0x9e, 0x89}, {0x35, 0xb7, 0x79}, {0x6d, 0xcd, 0x59}, {0xb4, 0xde, 0x2c}, {0xfd, 0xe7, 0x25}};
  return anchors;
}

Color sequential(double position) {
  const auto& anchors = sequential_anchors();
  const double place = std::clamp(position, 0.0, 1.0) * static_cast<double>(anchors.size() - 1);
  const std::size_t left = std::min(static_cast<std::size_t>(place), anchors.size() - 2);
  const double weight = place - static_cast<double>(left);
  const auto mix = [weight](std::uint8_t a, std::uint8_t b) {
    return static_cast<std::uint8_t>(std::lround((1 - weight) * a + weight * b));
  };
  const Color &a = anchors[left], &b = anchors[left + 1];
  return {mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue)};
}

Color curve_color(std::size_t curve) {
  // After M. Okabe and K. Ito, Color Universal Design (2008), without its yellow, which is lost on white paper.
  static constexpr std::array<Color, distinct_curves> colors{{{0x00, 0x72, 0xb2},
                                                              {0xd5, 0x5e, 0x00},
                                                              {0x00, 0x9e, 0x73},
                                                              {0xcc, 0x79, 0xa7},
                                                              {0xe6, 0x9f, 0x00},
                                                              {0x56, 0xb4, 0xe9},
                                                              {0x33, 0x33, 0x33},
                                                              {0x88, 0x22, 0x55}}};
  return colors[curve % colors.size()];
}

Color category_color(const Category& category, std::size_t position) {
  // P. Tol's light scheme: areas of these colours leave black lines readable.
  static constexpr std::array<Color, 8> light{{{0x77, 0xaa, 0xdd},
                                               {0xee, 0x88, 0x66},
                                               {0xee, 0xdd, 0x88},
                                               {0xff, 0xaa, 0xbb},
                                               {0x99, 0xdd, 0xff},
                                               {0x44, 0xbb, 0x99},
                                               {0xbb, 0xcc, 0x33},
                                               {0xaa, 0xaa, 0x00}}};
  return category.color.empty() ? light[position % light.size()] : Color::from_hex(category.color);
}

}  // namespace glasscape::report
