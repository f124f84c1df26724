#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "glasscape/solvers/matrix.hpp"
#include "glasscape/solvers/numbers.hpp"

namespace glasscape::effective_process {

/// The average <a(t) Δ(t,s)> of the responses Δ(t,s) = δh(t)/δP(s) of N paths, each of which obeys
///
///   Δ(t+1,s) = κ(t) Δ(t,s) + Σ_{s<u<t} K(t,u) Δ(u,s),  Δ(t+1,t) = j(t),
///
/// with its own κ and j and a memory kernel K common to all, without the T²N/2 numbers Δ and their T³N/6
/// multiplications. Without memory Δ is a product, Δ₀(t,s) = φ(t) j(s)/φ(s+1) with φ(t+1) = κ(t) φ(t), whose average is
/// a sum over paths. What memory adds is estimated with a probe: v = Σ_s Δ(t,s) z(s) has the same equation with the
/// source j z, and with signs z that differ from path to path <a (v − v₀) z(s)> = <a (Δ − Δ₀)(t,s)> on average. The
/// signs are rows of a Hadamard matrix, z_n(s) = (−1)^(number of common bits of n and s): orthogonal, so that what all
/// paths have in common cancels exactly.
class PathResponse {
 public:
  /// As many paths as a power of two, no less than the steps, in random order.
  PathResponse(std::size_t paths, std::size_t steps);

  /// average[s] = <a Δ(t,s)> for s < t, given the probe v(t).
  void average(std::span<const double> a, std::span<const double> probe, std::span<double> average);

  /// From t to t + 1: adds κ(t) v(t) + j(t) z(t) to `next`, which holds Σ_u K(t,u) v(u).
  void advance(std::size_t t, std::span<const double> decay, std::span<const double> source,
               std::span<const double> probe, std::span<double> next);

  /// Multiplies all responses at the present time, as the projection onto the sphere does.
  void scale(double factor);

  /// What is known before step t.
  void carry(Numbers& numbers, std::size_t t) {
    numbers.carry(std::span(propagator_));
    numbers.carry(std::span(memoryless_probe_));
    numbers.carry_block(sources_, t, sources_.columns());
  }

 private:
  void set_signs(std::size_t t);
  void renormalise(std::size_t path, std::size_t t);

  std::vector<double> propagator_;        // φ(t)
  Matrix sources_;                        // j(s)/φ(s+1), a row for each s
  std::vector<double> memoryless_probe_;  // v₀(t)
  std::vector<double> signs_;             // z(t)
  std::vector<double> work_;
};

}  // namespace glasscape::effective_process
