#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include "row_grid.hpp"

namespace glasscape::two_time {

/// Numbers one after the other: what a march's state is made of.
class NumberWriter {
 public:
  void add(double value) { numbers_.push_back(value); }
  void add(const std::vector<double>& values) {
    add(static_cast<double>(values.size()));
    numbers_.insert(numbers_.end(), values.begin(), values.end());
  }
  void add(const std::vector<Panel>& panels) {
    add(static_cast<double>(panels.size()));
    for (const Panel& panel : panels) {
      add(static_cast<double>(panel.zone));
      add(panel.lower);
      add(panel.upper);
    }
  }
  std::vector<std::byte> bytes() const {
    const auto view = std::as_bytes(std::span(numbers_));
    return {view.begin(), view.end()};
  }

 private:
  std::vector<double> numbers_;
};

/// Reads them back in the same order. Throws std::out_of_range past the end.
class NumberReader {
 public:
  explicit NumberReader(std::span<const std::byte> bytes) : numbers_(bytes.size() / sizeof(double)) {
    std::memcpy(numbers_.data(), bytes.data(), numbers_.size() * sizeof(double));
  }
  double number() { return numbers_.at(next_++); }
  std::vector<double> list() {
    std::vector<double> values(static_cast<std::size_t>(number()));
    for (double& value : values) value = number();
    return values;
  }
  std::vector<Panel> panels() {
    std::vector<Panel> read(static_cast<std::size_t>(number()));
    for (Panel& panel : read) {
      panel.zone = static_cast<Zone>(static_cast<int>(number()));
      panel.lower = number();
      panel.upper = number();
    }
    return read;
  }

 private:
  std::vector<double> numbers_;
  std::size_t next_ = 0;
};

}  // namespace glasscape::two_time
