#include <cblas.h>

#include <cmath>
#include <span>
#include <utility>

#include "runs.hpp"

namespace glasscape::phase_retrieval {

namespace {

int size_of(std::size_t n) { return static_cast<int>(n); }

/// One network.
class WideNetwork {
 public:
  WideNetwork(const finite_size::Sample& sample, const finite_size::Algorithm& algorithm, std::size_t width,
              RandomStream& random, RandomStream batches);

  double overlap() const;
  Distance distance() const;
  double loss(bool move);

  void carry(Numbers& numbers) {
    numbers.carry(weights_.elements());
    numbers.carry(std::span(selected_));
    numbers.carry(batches_);
  }

 private:
  void step();

  const finite_size::Sample& sample_;
  finite_size::Algorithm algorithm_;
  RandomStream batches_;
  Matrix weights_;  // W, p × m
  Matrix fields_;   // XW, n × m
  std::vector<double> selected_, excess_;
};

WideNetwork::WideNetwork(const finite_size::Sample& sample, const finite_size::Algorithm& algorithm, std::size_t width,
                         RandomStream& random, RandomStream batches)
    : sample_(sample),
      algorithm_(algorithm),
      batches_(batches),
      weights_(sample.inputs.columns(), width),
      fields_(sample.inputs.rows(), width),
      selected_(sample.inputs.rows()),
      excess_(sample.inputs.rows()) {
  fill_normal(random, {weights_.data(), weights_.rows() * weights_.columns()});
  algorithm_.minibatches.start(batches_, selected_);
}

double WideNetwork::overlap() const {
  return std::sqrt(dot(weights_.row(0), weights_.row(0)) / static_cast<double>(weights_.rows() * weights_.columns()));
}

/// |A|² = |WᵀW|²/m² = |WWᵀ|²/m²: the smaller of both
Distance WideNetwork::distance() const {
  const std::size_t p = weights_.rows(), m = weights_.columns();
  const auto dimension = static_cast<double>(p), width = static_cast<double>(m);
  const bool is_wide = m > p;
  const std::size_t n = is_wide ? p : m;
  Matrix gram(n, n);
  cblas_dgemm(CblasRowMajor, is_wide ? CblasNoTrans : CblasTrans, is_wide ? CblasTrans : CblasNoTrans, size_of(n),
              size_of(n), size_of(is_wide ? m : p), 1 / width, weights_.data(), size_of(m), weights_.data(), size_of(m),
              0, gram.data(), size_of(n));
  double square = 0, trace = 0;
  for (std::size_t i = 0; i < n; ++i) {
    square += dot(gram.row(i), gram.row(i));
    trace += gram(i, i);
  }
  const double along = overlap() * overlap();
  const double matrix_error = square / (dimension * dimension) - 2 * along + 1;
  const double excess = trace / dimension - 1;
  return {overlap(), matrix_error, 2 * matrix_error + excess * excess};
}

double WideNetwork::loss(bool move) {
  const std::size_t n = fields_.rows(), m = fields_.columns();
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, size_of(n), size_of(m), size_of(weights_.rows()), 1,
              sample_.inputs.data(), size_of(weights_.rows()), weights_.data(), size_of(m), 0, fields_.data(),
              size_of(m));
  for (std::size_t i = 0; i < n; ++i) {
    excess_[i] = sample_.labels[i] - dot(fields_.row(i), fields_.row(i)) / static_cast<double>(m);
  }
  const double loss = dot(excess_, excess_);
  if (move) step();
  return loss;
}

void WideNetwork::step() {
  const std::size_t n = fields_.rows(), m = fields_.columns();
  for (std::size_t i = 0; i < n; ++i) {
    for (double& field : fields_.row(i)) field *= 4 * algorithm_.learning_rate * selected_[i] * excess_[i];
  }
  cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, size_of(weights_.rows()), size_of(m), size_of(n), 1,
              sample_.inputs.data(), size_of(weights_.rows()), fields_.data(), size_of(m), 1, weights_.data(),
              size_of(m));
  algorithm_.minibatches.advance(batches_, selected_);
}

class WideRuns final : public Runs {
 public:
  WideRuns(const finite_size::Sample& sample, const finite_size::Algorithm& algorithm, std::size_t width,
           RandomStream& random, const std::vector<RandomStream>& batches) {
    for (const RandomStream& stream : batches) networks_.emplace_back(sample, algorithm, width, random, stream);
  }

  double overlap(std::size_t run) const override { return networks_[run].overlap(); }
  Distance distance(std::size_t run) const override { return networks_[run].distance(); }
  std::vector<double> losses(bool move) override {
    std::vector<double> losses;
    for (WideNetwork& network : networks_) losses.push_back(network.loss(move));
    return losses;
  }
  void carry(Numbers& numbers, std::size_t /*t*/) override {
    for (WideNetwork& network : networks_) network.carry(numbers);
  }

 private:
  std::vector<WideNetwork> networks_;
};

}  // namespace

std::unique_ptr<Runs> wide_runs(const finite_size::Sample& sample, const finite_size::Algorithm& algorithm,
                                std::size_t width, RandomStream& random, std::vector<RandomStream> batches) {
  return std::make_unique<WideRuns>(sample, algorithm, width, random, batches);
}

finite_size::Holding wide_holding(std::size_t samples, std::size_t dimension, std::size_t width) {
  const auto n = static_cast<double>(samples), p = static_cast<double>(dimension), m = static_cast<double>(width);
  return {.all = p * m + n * m + 2 * n, .carried = p * m + n};
}

}  // namespace glasscape::phase_retrieval
