#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

struct XXH3_state_s;

namespace glasscape {

/// XXH3-64 of what is added, in order: point keys and checksums are these.
class Hash {
 public:
  Hash();

  Hash& add(const void* data, std::size_t bytes);
  Hash& add(std::string_view text);  ///< with its length, so that "ab","c" differs from "a","bc"
  Hash& add(double value) { return add(&value, sizeof value); }
  Hash& add(std::uint64_t value) { return add(&value, sizeof value); }
  Hash& add(std::span<const double> values);

  std::uint64_t value() const;

 private:
  struct Free {
    void operator()(XXH3_state_s* state) const;
  };
  std::unique_ptr<XXH3_state_s, Free> state_;
};

}  // namespace glasscape
