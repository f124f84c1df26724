#pragma once

#include <fmt/format.h>

#include <cmath>
#include <random>
#include <string>

#include "support/spiked_equations.hpp"

namespace glasscape::testing {

/// Points of the spiked model's domain in a random order that is always the same. Noises are drawn evenly in their
/// logarithm; half of the starts have a small overlap.
class Draw {
 public:
  explicit Draw(unsigned seed) : engine_(seed) {}

  Spiked operator()() {
    return {.p = 2 + static_cast<int>(5 * uniform()),
            .delta2 = logarithmic(0.1, 3),
            .deltap = logarithmic(0.1, 10),
            .temperature = 2 * uniform(),
            .initial_overlap = uniform() < 0.5 ? 0.5 * uniform() : logarithmic(1e-4, 0.1)};
  }

 private:
  double uniform() { return static_cast<double>(engine_()) / 4294967296.0; }  // the library's differ between systems
  double logarithmic(double from, double to) { return from * std::pow(to / from, uniform()); }

  std::mt19937 engine_;
};

inline std::string name_of(const Spiked& model) {
  return fmt::format("p {}, delta2 {:.17g}, deltap {:.17g}, T {:.17g}, m0 {:.17g}", model.p, model.delta2, model.deltap,
                     model.temperature, model.initial_overlap);
}

}  // namespace glasscape::testing
