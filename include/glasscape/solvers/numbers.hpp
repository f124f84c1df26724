#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

#include "glasscape/core/random.hpp"
#include "glasscape/solvers/matrix.hpp"

namespace glasscape {

/// The state of a solver, one number after the other. What has a state names its parts once, in a function
/// `carry(Numbers&)`: a NumberWriter takes them down, a NumberReader sets them to what was taken down.
class Numbers {
 public:
  virtual ~Numbers() = default;

  /// As many as there are.
  virtual void carry(std::span<double> numbers) = 0;

  template <class Number>
  requires std::is_arithmetic_v<Number> || std::is_enum_v<Number>
  void carry(Number& value) {  // exact up to 2^53
    double number = static_cast<double>(value);
    carry(std::span(&number, 1));
    value = static_cast<Number>(number);
  }

  /// With their count.
  void carry(std::vector<double>& values) {
    std::size_t count = values.size();
    carry(count);
    values.resize(count);
    carry(std::span(values));
  }

  /// A list of any length, of whose items `carry_item` names the parts.
  template <class Item, class CarryItem>
  void carry_list(std::vector<Item>& items, CarryItem carry_item) {
    std::size_t count = items.size();
    carry(count);
    items.resize(count);
    for (Item& item : items) carry_item(item);
  }

  /// Of the values at given times those before t.
  void carry_before(double t, std::span<const double> times, std::span<double> values) {
    for (std::size_t i = 0; i < times.size(); ++i) {
      if (times[i] < t) carry(values[i]);
    }
  }

  /// Another state, as it is.
  void carry_state(std::vector<std::byte>& state) {
    std::size_t bytes = state.size();
    carry(bytes);
    state.resize(bytes);
    std::vector<double> padded((bytes + sizeof(double) - 1) / sizeof(double));
    if (bytes > 0) std::memcpy(padded.data(), state.data(), bytes);
    carry(std::span(padded));
    if (bytes > 0) std::memcpy(state.data(), padded.data(), bytes);
  }

  /// Rows and columns from the first on.
  void carry_block(Matrix& matrix, std::size_t rows, std::size_t columns) {
    for (std::size_t i = 0; i < rows; ++i) carry(matrix.row(i).first(columns));
  }

  /// Where a stream stands.
  void carry(RandomStream& random) {
    RandomStream::Position position = random.position();
    carry(position.next_block);
    carry(position.used);
    carry(position.has_spare);
    carry(position.spare_normal);
    random.go_to(position);
  }
};

class NumberWriter final : public Numbers {
 public:
  using Numbers::carry;
  void carry(std::span<double> numbers) override { add(numbers); }

  void add(double value) { add(std::span(&value, 1)); }
  void add(std::span<const double> values);
  void add_list(const std::vector<double>& values);

  void reserve(std::size_t numbers) { bytes_.reserve(numbers * sizeof(double)); }
  const std::vector<std::byte>& bytes() const { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

/// Reads from bytes that outlive it. Throws std::out_of_range past the end.
class NumberReader final : public Numbers {
 public:
  explicit NumberReader(std::span<const std::byte> bytes) : rest_(bytes) {}

  using Numbers::carry;
  void carry(std::span<double> numbers) override;

  double number();
  std::vector<double> list();

 private:
  std::span<const std::byte> rest_;
};

/// Says how many there are.
class NumberCounter final : public Numbers {
 public:
  using Numbers::carry;
  void carry(std::span<double> numbers) override { count_ += numbers.size(); }
  std::size_t count() const { return count_; }

 private:
  std::size_t count_ = 0;
};

}  // namespace glasscape
