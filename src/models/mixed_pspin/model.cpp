#include "model.hpp"

#include "glasscape/models/mixed_pspin/statics.hpp"

namespace glasscape::mixed_pspin {

namespace {

Input order(std::string name, std::string symbol, std::string doc, double fallback) {
  return {.name = std::move(name),
          .kind = Kind::integer,
          .symbol = std::move(symbol),
          .doc = std::move(doc),
          .domain = Interval::closed(2, 1000),
          .fallback = std::vector{fallback},
          .defines_sample = true};
}

Output scalar(std::string name, std::string symbol, std::string doc, std::string nan_meaning = "none") {
  return {.name = std::move(name),
          .symbol = std::move(symbol),
          .doc = std::move(doc),
          .nan_meaning = std::move(nan_meaning)};
}

void explain(Solution& solution, const std::string& what, const std::string& reason) {
  if (!solution.message.empty()) solution.message += "; ";
  solution.message += "no " + what + ": " + reason;
}

void set_transitions(Solution& solution, const Covariance& covariance) {
  const auto dynamical = dynamical_transition(covariance);
  if (dynamical) {
    const ModeCouplingExponents exponents = mode_coupling_exponents(covariance, *dynamical.value);
    solution.set("dynamical_temperature", dynamical->temperature);
    solution.set("dynamical_overlap", dynamical->overlap);
    solution.set("exponent_parameter", exponents.lambda);
    solution.set("exponent_a", exponents.a);
    solution.set("exponent_b", exponents.b);
    solution.set("exponent_gamma", exponents.gamma);
  } else {
    explain(solution, "dynamical_temperature", dynamical.reason);
  }
  const auto thermodynamic = static_transition(covariance);
  if (thermodynamic) {
    solution.set("static_temperature", thermodynamic->temperature);
    solution.set("static_overlap", thermodynamic->overlap);
  } else if (dynamical) {  // else the reason is the same
    explain(solution, "static_temperature", thermodynamic.reason);
  }
}

void set_marginal_states(Solution& solution, const Covariance& covariance, double temperature) {
  const auto states = marginal_states(covariance, temperature);
  if (!states) {
    explain(solution, "threshold_energy", states.reason);
    return;
  }
  solution.set("threshold_overlap", states->overlap);
  solution.set("fluctuation_dissipation_ratio", temperature * states->slope);
  solution.set("effective_temperature", 1 / states->slope);
  solution.set("threshold_energy", states->energy);
}

void set_landscape(Solution& solution, const Covariance& covariance) {
  const auto minima = marginal_states(covariance, 0);
  if (minima) {
    solution.set("threshold_minima_energy", minima->energy);
    solution.set("threshold_minima_complexity", minima->complexity);
  } else {
    explain(solution, "threshold_minima_energy", minima.reason);
  }
  const auto ground = ground_state(covariance);
  if (ground) {
    solution.set("ground_state_energy", ground->energy);
  } else {
    explain(solution, "ground_state_energy", ground.reason);
  }
}

}  // namespace

Schema model_schema(const Input& temperature) {
  Schema schema;
  schema.model = "mixed_pspin";
  schema.model_doc =
      "The mixed spherical p-spin glass: N spins on a sphere, energies with covariance N Q(overlap), Q(x) = ½[λ x^p + "
      "(1 − λ) x^p₂]; λ = 1 is the p-spin model with couplings of variance p!/(2N^(p−1)).";
  schema.reference =
      "Crisanti, Horner and Sommers, Z. Phys. B 92, 257 (1993); Cugliandolo and Kurchan, Phys. Rev. Lett. 71, 173 "
      "(1993)";
  schema.inputs = {
      order("p", "p", "order of the interaction", 3),
      order("second_p", "p₂", "order of the second interaction", 4),
      {.name = "mixture",
       .symbol = "λ",
       .doc = "weight of the interaction of order p; the other has the rest",
       .domain = Interval::closed(0, 1),
       .fallback = std::vector{1.0}},
      temperature,
  };
  return schema;
}

std::vector<Output> static_outputs() {
  return {
      scalar("dynamical_temperature", "T_d", "where ergodicity breaks", "the transition is continuous"),
      scalar("dynamical_overlap", "q_d", "overlap within the states that appear there"),
      scalar("exponent_parameter", "λ_MCT", "exponent parameter of mode-coupling theory at dynamical_temperature"),
      scalar("exponent_a", "a", "correlation less dynamical_overlap ~ t^-a there"),
      scalar("exponent_b", "b", "dynamical_overlap less correlation ~ t^b just above"),
      scalar("exponent_gamma", "γ", "relaxation time ~ (temperature - dynamical_temperature)^-gamma"),
      scalar("static_temperature", "T_K", "where the complexity of the equilibrium states vanishes"),
      scalar("static_overlap", "q_K", "overlap within the states there"),
      scalar("threshold_overlap", "q_EA",
             "overlap within the marginal states at the temperature, to which aging tends"),
      scalar("fluctuation_dissipation_ratio", "X", "fluctuation-dissipation ratio of aging"),
      scalar("effective_temperature", "T/X", "effective temperature of aging"),
      scalar("threshold_energy", "E_∞", "energy per spin of the marginal states at the temperature"),
      scalar("threshold_minima_energy", "e_th", "energy per spin of the marginal minima (temperature 0)"),
      scalar("threshold_minima_complexity", "Σ(e_th)", "logarithm of their number per spin"),
      scalar("ground_state_energy", "e_gs", "energy per spin of the ground state (one-step replica-symmetry breaking)"),
  };
}

void set_statics(Solution& solution, const Covariance& covariance, double temperature) {
  set_transitions(solution, covariance);
  set_marginal_states(solution, covariance, temperature);
  set_landscape(solution, covariance);
}

Covariance covariance_of(const Parameters& parameters) {
  return Covariance(static_cast<int>(parameters.integer("p")), static_cast<int>(parameters.integer("second_p")),
                    parameters.real("mixture"));
}

}  // namespace glasscape::mixed_pspin
