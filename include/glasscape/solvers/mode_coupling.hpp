#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "glasscape/solvers/numbers.hpp"

namespace glasscape::mode_coupling {

/// The overdamped mode-coupling equation of one correlation,
///   φ'(t) = −rate φ(t) − strength ∫₀ᵗ m(φ(t − u)) φ'(u) du,  φ(0) = 1,
/// with m a polynomial of non-negative coefficients: then φ is a sum of decaying exponentials (Götze and Sjögren 1995).
struct Equation {
  double rate = 1;
  double strength = 1;
  std::function<double(double)> memory;        ///< m(φ)
  std::function<double(double)> memory_slope;  ///< m'(φ)
};

/// The nodes of a panel; see the source.
class Grid;

/// φ on [begin, begin + width] by its values at the nodes.
struct Panel {
  double begin = 0;
  double width = 0;
  std::vector<double> values = {};  // φ
  std::vector<double> slopes = {};  // φ'
  std::vector<double> memory = {};  // m(φ)

  double end() const { return begin + width; }
};

/// φ as one resolution has it: a polynomial on each of the panels [0, h], [h, 2h], [2h, 4h] …, which together hold any
/// number of decades. What is a sum of decaying exponentials converges there at least as 5.8^−order (Chebyshev
/// interpolation; the nearest singularity is at t ≤ 0).
class Relaxation {
 public:
  /// Solves the equation on the first panel. It and `extend` throw std::runtime_error where iteration fails.
  Relaxation(Equation equation, int order);
  ~Relaxation();
  Relaxation(Relaxation&&) noexcept;
  Relaxation& operator=(Relaxation&&) noexcept;

  void extend();  ///< by the next panel
  double end() const { return panels_.back().end(); }
  int order() const;

  double operator()(double t) const;  ///< 0 ≤ t ≤ end()

  /// When φ falls to `level`; nothing where it does not until the end.
  std::optional<double> time_at(double level) const;

  /// Which panel holds t, and the largest difference on each from a solution of another order on as many.
  std::size_t panel(double t) const;
  std::vector<double> distances(const Relaxation& other) const;

  /// How far it is, and φ until then.
  void carry(Numbers& numbers);

 private:
  void solve_first();
  void add(double begin, double width, std::vector<double> values);

  Equation equation_;
  std::unique_ptr<const Grid> grid_;
  std::vector<Panel> panels_;
};

}  // namespace glasscape::mode_coupling
