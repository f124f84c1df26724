#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "glasscape/solvers/two_time/equations.hpp"
#include "history.hpp"
#include "memory_matrices.hpp"
#include "newton.hpp"

namespace glasscape::two_time {

/// How fine the rows lie.
struct Resolution {
  double rows_per_octave = 8;      ///< of t − origin, where nothing happens
  double prediction_error = 1e-4;  ///< of C and, relative, of overlaps: where it is larger, steps are shorter
};

/// The scale of the grids. The fastest rates are those of the Hessian's band in the glass and of thermal decay; or,
/// where a signal is so strong that it holds the state, that of its pull.
double microscopic_time(const Equations& equations);

/// The row-implicit march in logarithmic time: every row is solved on its own grid of s, with integrals over all rows
/// before. Steps follow the prediction's error; where the dynamics restarts (a jump out of the glass), so does the
/// logarithmic clock.
class March {
 public:
  March(const Equations& equations, Resolution resolution);

  /// Goes on from a state() of the same equations and resolution.
  March(const Equations& equations, Resolution resolution, std::span<const std::byte> state);

  const History& history() const { return history_; }
  double time() const { return history_.times().back(); }

  /// Solves the next row. False where it cannot go on: trouble() says why.
  bool advance();
  const std::string& trouble() const { return trouble_; }

  /// Whether the next row depends on the rows alone, not on Newton's factors: nothing is lost here.
  bool at_safe_place() const { return history_.rows().size() % factor_life == 0; }

  /// The rows up to the last safe place.
  std::vector<std::byte> state() const;

 private:
  static constexpr std::size_t factor_life = 8;  ///< rows that the factors of Newton's matrix serve

  /// What decides on the next row, beside the rows.
  struct Control {
    double step = 0;
    Epoch epoch = {};
    double calm_error = 0;  ///< smallest prediction error of a decade
    double decade_error = 0;
    double decade_end = 0;
  };

  void start();
  void add(Row row);
  double overlap_growth(const Row& row) const;
  double overlap_error(const Row& row, const Row& predicted) const;
  void restore(std::span<const std::byte> state);
  bool panel_resolved(const RowGrid& grid, const Panel& panel) const;
  double clock_error(const Row& row, const Epoch& epoch) const;
  double damping(double age) const;
  std::optional<Row> solve(double t);
  bool healthy(const Row& row, double error);
  void look_for_new_epoch(const Row& row, double error);
  std::vector<Panel> frozen_panels(const Row& row, double end) const;

  const Equations& equations_;
  Resolution resolution_;
  Layout layout_;
  double longest_step_;  // in the logarithmic clock
  double unresolved_;    // Chebyshev tail at which a panel is halved
  Control now_;
  Control safe_;  ///< as it was at the last safe place, with so many rows:
  std::size_t safe_rows_ = 0;
  History history_;
  std::vector<double> largest_overlap_;
  NearCache cache_;
  Newton newton_;
  std::string trouble_;
};

}  // namespace glasscape::two_time
