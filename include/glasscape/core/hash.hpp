#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace glasscape {

/// XXH3-64 of what is added, in order: point keys and checksums are these.
class Hash {
 public:
  Hash() { bytes_.reserve(usual_bytes); }

  Hash& add(const void* data, std::size_t bytes);
  Hash& add(std::string_view text);  ///< with its length, so that "ab","c" differs from "a","bc"
  Hash& add(double value) { return add(&value, sizeof value); }
  Hash& add(std::uint64_t value) { return add(&value, sizeof value); }
  Hash& add(std::span<const double> values);

  std::uint64_t value() const;

 private:
  static constexpr std::size_t usual_bytes = 512;

  std::vector<std::byte> bytes_;
};

}  // namespace glasscape
