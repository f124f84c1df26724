#include "glasscape/models/mixed_pspin/statics.hpp"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/log1p.hpp>
#include <cmath>
#include <vector>

#include "glasscape/solvers/roots.hpp"

namespace glasscape::mixed_pspin {

namespace {

/// (1 − q)Q'(q)/q, the squared temperature of which q is a plateau.
double plateau_temperature_squared(const Covariance& covariance, double q) {
  double sum = 0;
  for (const auto& [c, p] : covariance.terms()) sum += c * p * std::pow(q, p - 2);
  return (1 - q) * sum;
}

/// Where Σᵢ wᵢ (pᵢ − 2 − eᵢ q) q^(pᵢ − p₁) changes sign in (0, 1), ascending; at most three.
std::vector<double> sign_changes(const Covariance& covariance, const std::vector<double>& w, int extra) {
  const auto& terms = covariance.terms();
  const auto end = [&](std::size_t i) { return terms[i].power - 1.0 + extra; };  // eᵢ
  const double n1 = terms[0].power - 2;
  if (terms.size() == 1) return n1 > 0 ? std::vector{n1 / end(0)} : std::vector<double>{};
  const double n2 = terms[1].power - 2;
  const double d = terms[1].power - terms[0].power;
  const auto sum = [&](double q) { return w[0] * (n1 - end(0) * q) + w[1] * (n2 - end(1) * q) * std::pow(q, d); };
  const auto slope = [&](double q) {
    return -w[0] * end(0) + w[1] * (d * n2 - (d + 1) * end(1) * q) * std::pow(q, d - 1);
  };
  std::vector<double> breaks{0};
  if (d > 1) breaks.push_back((d - 1) * n2 / ((d + 1) * end(1)));  // where the slope has its only maximum
  breaks.push_back(1);
  std::vector<double> pieces{0};
  for (const Root& root : roots_between(slope, breaks)) pieces.push_back(root.value);
  pieces.push_back(1);
  std::vector<double> changes;
  for (const Root& root : roots_between(sum, pieces)) changes.push_back(root.value);
  return changes;
}

/// A piece of [0, 1] on which a function of q falls from a maximum, `lower`.
struct Descent {
  double lower = 0;
  double upper = 1;
};

/// The pieces on which a function falls that falls towards q = 1 and is stationary at these q; the highest q first.
/// One that falls from q = 0 is left out.
std::vector<Descent> descents(const std::vector<double>& stationary) {
  std::vector<Descent> found;
  for (std::size_t left = stationary.size(); left > 0; left -= std::min<std::size_t>(left, 2)) {
    const double lower = stationary[left - 1];
    found.push_back({lower, left < stationary.size() ? stationary[left] : 1.0});
  }
  return found;
}

/// Where (1 − q)Q'/q falls: there q is a metastable state. It is stationary where q(1 − q)Q'' = Q'.
std::vector<Descent> metastable_pieces(const Covariance& covariance) {
  std::vector<double> weights;
  for (const auto& [c, p] : covariance.terms()) weights.push_back(c * p);
  return descents(sign_changes(covariance, weights, 0));
}

/// Where (1 − q)²Q'' falls. It is stationary where (1 − q)Q''' = 2Q''.
std::vector<Descent> marginal_pieces(const Covariance& covariance) {
  std::vector<double> weights;
  for (const auto& [c, p] : covariance.terms()) weights.push_back(c * p * (p - 1));
  return descents(sign_changes(covariance, weights, 1));
}

constexpr const char* continuous = "the transition is continuous";

/// The transition of largest temperature, above where the paramagnet becomes unstable, T² = Q''(0).
Defined<Transition> highest(const Covariance& covariance, const std::vector<double>& overlaps) {
  Transition best;
  for (const double q : overlaps) {
    const double temperature = std::sqrt(plateau_temperature_squared(covariance, q));
    if (temperature > best.temperature) best = {temperature, q};
  }
  if (best.temperature <= std::sqrt(covariance.second_derivative(0))) return Defined<Transition>(continuous);
  return best;
}

/// The Legendre transform of the one-step free energy by the number of replicas X (Monasson 1995),
///   Σ = ½[ln(1 + r) − r/(1 + r) − (X/T)²Q(q)] with r = Xq/(1 − q).
double complexity(const Covariance& covariance, const OneStep& state) {
  const double r = state.slope * state.overlap / state.rigidity;
  return (std::log1p(r) - r / (1 + r) - state.slope * state.slope * covariance.value(state.overlap)) / 2;
}

/// The marginal states of overlap 1 − gap, gap/T = rigidity.
OneStep marginal_state(const Covariance& covariance, double gap, double temperature) {
  const double q = 1 - gap;
  OneStep state{.overlap = q, .rigidity = 1 / std::sqrt(covariance.second_derivative(q))};
  const double curvature = q * covariance.second_derivative(q) / covariance.derivative(q);
  state.slope = state.rigidity / q * (curvature - 1);
  const double within =
      temperature > 0 ? covariance.drop(gap) / temperature : covariance.derivative(1) * state.rigidity;
  state.energy = -within - state.slope * covariance.value(q);
  state.complexity = complexity(covariance, state);
  return state;
}

/// Whether zero overlap between states is stable: Q''(0) χ² < 1 with χ the whole response.
bool separate(const Covariance& covariance, const OneStep& state) {
  const double response = state.rigidity + state.slope * state.overlap;
  return covariance.second_derivative(0) * response * response < 1;
}

/// How the energy of a state of T = 0 falls when a step is added at overlap a; nowhere below zero in the ground state:
///   ∫ₐ¹ [Q'(r) − ∫₀ʳ du/χ(u)²] dr with χ(u) = rigidity + slope (1 − u).
bool is_optimal(const Covariance& covariance, const OneStep& state) {
  const double w = state.rigidity, y = state.slope;
  if (covariance.second_derivative(1) * w * w > 1) return false;
  constexpr int points = 1000;
  for (int i = 1; i < points; ++i) {
    const double gap = static_cast<double>(i) / points;
    const double gain = covariance.drop(gap) - std::log1p(y / w * gap) / (y * y) + gap / (y * (w + y));
    if (gain < 0) return false;
  }
  return true;
}

/// The x > 0 at which ln[Γ(1 + sx)²/Γ(1 + 2sx)] = ln λ, s = ±1.
double gamma_ratio_root(double lambda, double sign, double upper) {
  const auto excess = [&](double x) {
    return 2 * boost::math::lgamma(1 + sign * x) - boost::math::lgamma(1 + 2 * sign * x) - std::log(lambda);
  };
  return monotone_root(excess, 1e-12, upper).value;
}

}  // namespace

Defined<Transition> dynamical_transition(const Covariance& covariance) {
  std::vector<double> overlaps;
  for (const Descent& piece : metastable_pieces(covariance)) overlaps.push_back(piece.lower);
  return highest(covariance, overlaps);
}

Defined<Transition> static_transition(const Covariance& covariance) {
  // q Q(q) + (1 − q)Q'(q)[q + ln(1 − q)]: the free energy at the temperature of which q is a plateau, rising with q.
  const auto advantage = [&](double q) {
    if (q == 1) return covariance.value(1);
    return q * covariance.value(q) + (1 - q) * covariance.derivative(q) * boost::math::log1pmx(-q);
  };
  std::vector<double> overlaps;
  for (const Descent& piece : metastable_pieces(covariance)) {
    const auto roots = roots_between(advantage, std::vector{piece.lower, piece.upper});
    if (!roots.empty()) overlaps.push_back(roots.front().value);
  }
  return highest(covariance, overlaps);
}

double plateau(const Covariance& covariance, double temperature) {
  const auto margin = [&](double q) { return plateau_temperature_squared(covariance, q) - temperature * temperature; };
  auto pieces = metastable_pieces(covariance);
  pieces.push_back({0, pieces.empty() ? 1.0 : pieces.back().lower});  // a continuous transition
  for (const Descent& piece : pieces) {
    const auto roots = roots_between(margin, std::vector{piece.lower, piece.upper});
    if (!roots.empty()) return roots.back().value;
  }
  return 0;
}

Defined<OneStep> marginal_states(const Covariance& covariance, double temperature) {
  const auto excess = [&](double gap) { return gap * std::sqrt(covariance.second_derivative(1 - gap)) - temperature; };
  for (const Descent& piece : marginal_pieces(covariance)) {
    const double lower = 1 - piece.upper, upper = 1 - piece.lower;
    std::vector<Root> gaps = roots_between(excess, std::vector{lower, upper});
    if (temperature == 0 && lower == 0) gaps = {{.value = 0}};
    if (gaps.empty()) continue;
    const OneStep state = marginal_state(covariance, gaps.front().value, temperature);
    if (state.slope <= 0 || temperature * state.slope >= 1) continue;
    if (state.complexity >= 0 && separate(covariance, state)) return state;
    return Defined<OneStep>("more than one step");
  }
  return Defined<OneStep>("no marginal states");
}

Defined<OneStep> ground_state(const Covariance& covariance) {
  const double force = covariance.derivative(1);
  const double order = force / covariance.value(1);  // p of a pure model
  // [(1 + r) ln(1 + r) − r]/r² = Q(1)/Q'(1), r = slope/rigidity; the left side falls from 1/2.
  const auto excess = [&](double r) { return (1 + r) * boost::math::log1pmx(r) / (r * r) + 1 - 1 / order; };
  const auto ratios = roots_between(excess, std::vector{1e-6, order * order});
  if (ratios.empty()) return Defined<OneStep>("no step");
  const double r = ratios.front().value;
  OneStep state{.overlap = 1, .rigidity = 1 / std::sqrt(force * (1 + r))};
  state.slope = r * state.rigidity;
  state.energy = -force * state.rigidity - state.slope * covariance.value(1);
  state.complexity = complexity(covariance, state);
  if (!separate(covariance, state) || !is_optimal(covariance, state)) {
    return Defined<OneStep>("more than one step");
  }
  return state;
}

ModeCouplingExponents mode_coupling_exponents(const Covariance& covariance, const Transition& dynamical) {
  const auto& [temperature, q] = dynamical;
  const double lambda = covariance.third_derivative(q) * std::pow(1 - q, 3) / (2 * temperature * temperature);
  const double a = gamma_ratio_root(lambda, -1, 0.5 - 1e-12);
  const double b = gamma_ratio_root(lambda, 1, 1);
  return {.lambda = lambda, .a = a, .b = b, .gamma = 0.5 / a + 0.5 / b};
}

}  // namespace glasscape::mixed_pspin
