#include "sgd.hpp"

#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "glasscape/core/observation_times.hpp"
#include "glasscape/solvers/finite_size/data_sets.hpp"
#include "glasscape/solvers/finite_size/descent.hpp"
#include "glasscape/solvers/step_loop.hpp"
#include "model.hpp"
#include "observables.hpp"

namespace glasscape::gaussian_mixture {

namespace {

using finite_size::Descent;
using finite_size::Sample;
using finite_size::Size;

/// Rows are drawn one after the other: the sample of a smaller alpha is the beginning of that of a larger one. By
/// rotational symmetry the clusters lie along the first coordinate.
Sample make_sample(const Parameters& parameters, const Size& size, RandomStream random) {
  const Mixture mixture(parameters);
  const auto dimension = static_cast<double>(size.dimension);
  RandomStream clusters = random;
  clusters.seek(std::uint64_t{1} << 48);  // beyond all that the inputs take
  Sample sample{Matrix(size.samples, size.dimension), std::vector<double>(size.samples)};
  for (std::size_t i = 0; i < size.samples; ++i) {
    const auto row = sample.inputs.row(i);
    fill_normal(random, row);
    for (double& x : row) x *= std::sqrt(mixture.noise_variance / dimension);
    const double u = clusters.uniform();
    const double side = u < 0.5 ? 1 : -1, c = mixture.clusters == 2 ? side : u < 0.25 ? 1 : u < 0.5 ? -1 : 0;
    row[0] += c / std::sqrt(dimension);
    sample.labels[i] = mixture.clusters == 2 ? c : c == 0 ? -1 : 1;
  }
  return sample;
}

void set_start(const Parameters& parameters, RandomStream& random, std::span<double> weights) {
  fill_normal(random, weights);
  for (double& w : weights) w *= std::sqrt(parameters.real("initial_variance"));
  weights[0] = parameters.real("initial_overlap") * std::sqrt(static_cast<double>(weights.size()));
}

finite_size::Algorithm algorithm_of(const Parameters& parameters) {
  const double learning_rate = parameters.real("learning_rate");
  return {
      .learning_rate = learning_rate,
      .regularization = parameters.real("regularization"),
      .minibatches = Minibatches(parameters.real("batch_size"), parameters.real("persistence_time"), learning_rate)};
}

/// One run on a data set.
class Observer {
 public:
  Observer(const Parameters& parameters, std::size_t run) : run_(run), observations_(parameters), twins_(run) {}

  /// At step t: all but the scores.
  void observe(std::size_t t, Descent& descent, RandomStream& random);
  void set_scores(std::size_t t, const Score& score, const Sample& sample);
  std::vector<double> numbers() const { return observations_.numbers(); }

  /// What stays from step to step, before step t.
  void carry(Numbers& numbers, std::size_t t) {
    observations_.carry(numbers, t);
    twins_.carry(numbers);
  }

 private:
  std::size_t run_;
  Observations observations_;
  TwinObserver twins_;
  double overlap_ = 0, norm_ = 0;
};

void Observer::observe(std::size_t t, Descent& descent, RandomStream& random) {
  const auto weights = std::as_const(descent).weights(run_);
  overlap_ = weights[0] / std::sqrt(static_cast<double>(weights.size()));
  norm_ = dot(weights, weights) / static_cast<double>(weights.size());
  twins_.observe(t, descent, random, observations_.pairs());
}

void Observer::set_scores(std::size_t t, const Score& score, const Sample& sample) {
  observations_.set_step(t, overlap_, norm_, score.loss / static_cast<double>(sample.inputs.columns()),
                         score.correct / static_cast<double>(sample.inputs.rows()));
}

/// All starts on one data set.
class ReplicaRun {
 public:
  ReplicaRun(const Parameters& parameters, const SampleLoss& loss, const PointContext& context, std::uint32_t replica);

  /// The mean of the observations of all starts; nothing where stopped.
  std::optional<std::vector<double>> run(const StepLoop& loop);

