#pragma once

#include <functional>
#include <span>
#include <vector>

namespace glasscape::two_time {

/// A function of time; an empty one is 1 at all times.
using TimeWeight = std::function<double(double)>;

/// One term of the memory kernel: coefficient · w(t) w(s) · C(t,s)^power, a part of Q'(C).
struct KernelTerm {
  double coefficient = 0;
  int power = 1;  ///< at least 1
  TimeWeight weight = {};

  double weight_at(double t) const { return weight ? weight(t) : 1.0; }
};

/// A direction of space that pulls the state: the planted signal (strength 1, its overlap is m), or an initial state
/// in equilibrium at temperature T' (strength 1/T', initial overlap 1, its overlap is C(t,0)). The pull is
/// f(m,t) = strength · Σ coefficient w(t) m^power over the kernel's terms.
struct Direction {
  double initial_overlap = 0;
  double strength = 1;
};

/// The closed equations of spherical Langevin dynamics dx/dt = −μx − ∇H + η, ⟨ηη⟩ = 2Tδ, at infinite size, for t > s:
///
///   ∂ₜC(t,s) = −μC + Σᵢ fᵢ(mᵢ(t)) mᵢ(s) + ∫₀ᵗ R(t,u) Q''(C(t,u)) C(s,u) du + ∫₀ˢ R(s,u) Q'(C(t,u)) du
///   ∂ₜR(t,s) = −μR + ∫ₛᵗ R(t,u) Q''(C(t,u)) R(u,s) du
///   ∂ₜmᵢ(t)  = −μmᵢ + fᵢ(mᵢ) + ∫₀ᵗ R(t,u) Q''(C(t,u)) mᵢ(u) du
///   μ(t)     = T + Σᵢ fᵢ(mᵢ) mᵢ + ∫₀ᵗ R(t,u) [Q''(C)C + Q'(C)] du
///
/// with C(t,t) = R(t,t⁻) = 1 and R causal (Crisanti, Horner and Sommers 1993; Cugliandolo and Kurchan 1993; with a
/// signal arXiv:1812.09066).
struct Equations {
  std::vector<KernelTerm> memory;
  std::function<double(double)> temperature;
  std::vector<Direction> directions;
};

/// Q'(C; t, s) and its two next derivatives by C, for one t and s.
struct KernelValue {
  double first = 0;
  double second = 0;
  double third = 0;
};
KernelValue kernel(std::span<const KernelTerm> memory, double correlation, double t, double s);

/// f(m, t) of a direction and its derivative by m.
struct Pull {
  double force = 0;
  double slope = 0;
};
Pull pull(const Equations& equations, const Direction& direction, double overlap, double t);

}  // namespace glasscape::two_time
