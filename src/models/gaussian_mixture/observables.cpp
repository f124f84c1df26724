#include "observables.hpp"

#include <array>
#include <span>

namespace glasscape::gaussian_mixture {

namespace {

constexpr std::array observables{"overlap", "norm", "training_loss", "training_accuracy", "generalization_error"};

}  // namespace

void Observations::add_outputs(Schema& schema, ErrorKind error) {
  const auto add = [&](std::string name, std::string symbol, std::string doc) {
    schema.outputs.push_back({.name = std::move(name),
                              .symbol = std::move(symbol),
                              .doc = std::move(doc),
                              .dims = {"step"},
                              .error = error});
  };
  add("overlap", "m", "overlap w·v*/p of the weights with the direction of the clusters");
  add("norm", "C(t,t)", "norm w·w/p of the weights");
  add("training_loss", "e", "sum of the losses of all samples divided by the dimension, without the ridge");
  add("training_accuracy", "a", "fraction of all samples that are classified rightly");
  add("generalization_error", "ε_g", "probability to misclassify a new sample");
  StepPairs::add_outputs(schema, error);
}

Observations::Observations(const Parameters& parameters)
    : mixture_(parameters),
      steps_(static_cast<std::size_t>(parameters.integer("steps"))),
      of_steps_(observables.size() * (steps_ + 1), not_a_number),
      pairs_(parameters) {}

double Observations::count(const Parameters& parameters) {
  return static_cast<double>(observables.size()) * static_cast<double>(parameters.integer("steps") + 1) +
         StepPairs::count(parameters);
}

void Observations::set_step(std::size_t t, double overlap, double norm, double loss, double accuracy) {
  const std::array values{overlap, norm, loss, accuracy, mixture_.generalization_error(overlap, norm)};
  for (std::size_t i = 0; i < values.size(); ++i) of_steps_[i * (steps_ + 1) + t] = values[i];
}

void Observations::set(const effective_process::Dynamics& dynamics) {
  for (std::size_t t = 0; t <= steps_; ++t) {
    set_step(t, dynamics.order.overlap[t], dynamics.order.correlation(t, t), dynamics.loss[t], dynamics.accuracy[t]);
  }
  pairs_.set(dynamics.order);
}

std::vector<double> Observations::numbers() const {
  std::vector<double> numbers = of_steps_;
  numbers.insert(numbers.end(), pairs_.numbers().begin(), pairs_.numbers().end());
  return numbers;
}

void Observations::carry(Numbers& numbers, std::size_t t) {
  for (std::size_t i = 0; i < observables.size(); ++i) numbers.carry(std::span(of_steps_).subspan(i * (steps_ + 1), t));
  pairs_.carry(numbers, t);
}

void Observations::write(const ReplicaMean& mean, Solution& solution) const {
  for (std::size_t i = 0; i < observables.size(); ++i) {
    set_from(mean, i * (steps_ + 1), steps_ + 1, observables[i], solution);
  }
  pairs_.write(mean, of_steps_.size(), solution);
}

}  // namespace glasscape::gaussian_mixture