 private:
  void step(std::size_t t);
  void carry(Numbers& numbers, std::size_t t);

  std::size_t steps_;
  Sample sample_;
  RandomStream random_;
  Descent descent_;
  std::vector<Observer> observers_;
};

ReplicaRun::ReplicaRun(const Parameters& parameters, const SampleLoss& loss, const PointContext& context,
                       std::uint32_t replica)
    : steps_(static_cast<std::size_t>(parameters.integer("steps"))),
      sample_(make_sample(parameters, Size(parameters), context.random(Purpose::disorder, replica))),
      random_(context.random(Purpose::initial_state, replica)),
      descent_(sample_, loss, algorithm_of(parameters),
               finite_size::batch_streams(context, replica, Size(parameters).starts)) {
  for (std::size_t run = 0; run < descent_.runs(); ++run) {
    set_start(parameters, random_, descent_.weights(run));
    observers_.emplace_back(parameters, run);
  }
}

void ReplicaRun::step(std::size_t t) {
  for (Observer& observer : observers_) observer.observe(t, descent_, random_);
  const auto scores = t < steps_ ? descent_.step() : descent_.scores();
  for (std::size_t run = 0; run < descent_.runs(); ++run) observers_[run].set_scores(t, scores[run], sample_);
}

void ReplicaRun::carry(Numbers& numbers, std::size_t t) {
  descent_.carry(numbers);
  numbers.carry(random_);
  for (Observer& observer : observers_) observer.carry(numbers, t);
}

std::optional<std::vector<double>> ReplicaRun::run(const StepLoop& loop) {
  const bool went_on = loop.run([this](Numbers& numbers, std::size_t t) { carry(numbers, t); },
                                [this](std::size_t t) {
                                  step(t);
                                  return t < steps_;
                                },
                                steps_);
  if (!went_on) return std::nullopt;
  ReplicaMean mean;
  for (const Observer& observer : observers_) mean.add(observer.numbers());
  return mean.mean();
}

}  // namespace

Schema Sgd::schema() {
  Schema schema = model_schema();
  schema.solver = "sgd";
  schema.version = 2;
  schema.doc = "SGD itself on data sets of finite size; responses from twins under an infinitesimal field";
  schema.inputs[schema.input_position("clusters")].defines_sample = true;
  finite_size::add_data_set_inputs(schema, "dimension of the inputs", 1000, 1);
  Observations::add_outputs(schema, ErrorKind::statistical);
  schema.outputs.push_back(samples_output());
  continue_states(schema);
  return schema;
}

Cost Sgd::cost(const Parameters& parameters) {
  const Size size(parameters);
  const auto steps = static_cast<double>(parameters.integer("steps"));
  const auto replicas = static_cast<double>(parameters.integer("replicas"));
  const double inputs = static_cast<double>(size.samples) * static_cast<double>(size.dimension);
  const double observations = Observations::count(parameters);
  const auto states = static_cast<double>(size.starts * (1 + TwinObserver::twins(parameters)));
  return {.seconds = replicas * inputs * (1.5e-8 + steps * (4e-10 + 2e-10 * states)),
          .bytes = finite_size::replica_bytes(TwinObserver::holding(parameters),
                                              static_cast<double>(size.starts) * observations, observations)};
}

Solution Sgd::solve(PointContext& context) const {
  const auto loss = make_loss(parameters_);
  Solution solution = context.solution();
  const auto mean = average_over_replicas(parameters_, context, [&](std::uint32_t replica, Checkpoint& checkpoint) {
    return ReplicaRun(parameters_, *loss, context, replica).run({context, checkpoint});
  });
  if (mean) {
    Observations(parameters_).write(*mean, solution);
    set_samples(*mean, solution);
  } else {
    solution.outcome = Outcome::pending;
  }
  return solution;
}

}  // namespace glasscape::gaussian_mixture
