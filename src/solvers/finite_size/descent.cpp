#include "glasscape/solvers/finite_size/descent.hpp"

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "thin_product.hpp"

namespace glasscape::finite_size {

namespace {

constexpr std::size_t block_bytes = 512 * 1024;  // half of a common second-level cache

std::size_t block_rows(std::size_t dimension) { return std::max<std::size_t>(4, block_bytes / (8 * dimension)); }

int size_of(std::size_t n) { return static_cast<int>(n); }

/// The same elements in a matrix with more rows.
Matrix with_rows(const Matrix& before, std::size_t rows) {
  Matrix after(rows, before.columns());
  std::copy_n(before.data(), before.rows() * before.columns(), after.data());
  return after;
}

}  // namespace

Descent::Descent(const Sample& sample, const SampleLoss& loss, const Algorithm& algorithm,
                 std::vector<RandomStream> batches)
    : sample_(sample),
      loss_(loss),
      algorithm_(algorithm),
      batches_(std::move(batches)),
      states_(runs(), sample.inputs.columns()),
      gradients_(runs(), sample.inputs.columns()),
      selected_(runs(), sample.inputs.rows()),
      fields_(runs(), block_rows(sample.inputs.columns())),
      first_(fields_.columns()),
      second_(fields_.columns()) {
  for (std::size_t run = 0; run < runs(); ++run) algorithm_.minibatches.start(batches_[run], selected_.row(run));
}

std::size_t Descent::add_twin(std::size_t run, std::vector<double> g, Field field) {
  twins_.push_back({run, std::move(g), field});
  make_room_for_twins();
  return twins_.size() - 1;
}

void Descent::make_room_for_twins() {
  const std::size_t rows = runs() + twins_.size();
  if (rows == states_.rows()) return;
  states_ = with_rows(states_, rows);
  gradients_ = Matrix(rows, states_.columns());
  fields_ = Matrix(rows, fields_.columns());
}

void Descent::carry(Numbers& numbers) {
  numbers.carry_list(twins_, [&](Twin& twin) {
    numbers.carry(twin.run);
    numbers.carry(twin.field);
    numbers.carry(twin.kind);
    numbers.carry(twin.is_new);
  });
  make_room_for_twins();
  numbers.carry(states_.elements());
  numbers.carry(selected_.elements());
  for (RandomStream& random : batches_) numbers.carry(random);
}

double Descent::response(std::size_t twin) const {
  return dot(twins_[twin].field, states_.row(runs() + twin)) / static_cast<double>(states_.columns());
}

std::size_t Descent::panels() const { return (states_.rows() + lanes - 1) / lanes; }

std::vector<Score> Descent::scores() { return pass(false); }

std::vector<Score> Descent::step() {
  std::vector<Score> before = pass(true);
  move();
  for (std::size_t run = 0; run < runs(); ++run) algorithm_.minibatches.advance(batches_[run], selected_.row(run));
  return before;
}

std::vector<Score> Descent::pass(bool with_gradient) {
  std::vector<Score> scores(runs());
  const bool several = states_.rows() > 1;
  std::fill_n(gradients_.data(), gradients_.rows() * gradients_.columns(), 0.0);
  if (several) {
    interleave(states_, states_.columns(), thin_states_);
    thin_gradients_.assign(thin_states_.size(), 0.0);
  }
  const std::size_t samples = sample_.inputs.rows();
  for (std::size_t first = 0; first < samples; first += fields_.columns()) {
    const std::size_t rows = std::min(fields_.columns(), samples - first);
    set_fields(first, rows);
    set_coefficients(first, rows, scores);
    if (with_gradient) add_gradient(first, rows);
  }
  if (several) gather_gradients();
  return scores;
}

/// Columns of thin matrices, eight rows of `from` in each.
void Descent::interleave(const Matrix& from, std::size_t columns, std::vector<double>& thin) const {
  thin.assign(panels() * columns * lanes, 0.0);
  for (std::size_t row = 0; row < from.rows(); ++row) {
    double* to = thin.data() + row / lanes * columns * lanes + row % lanes;
    for (std::size_t j = 0; j < columns; ++j) to[j * lanes] = from(row, j);
  }
}

void Descent::set_fields(std::size_t first, std::size_t rows) {
  const std::size_t p = states_.columns();
  const double* inputs = sample_.inputs.row(first).data();
  if (states_.rows() == 1) {
    cblas_dgemv(CblasRowMajor, CblasNoTrans, size_of(rows), size_of(p), 1, inputs, size_of(p), states_.data(), 1, 0,
                fields_.data(), 1);
    return;
  }
  std::vector<double> thin(rows * lanes);
  for (std::size_t panel = 0; panel < panels(); ++panel) {
    thin_fields(inputs, rows, p, thin_states_.data() + panel * p * lanes, thin.data());
    for (std::size_t k = panel * lanes; k < std::min(states_.rows(), (panel + 1) * lanes); ++k) {
      for (std::size_t i = 0; i < rows; ++i) fields_(k, i) = thin[i * lanes + k % lanes];
    }
  }
}

/// Replaces fields by what multiplies the inputs in the gradient: s Λ'(r), and for twins s Λ''(r) δr.
void Descent::set_coefficients(std::size_t first, std::size_t rows, std::vector<Score>& scores) {
  const auto labels = std::span(sample_.labels).subspan(first, rows);
  for (std::size_t run = 0; run < runs(); ++run) {
    const auto fields = fields_.row(run).first(rows);
    const Score score = loss_.evaluate(labels, fields, std::span(first_).first(rows), std::span(second_).first(rows));
    scores[run].loss += score.loss;
    scores[run].correct += score.correct;
    const auto selected = selected_.row(run).subspan(first, rows);
    for (std::size_t i = 0; i < rows; ++i) fields[i] = selected[i] * first_[i];
    for (std::size_t twin = 0; twin < twins_.size(); ++twin) {
      if (twins_[twin].run != run) continue;
      const auto differences = fields_.row(runs() + twin);
      for (std::size_t i = 0; i < rows; ++i) differences[i] *= selected[i] * second_[i];
    }
  }
}

void Descent::add_gradient(std::size_t first, std::size_t rows) {
  const std::size_t p = states_.columns();
  const double* inputs = sample_.inputs.row(first).data();
  if (states_.rows() == 1) {
    cblas_dgemv(CblasRowMajor, CblasTrans, size_of(rows), size_of(p), 1, inputs, size_of(p), fields_.data(), 1, 1,
                gradients_.data(), 1);
    return;
  }
  std::vector<double> thin;
  interleave(fields_, rows, thin);
  for (std::size_t panel = 0; panel < panels(); ++panel) {
    add_thin_gradient(inputs, rows, p, thin.data() + panel * rows * lanes, thin_gradients_.data() + panel * p * lanes);
  }
}

void Descent::gather_gradients() {
  const std::size_t p = states_.columns();
  for (std::size_t k = 0; k < gradients_.rows(); ++k) {
    const double* from = thin_gradients_.data() + k / lanes * p * lanes + k % lanes;
    for (std::size_t j = 0; j < p; ++j) gradients_(k, j) = from[j * lanes];
  }
}

void Descent::move() {
  const double eta = algorithm_.learning_rate, decay = 1 - eta * algorithm_.regularization;
  for (std::size_t row = 0; row < states_.rows(); ++row) {
    const auto state = states_.row(row), gradient = gradients_.row(row);
    for (std::size_t i = 0; i < state.size(); ++i) state[i] = decay * state[i] - eta * gradient[i];
  }
  for (std::size_t i = 0; i < twins_.size(); ++i) {
    Twin& twin = twins_[i];
    if (twin.kind == Field::one_step && !twin.is_new) continue;
    const double strength = twin.kind == Field::one_step ? 1 : eta;
    cblas_daxpy(size_of(twin.field.size()), strength, twin.field.data(), 1, states_.row(runs() + i).data(), 1);
    twin.is_new = false;
  }
  if (!algorithm_.spherical) return;
  for (std::size_t run = 0; run < runs(); ++run) {
    const auto state = states_.row(run);
    const double square = dot(state, state), factor = std::sqrt(static_cast<double>(state.size()) / square);
    for (std::size_t i = 0; i < twins_.size(); ++i) {
      if (twins_[i].run != run) continue;
      const auto difference = states_.row(runs() + i);
      const double along = dot(state, difference) / square;
      for (std::size_t j = 0; j < state.size(); ++j) difference[j] = factor * (difference[j] - along * state[j]);
    }
    for (double& weight : state) weight *= factor;
  }
}

Holding descent_holding(std::size_t samples, std::size_t dimension, std::size_t runs, std::size_t twins) {
  const auto n = static_cast<double>(samples), p = static_cast<double>(dimension);
  const auto moving = static_cast<double>(runs + twins);
  const double panelled = std::ceil(moving / static_cast<double>(lanes)) * static_cast<double>(lanes);
  const double carried = moving * p + static_cast<double>(twins) * p + static_cast<double>(runs) * n;
  const double gradients = moving * p, panels = 2 * panelled * p;  // of states and gradients
  const double outgrown = twins == 0 ? 0 : 4 * moving * p;         // what matrices leave that grow with each twin
  const double blocks = 2 * panelled * static_cast<double>(block_rows(dimension));
  return {.all = n * (p + 1) + carried + gradients + panels + outgrown + blocks, .carried = carried};
}

}  // namespace glasscape::finite_size
