#include "glasscape/solvers/minibatches.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <string>

#include "glasscape/core/parameters.hpp"

namespace glasscape {

namespace {

/// Draws where `probability` of the state before says so.
template <class Probability>
void draw(RandomStream& random, std::span<double> selected, Probability probability) {
  std::array<double, 1024> uniform;
  for (std::size_t first = 0; first < selected.size(); first += uniform.size()) {
    const auto part = selected.subspan(first, std::min(uniform.size(), selected.size() - first));
    fill_uniform(random, std::span(uniform).first(part.size()));
    for (std::size_t i = 0; i < part.size(); ++i) part[i] = uniform[i] < probability(part[i]) ? 1 : 0;
  }
}

std::optional<std::string> complaint(double batch_size, double persistence_time, double learning_rate) {
  if (persistence_time == 0 || batch_size == 1) return std::nullopt;
  const double shortest = learning_rate * std::max(1.0, (1 - batch_size) / batch_size);
  if (persistence_time * (1 + 1e-12) >= shortest) return std::nullopt;
  return fmt::format(
      "persistence_time = {:.6g} is below {:.6g}: probabilities of a step of learning_rate = {:.6g} at "
      "batch_size = {:.6g} would exceed 1; allowed: 0, or {:.6g} and more",
      persistence_time, shortest, learning_rate, batch_size, shortest);
}

}  // namespace

Minibatches::Minibatches(double batch_size, double persistence_time, double learning_rate)
    : batch_size_(batch_size), stay_(batch_size), enter_(batch_size) {
  if (persistence_time == 0 || batch_size == 1) return;
  enter_ = learning_rate / persistence_time;
  stay_ = 1 - (1 - batch_size) * learning_rate / (batch_size * persistence_time);
  if (const auto wrong = complaint(batch_size, persistence_time, learning_rate)) throw std::domain_error(*wrong);
}

Rule Minibatches::rule() {
  return {.inputs = {"persistence_time", "batch_size", "learning_rate"}, .complaint = [](const Parameters& parameters) {
            return complaint(parameters.real("batch_size"), parameters.real("persistence_time"),
                             parameters.real("learning_rate"));
          }};
}

void Minibatches::start(RandomStream& random, std::span<double> selected) const {
  if (is_full()) {
    std::ranges::fill(selected, 1.0);
  } else {
    draw(random, selected, [this](double) { return batch_size_; });
  }
}

void Minibatches::advance(RandomStream& random, std::span<double> selected) const {
  if (is_full()) return;
  draw(random, selected, [this](double before) { return before != 0 ? stay_ : enter_; });
}

}  // namespace glasscape
