#include "glasscape/solvers/minibatches.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

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

}  // namespace

Minibatches::Minibatches(double batch_size, double persistence_time, double learning_rate)
    : batch_size_(batch_size), stay_(batch_size), enter_(batch_size) {
  if (persistence_time == 0 || batch_size == 1) return;
  enter_ = learning_rate / persistence_time;
  const double leave = (1 - batch_size) * learning_rate / (batch_size * persistence_time);
  stay_ = 1 - leave;
  if (std::max(enter_, leave) > 1 + 1e-12) {
    throw std::domain_error(fmt::format(
        "persistence_time = {:.6g} is below {:.6g}: probabilities of a step of learning_rate = {:.6g} at "
        "batch_size = {:.6g} would exceed 1",
        persistence_time, learning_rate * std::max(1.0, (1 - batch_size) / batch_size), learning_rate, batch_size));
  }
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
