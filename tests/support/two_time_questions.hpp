#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "glasscape/solvers/two_time/dynamics.hpp"
#include "support/spherical_spin_glass.hpp"
#include "support/spiked_equations.hpp"

namespace glasscape::testing {

// --- quantities of a run ---------------------------------------------------------------------------------------------

inline two_time::Quantity overlap(double t) {
  return [=](const two_time::Run& run) { return run.overlap(0, t); };
}
inline two_time::Quantity multiplier(double t) {
  return [=](const two_time::Run& run) { return run.multiplier(t); };
}
inline two_time::Quantity memory_integral(double t) {
  return [=](const two_time::Run& run) { return run.memory_integral(0, t); };
}
inline two_time::Quantity correlation(double t, double s) {
  return [=](const two_time::Run& run) { return run.correlation(t, s); };
}
inline two_time::Quantity response(double t, double s) {
  return [=](const two_time::Run& run) { return run.response(t, s); };
}
inline two_time::Quantity integrated_response(double t, double s) {
  return [=](const two_time::Run& run) { return run.integrated_response(t, s); };
}

// --- the matrix alone, where all of them are known
// --------------------------------------------------------------------

inline Spiked matrix_alone(const SphericalSpinGlass::Setting& setting) {
  return {.delta2 = setting.delta2,
          .deltap = infinity,
          .temperature = setting.temperature,
          .initial_overlap = setting.initial_overlap};
}

inline std::string name_of(const SphericalSpinGlass::Setting& setting) {
  return fmt::format("delta2 {}, T {}, m0 {}", setting.delta2, setting.temperature, setting.initial_overlap);
}

/// What is asked of a run, and what the exact solution says.
struct Question {
  std::string name;
  double exact;
  two_time::Quantity quantity;
};

inline std::vector<Question> questions(const SphericalSpinGlass& exact, double t,
                                       const std::vector<double>& fractions = {0, 0.11, 0.5, 0.937, 1}) {
  std::vector<Question> asked = {{"overlap", exact.overlap(t), overlap(t)},
                                 {"multiplier", exact.multiplier(t), multiplier(t)},
                                 {"memory", exact.memory_integral(t), memory_integral(t)}};
  for (const double fraction : fractions) {
    const double s = fraction * t;
    const std::string at = fmt::format("(t, {} t)", fraction);
    asked.push_back({"C" + at, exact.correlation(t, s), correlation(t, s)});
    asked.push_back({"R" + at, exact.response(t, s), response(t, s)});
    asked.push_back({"chi" + at, exact.integrated_response(t, s), integrated_response(t, s)});
  }
  return asked;
}

}  // namespace glasscape::testing
