#include "glasscape/core/hash.hpp"

#include <xxhash.h>

namespace glasscape {

Hash& Hash::add(const void* data, std::size_t bytes) {
  const auto* first = static_cast<const std::byte*>(data);
  bytes_.insert(bytes_.end(), first, first + bytes);
  return *this;
}

Hash& Hash::add(std::string_view text) {
  add(static_cast<std::uint64_t>(text.size()));
  return add(text.data(), text.size());
}

Hash& Hash::add(std::span<const double> values) {
  add(static_cast<std::uint64_t>(values.size()));
  return add(values.data(), values.size_bytes());
}

std::uint64_t Hash::value() const { return XXH3_64bits(bytes_.data(), bytes_.size()); }

}  // namespace glasscape
