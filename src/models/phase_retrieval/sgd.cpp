#include "sgd.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "descent.hpp"
#include "glasscape/core/observation_times.hpp"
#include "glasscape/solvers/finite_size/data_sets.hpp"
#include "glasscape/solvers/replicas.hpp"
#include "glasscape/solvers/step_loop.hpp"
#include "model.hpp"
#include "runs.hpp"

namespace glasscape::phase_retrieval {

namespace {

using finite_size::Sample;
using finite_size::Size;

constexpr std::array observables{"overlap", "training_loss", "test_error", "matrix_error", "success_fraction"};

/// Rows are drawn one after the other: the sample of a smaller alpha is the beginning of that of a larger one. By
/// rotational symmetry the signal lies along the first coordinate.
Sample make_sample(const Size& size, RandomStream random) {
  Sample sample{Matrix(size.samples, size.dimension), std::vector<double>(size.samples)};
  for (std::size_t i = 0; i < size.samples; ++i) {
    const auto row = sample.inputs.row(i);
    fill_normal(random, row);
    sample.labels[i] = row[0] * row[0];
    for (double& x : row) x /= std::sqrt(static_cast<double>(size.dimension));
  }
  return sample;
}

std::unique_ptr<Runs> make_runs(const Parameters& parameters, const Sample& sample, const PointContext& context,
                                std::uint32_t replica) {
  const finite_size::Algorithm algorithm{
      .learning_rate = parameters.real("learning_rate"), .spherical = true, .minibatches = minibatches_of(parameters)};
  RandomStream random = context.random(Purpose::initial_state, replica);
  std::vector<RandomStream> batches = finite_size::batch_streams(context, replica, Size(parameters).starts);
  const StepPairs pairs(parameters);
  const Start start{.warm = parameters.choice("start") == "warm", .overlap = parameters.real("initial_overlap")};
  const auto width = static_cast<std::size_t>(parameters.integer("width"));
  if (width == 1) return sphere_runs(sample, algorithm, start, pairs, random, std::move(batches));
  return wide_runs(sample, algorithm, width, random, std::move(batches));
}

/// The means over the starts on one data set: each observable at each observed step, then the fraction that has
/// succeeded in the end, the time that it took summed over all, and the sum of both.
class Tally {
 public:
  explicit Tally(const Parameters& parameters)
      : steps_(parameters.list("observed_steps")),
        level_(parameters.real("success_overlap")),
        learning_rate_(parameters.real("learning_rate")),
        dimension_(static_cast<double>(parameters.integer("size"))),
        succeeded_(static_cast<std::size_t>(parameters.integer("starts")), 0.0),
        numbers_(observables.size() * steps_.size() + 3, 0.0) {}

  void observe(std::size_t step, Runs& runs, bool move);
  const std::vector<double>& numbers() const { return numbers_; }
  /// What was observed before step t.
  void carry(Numbers& numbers, std::size_t t);

 private:
  void note_success(std::size_t step, const Runs& runs);

