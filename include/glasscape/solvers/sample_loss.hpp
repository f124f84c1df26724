#pragma once

#include <span>

namespace glasscape {

/// Sums over samples.
struct Score {
  double loss = 0;     ///< Σ Λ
  double correct = 0;  ///< how many predictions are right
};

/// The loss Λ(y, r) of samples with label y and field r = w·x/√p.
class SampleLoss {
 public:
  virtual ~SampleLoss() = default;

  /// Sets Λ' and Λ'', derivatives by the field, of each sample; all spans have the same length.
  virtual Score evaluate(std::span<const double> labels, std::span<const double> fields, std::span<double> first,
                         std::span<double> second) const = 0;
};

}  // namespace glasscape
