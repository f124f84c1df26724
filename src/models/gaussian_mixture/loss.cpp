// Compiled with -ffast-math, so that exponentials and logarithms come in vectors; restrict, so that there is one loop,
// not two with other last bits, chosen by where memory happens to lie.
#include <algorithm>
#include <cmath>

#include "glasscape/models/gaussian_mixture/mixture.hpp"

namespace glasscape::gaussian_mixture {

namespace {

/// A function of the prediction Φ and its two derivatives.
struct Jet {
  double value;
  double first;
  double second;
};

/// ln(1 + exp(−yΦ))
struct Logistic {
  static Jet at(double label, double prediction) {
    const double v = label * prediction;
    const double small = std::exp(-std::abs(v)), inverse = 1 / (1 + small);
    const double wrong = (v > 0 ? small : 1.0) * inverse;  // 1/(1 + exp v)
    return {std::max(-v, 0.0) + std::log(1 + small), -label * wrong, small * inverse * inverse};
  }
};

/// (y − Φ)²/2
struct Square {
  static Jet at(double label, double prediction) {
    const double difference = prediction - label;
    return {difference * difference / 2, difference, 1};
  }
};

template <class Outer, int clusters>
class Loss final : public SampleLoss {
 public:
  explicit Loss(double threshold) : square_threshold_(threshold * threshold) {}

  Score evaluate(std::span<const double> labels, std::span<const double> fields, std::span<double> first,
                 std::span<double> second) const override {
    double loss = 0, correct = 0;
    double* __restrict const slope = first.data();
    double* __restrict const curvature = second.data();
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const double y = labels[i], r = fields[i];
      const Jet phi = clusters == 2 ? Jet{r, 1, 0} : Jet{r * r - square_threshold_, 2 * r, 2};
      const Jet outer = Outer::at(y, phi.value);
      loss += outer.value;
      correct += y * phi.value > 0 ? 1.0 : 0.0;
      slope[i] = outer.first * phi.first;
      curvature[i] = outer.second * phi.first * phi.first + outer.first * phi.second;
    }
    return {loss, correct};
  }

 private:
  double square_threshold_;
};

template <class Outer>
std::unique_ptr<SampleLoss> make(const Mixture& mixture) {
  if (mixture.clusters == 2) return std::make_unique<Loss<Outer, 2>>(0.0);
  return std::make_unique<Loss<Outer, 3>>(mixture.threshold);
}

}  // namespace

std::unique_ptr<SampleLoss> make_loss(const Parameters& parameters) {
  const Mixture mixture(parameters);
  return parameters.choice("loss") == "square" ? make<Square>(mixture) : make<Logistic>(mixture);
}

}  // namespace glasscape::gaussian_mixture
