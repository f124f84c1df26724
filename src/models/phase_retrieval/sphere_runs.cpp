#include <cmath>
#include <utility>

#include "descent.hpp"
#include "runs.hpp"

namespace glasscape::phase_retrieval {

namespace {

class SphereRuns final : public Runs {
 public:
  SphereRuns(const finite_size::Sample& sample, const finite_size::Algorithm& algorithm, const Start& start,
             const StepPairs& pairs, const RandomStream& random, std::vector<RandomStream> batches)
      : random_(random), descent_(sample, loss_, algorithm, std::move(batches)), pairs_(descent_.runs(), pairs) {
    for (std::size_t run = 0; run < descent_.runs(); ++run) {
      place(start, random_, descent_.weights(run));
      twins_.emplace_back(run);
    }
  }

  double overlap(std::size_t run) const override {
    const auto weights = descent_.weights(run);
    return std::abs(weights[0]) / std::sqrt(static_cast<double>(weights.size()));
  }

  Distance distance(std::size_t run) const override {
    const double m = overlap(run), matrix_error = 2 * (1 - m * m);
    return {m, matrix_error, 2 * matrix_error};
  }

  std::vector<double> losses(bool move) override {
    std::vector<double> losses;
    for (const Score& score : move ? descent_.step() : descent_.scores()) losses.push_back(score.loss);
    return losses;
  }

  void observe_pairs(std::size_t step) override {
    for (std::size_t run = 0; run < descent_.runs(); ++run) twins_[run].observe(step, descent_, random_, pairs_[run]);
  }

  std::vector<double> pairs() const override {
    ReplicaMean mean;
    for (const StepPairs& run : pairs_) mean.add(run.numbers());
    return mean.mean();
  }

  void carry(Numbers& numbers, std::size_t t) override {
    descent_.carry(numbers);
    numbers.carry(random_);
    for (StepPairs& run : pairs_) run.carry(numbers, t);
    for (TwinObserver& run : twins_) run.carry(numbers);
  }

 private:
  static void place(const Start& start, RandomStream& random, std::span<double> weights) {
    fill_normal(random, weights);
    if (start.warm) weights[0] = 0;
    const double across = start.warm ? 1 - start.overlap * start.overlap : 1;
    const auto dimension = static_cast<double>(weights.size());
    const double factor = std::sqrt(across * dimension / dot(weights, weights));
    for (double& weight : weights) weight *= factor;
    if (start.warm) weights[0] = start.overlap * std::sqrt(dimension);
  }

  QuarticLoss loss_;
  RandomStream random_;
  finite_size::Descent descent_;
  std::vector<StepPairs> pairs_;  // of each run
  std::vector<TwinObserver> twins_;
};

}  // namespace

std::unique_ptr<Runs> sphere_runs(const finite_size::Sample& sample, const finite_size::Algorithm& algorithm,
                                  const Start& start, const StepPairs& pairs, const RandomStream& random,
                                  std::vector<RandomStream> batches) {
  return std::make_unique<SphereRuns>(sample, algorithm, start, pairs, random, std::move(batches));
}

}  // namespace glasscape::phase_retrieval
