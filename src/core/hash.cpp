#include "glasscape/core/hash.hpp"

#include <xxhash.h>

#include <new>

namespace glasscape {

Hash::Hash() : state_(XXH3_createState()) {
  if (!state_) throw std::bad_alloc();
  XXH3_64bits_reset(state_.get());
}

void Hash::Free::operator()(XXH3_state_s* state) const { XXH3_freeState(state); }

Hash& Hash::add(const void* data, std::size_t bytes) {
  XXH3_64bits_update(state_.get(), data, bytes);
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

std::uint64_t Hash::value() const { return XXH3_64bits_digest(state_.get()); }

}  // namespace glasscape