  std::span<const double> steps_;
  double level_, learning_rate_, dimension_;
  std::vector<double> succeeded_;  // of each run: 1 or 0
  std::vector<double> numbers_;
};

void Tally::carry(Numbers& numbers, std::size_t t) {
  const std::span all(numbers_);
  numbers.carry(std::span(succeeded_));
  for (std::size_t i = 0; i < observables.size(); ++i) {
    numbers.carry_before(static_cast<double>(t), steps_, all.subspan(i * steps_.size(), steps_.size()));
  }
  numbers.carry(all.subspan(observables.size() * steps_.size()));
}

void Tally::note_success(std::size_t step, const Runs& runs) {
  const double share = 1 / static_cast<double>(succeeded_.size());
  const std::size_t end = observables.size() * steps_.size();
  for (std::size_t run = 0; run < succeeded_.size(); ++run) {
    if (succeeded_[run] != 0 || runs.overlap(run) < level_) continue;
    const double time = learning_rate_ * static_cast<double>(step);
    succeeded_[run] = 1;
    numbers_[end] += share;
    numbers_[end + 1] += share * time;
    numbers_[end + 2] += share * (1 + time);
  }
}

void Tally::observe(std::size_t step, Runs& runs, bool move) {
  note_success(step, runs);
  std::vector<Distance> distances;
  const auto found = std::ranges::find(steps_, static_cast<double>(step));
  if (found == steps_.end()) {
    runs.losses(move);
    return;
  }
  for (std::size_t run = 0; run < succeeded_.size(); ++run) distances.push_back(runs.distance(run));
  const std::vector<double> losses = runs.losses(move);
  const auto position = static_cast<std::size_t>(found - steps_.begin());
  const double share = 1 / static_cast<double>(succeeded_.size());
  for (std::size_t run = 0; run < succeeded_.size(); ++run) {
    const std::array values{distances[run].overlap, losses[run] / dimension_, distances[run].test_error,
                            distances[run].matrix_error, succeeded_[run]};
    for (std::size_t i = 0; i < values.size(); ++i) numbers_[i * steps_.size() + position] += share * values[i];
  }
}

std::optional<std::vector<double>> run_replica(const Parameters& parameters, PointContext& context,
                                               std::uint32_t replica, Checkpoint& checkpoint) {
  const Sample sample = make_sample(Size(parameters), context.random(Purpose::disorder, replica));
  const auto runs = make_runs(parameters, sample, context, replica);
  const auto steps = static_cast<std::size_t>(parameters.integer("steps"));
  Tally tally(parameters);
  const auto carry = [&](Numbers& all, std::size_t t) {
    runs->carry(all, t);
    tally.carry(all, t);
  };
  const auto step = [&](std::size_t t) {
    runs->observe_pairs(t);
    tally.observe(t, *runs, t < steps);
    return t < steps;
  };
  if (!StepLoop(context, checkpoint).run(carry, step, steps)) return std::nullopt;
  std::vector<double> numbers = tally.numbers();
  const std::vector<double> pairs = runs->pairs();
  numbers.insert(numbers.end(), pairs.begin(), pairs.end());
  return numbers;
}

finite_size::Holding holding_of(const Parameters& parameters) {
  const Size size(parameters);
  const auto width = static_cast<std::size_t>(parameters.integer("width"));
  if (width == 1) return TwinObserver::holding(parameters);
  const auto network = wide_holding(size.samples, size.dimension, width);
  const auto data = static_cast<double>(size.samples) * static_cast<double>(size.dimension + 1);
  const double gram = std::pow(static_cast<double>(std::min(width, size.dimension)), 2);  // WᵀW or WWᵀ
  const auto starts = static_cast<double>(size.starts);
  return {.all = data + starts * network.all + gram, .carried = starts * network.carried};
}

std::vector<Input> own_inputs() {
  return {
      {.name = "start",
       .kind = Kind::choice,
       .doc = "warm: with initial_overlap; random: anywhere on the sphere, for width above 1 normal weights",
       .choices = {"warm", "random"},
       .fallback = std::vector{0.0}},
      {.name = "width",
       .kind = Kind::integer,
       .doc = "of the network; above 1 it is over-parametrised, not on the sphere, and needs start = random",
       .domain = Interval::closed(1, 1e5),
       .fallback = std::vector{1.0}},
      {.name = "success_overlap",
       .doc = "overlap from which on the signal counts as retrieved",
       .domain = {.lower = 0, .upper = 1},
       .fallback = std::vector{0.99}},
  };
}

std::vector<Rule> own_rules() {
  const auto is_wide = [](const Parameters& parameters) { return parameters.integer("width") > 1; };
  const auto where = [](bool broken, const char* text) {
    return broken ? std::optional<std::string>(text) : std::nullopt;
  };
  return {{.inputs = {"start", "width"},
           .complaint =
               [=](const Parameters& parameters) {
                 return where(is_wide(parameters) && parameters.choice("start") == "warm",
                              "a network of width above 1 starts at random: give start = random, or width = 1");
               }},
          {.inputs = {"waiting_times", "width", "lags"}, .complaint = [=](const Parameters& parameters) {
             return where(is_wide(parameters) && StepPairs::count(parameters) > 0,
                          "correlation and response are of width 1 only: give width = 1, or no waiting_times and lags");
           }}};
}

}  // namespace

Schema Sgd::schema() {
  Schema schema = model_schema();
  schema.solver = "sgd";
  schema.version = 2;
  schema.doc =
      "(Stochastic) gradient descent on Σ (y² - r²)² on the sphere, or of a wide network, on data sets of "
      "finite size";
  add_descent_inputs(schema, 3000);
  for (Input& input : own_inputs()) schema.inputs.push_back(std::move(input));
  for (Rule& rule : own_rules()) schema.rules.push_back(std::move(rule));
  finite_size::add_data_set_inputs(schema, "dimension of the signal", 500, 8);
  schema.outputs = {
      step_output("overlap", "|m|", "overlap |w·w*|/p with the signal; of a network (w*ᵀWWᵀw*/width)^½/p"),
      step_output("training_loss", "e", "sum of the losses of all samples divided by the dimension"),
      step_output("test_error", "ε_g", "mean squared error of the prediction of y² for a new sample"),
      step_output("matrix_error", "|A-A*|²/p²", "squared distance of WWᵀ/width from w*w*ᵀ over size²"),
      step_output("success_fraction", "P", "fraction of the runs that have retrieved the signal by the step"),
      {.name = "recovery_time",
       .symbol = "t_{rec}",
       .doc = "mean time, learning_rate x step, at which runs retrieved the signal, of those that did",
       .error = ErrorKind::statistical,
       .nan_meaning = "not recovered"},
  };
  StepPairs::add_outputs(schema, ErrorKind::statistical);
  schema.outputs.push_back(samples_output());
  continue_states(schema);
  return schema;
}

Cost Sgd::cost(const Parameters& parameters) {
  const Size size(parameters);
  const auto dimension = static_cast<double>(size.dimension), samples = static_cast<double>(size.samples);
  const auto steps = static_cast<double>(parameters.integer("steps"));
  const auto replicas = static_cast<double>(parameters.integer("replicas"));
  const auto starts = static_cast<double>(size.starts);
  const auto twins = static_cast<double>(TwinObserver::twins(parameters));
  const double columns = starts * (1 + twins) * static_cast<double>(parameters.integer("width"));
  const auto observed = static_cast<double>(parameters.list("observed_steps").size());
  const double of_steps = static_cast<double>(observables.size()) * observed, of_pairs = StepPairs::count(parameters);
  return {
      .seconds = replicas * dimension * samples * (1.5e-8 + steps * (2e-10 + 2e-10 * columns)),
      .bytes = finite_size::replica_bytes(holding_of(parameters), of_steps + starts * of_pairs, of_steps + of_pairs)};
}

Solution Sgd::solve(PointContext& context) const {
  Solution solution = context.solution();
  const auto mean = average_over_replicas(parameters_, context, [&](std::uint32_t replica, Checkpoint& checkpoint) {
    return run_replica(parameters_, context, replica, checkpoint);
  });
  if (!mean) {
    solution.outcome = Outcome::pending;
    return solution;
  }
  const std::size_t steps = parameters_.list("observed_steps").size(), end = observables.size() * steps;
  for (std::size_t i = 0; i < observables.size(); ++i) set_from(*mean, i * steps, steps, observables[i], solution);
  if (mean->mean()[end] > 0) {
    const Ratio time = ratio(*mean, end + 1, end, end + 2);
    solution.set("recovery_time", time.value, time.error);
  } else {
    solution.message = "no recovery_time: no run retrieved the signal";
  }
  StepPairs(parameters_).write(*mean, end + 3, solution);
  set_samples(*mean, solution);
  return solution;
}

}  // namespace glasscape::phase_retrieval
