#include "correlation_record.hpp"

#include <algorithm>

#include "glasscape/core/number.hpp"
#include "glasscape/core/observation_times.hpp"
#include "glasscape/solvers/matrix.hpp"

namespace glasscape::spiked_matrix_tensor {

CorrelationRecord::CorrelationRecord(const Parameters& parameters, std::size_t length)
    : length_(length),
      waiting_times_(times_of(parameters, "waiting_times")),
      lags_(times_of(parameters, "lags")),
      waiting_points_(waiting_times_.size() * length),
      numbers_(waiting_times_.size() * lags_.size(), not_a_number) {}

std::vector<double> CorrelationRecord::times() const {
  std::vector<double> times = waiting_times_;
  for (const double waited : waiting_times_) {
    for (const double lag : lags_) times.push_back(round_to_15_digits(waited + lag));
  }
  return times;
}

void CorrelationRecord::observe(double time, std::span<const double> points) {
  for (std::size_t w = 0; w < waiting_times_.size(); ++w) {
    const auto waiting = std::span(waiting_points_).subspan(w * length_, length_);
    if (waiting_times_[w] == time) std::ranges::copy(points, waiting.begin());
    for (std::size_t l = 0; l < lags_.size(); ++l) {
      if (round_to_15_digits(waiting_times_[w] + lags_[l]) != time) continue;
      numbers_[w * lags_.size() + l] = dot(points, waiting) / static_cast<double>(length_);
    }
  }
}

void CorrelationRecord::write(const ReplicaMean& mean, std::size_t first, Solution& solution) const {
  if (!numbers_.empty()) set_from(mean, first, numbers_.size(), "correlation", solution);
}

void CorrelationRecord::carry(Numbers& numbers) {
  numbers.carry(waiting_points_);
  numbers.carry(numbers_);
}

}  // namespace glasscape::spiked_matrix_tensor
