#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include "glasscape/core/checkpoint.hpp"

namespace glasscape {

/// A state of plain numbers for a checkpoint, part after part.
class StateWriter {
 public:
  void add(double number) { numbers_.push_back(number); }
  void add(std::span<const double> part) { numbers_.insert(numbers_.end(), part.begin(), part.end()); }

  void commit_to(Checkpoint& checkpoint) const { checkpoint.commit(std::as_bytes(std::span(numbers_))); }

 private:
  std::vector<double> numbers_;
};

/// The same parts in the same order again.
class StateReader {
 public:
  explicit StateReader(std::span<const std::byte> state) : numbers_(state.size() / sizeof(double)) {
    if (!numbers_.empty()) std::memcpy(numbers_.data(), state.data(), numbers_.size() * sizeof(double));
  }

  double number() { return numbers_.at(position_++); }
  void read(std::span<double> part) {
    for (double& number : part) number = this->number();
  }

 private:
  std::vector<double> numbers_;
  std::size_t position_ = 0;
};

}  // namespace glasscape
