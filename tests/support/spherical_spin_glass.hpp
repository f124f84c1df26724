#pragma once

namespace glasscape::testing {

/// The exact dynamics of the spherical model with a planted matrix alone (Q(x) = x²/(2Δ₂)) from a random start with
/// overlap m₀, at any time and without iteration (p = 2 of Crisanti, Horner and Sommers 1993; Cugliandolo and Dean
/// 1995). The force is linear, A = J + θvvᵀ with a semicircle J of edge 2σ, σ = 1/√Δ₂ and θ = 1/Δ₂, so that with
/// Γ(t) = exp(2∫₀ᵗμ) and the Laplace transforms g_a of the spectral measures ν_a of a vector v in J + avvᵀ:
///
///   m(t)   = m₀ g_θ(t) / √Γ(t),   R(t,s) = g₀(t−s) √(Γ(s)/Γ(t)),   μ = Γ'/(2Γ),   e = −(μ−T)/2,
///   C(t,s) = [m₀² g_θ(t+s) + (1−m₀²) g₀(t+s) + 2T ∫₀ˢ g₀(t+s−2u) Γ(u) du] / √(Γ(t)Γ(s)).
///
/// C(t,t) = 1 is an equation for Γ. Its transform has the resolvents S/(1−aS) of ν_a only, S that of J, thus
///
///   Γ(t) = (1−m₀²) g_T(2t) + m₀² [θ g_θ(2t) − T g_T(2t)] / (θ−T).
class SphericalSpinGlass {
 public:
  struct Setting {
    double delta2 = 1;
    double temperature = 0;  ///< not 1/Δ₂
    double initial_overlap = 0;
  };
  explicit SphericalSpinGlass(const Setting& setting);

  double overlap(double t) const;
  double multiplier(double t) const;
  double energy(double t) const;
  double memory_integral(double t) const;  ///< ∫₀ᵗ R C/Δ₂ ds
  double correlation(double t, double s) const;
  double response(double t, double s) const;
  double integrated_response(double t, double s) const;  ///< ∫ₛᵗ R(t,u) du

 private:
  double moment(double spike, double t, int power) const;
  double norm(double t, int power = 0) const;

  double sigma_, theta_, temperature_, initial_overlap_;
  double edge_;  // of all spectra: exp(edge t) is taken out of everything
};

}  // namespace glasscape::testing
