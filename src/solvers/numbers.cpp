#include "glasscape/solvers/numbers.hpp"

#include <cstring>
#include <stdexcept>

namespace glasscape {

void NumberWriter::add(std::span<const double> values) {
  const auto view = std::as_bytes(values);
  bytes_.insert(bytes_.end(), view.begin(), view.end());
}

void NumberWriter::add_list(const std::vector<double>& values) {
  add(static_cast<double>(values.size()));
  add(values);
}

void NumberReader::carry(std::span<double> numbers) {
  if (rest_.size() < numbers.size_bytes()) throw std::out_of_range("a state ends too early");
  if (numbers.empty()) return;
  std::memcpy(numbers.data(), rest_.data(), numbers.size_bytes());
  rest_ = rest_.subspan(numbers.size_bytes());
}

double NumberReader::number() {
  double value = 0;
  carry(value);
  return value;
}

std::vector<double> NumberReader::list() {
  std::vector<double> values(static_cast<std::size_t>(number()));
  carry(std::span(values));
  return values;
}

}  // namespace glasscape
