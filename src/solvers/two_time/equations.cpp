#include "glasscape/solvers/two_time/equations.hpp"

namespace glasscape::two_time {

namespace {

/// x^n by repeated squaring: exact where x is 0 or 1, and faster than std::pow.
double power(double x, int n) {
  double result = 1;
  for (double square = x; n > 0; n /= 2, square *= square) {
    if (n % 2 == 1) result *= square;
  }
  return result;
}

}  // namespace

KernelValue kernel(std::span<const KernelTerm> memory, double correlation, double t, double s) {
  KernelValue value;
  for (const KernelTerm& term : memory) {
    const double scale = term.coefficient * term.weight_at(t) * term.weight_at(s);
    const double lower = scale * power(correlation, term.power - 1);
    value.first += lower * correlation;
    value.second += term.power * lower;
    if (term.power > 1) value.third += scale * term.power * (term.power - 1) * power(correlation, term.power - 2);
  }
  return value;
}

Pull pull(const Equations& equations, const Direction& direction, double overlap, double t) {
  Pull total;
  for (const KernelTerm& term : equations.memory) {
    const double scale = direction.strength * term.coefficient * term.weight_at(t);
    const double lower = scale * power(overlap, term.power - 1);
    total.force += lower * overlap;
    total.slope += term.power * lower;
  }
  return total;
}

}  // namespace glasscape::two_time
