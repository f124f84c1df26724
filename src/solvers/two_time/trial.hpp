#pragma once

#include <array>
#include <memory>
#include <vector>

#include "overlap_stencil.hpp"

namespace glasscape::two_time {

/// An interval whose stencil ends with the unknown row.
struct OpenInterval {
  Interval interval;

  /// How its last row follows from the unknown row's nodes: panel by panel, `order` entries each. A place in the
  /// unknown row, and the node that it is, or −1: then, what multiplies the nodal values of its panel.
  struct Source {
    Place place;
    int node = -1;
    std::array<double, Collocation::order> nodal{};
  };
  std::vector<Source> sources;
};

/// What is known before a row is solved: its grid, its prediction from the rows before, and the intervals that it
/// takes part in.
class Trial {
 public:
  /// `damping`: how much of the oldest of five rows is let go where the unknown row takes part, 0 to 1.
  Trial(const History& history, std::shared_ptr<const RowGrid> grid, double damping = 0);

  const History& history() const { return *history_; }
  const RowGrid& grid() const { return *predicted_.grid; }
  const Row& predicted() const { return predicted_; }

  /// ∂f/∂t along the nodes' trajectories is slope()·f(now) + the returned part, which the rows before give.
  double slope() const { return slope_.back(); }
  std::vector<double> past_correlation_slope() const { return past_slope(0); }
  std::vector<double> past_response_slope() const { return past_slope(Collocation::order); }
  /// dm/dt for an overlap of the unknown row.
  OverlapStencil::Slope overlap_slope(std::size_t direction, double overlap) const;

  /// The open interval that holds time u, or nullptr where it is closed or before the first row; and its Interval.
  struct Reading {
    const Interval* interval = nullptr;  ///< nullptr: before the first row
    const OpenInterval* open = nullptr;
    int open_index = -1;
    Stencil weight{};
    std::size_t row = 0;  ///< the last one before u
  };
  Reading read(double u, std::size_t guess = 0) const;  ///< `guess`: of the row
  const std::vector<OpenInterval>& open() const { return open_; }

  /// m(u) as predicted, and how it follows the unknown row's overlap.
  struct Overlap {
    double value = 0;
    double share = 0;  ///< ∂m(u)/∂m
  };
  Overlap overlap(std::size_t direction, double u, const Reading& reading) const;

  /// Times before this one are read from closed intervals only.
  double closed_until() const;

 private:
  void predict(const std::array<std::vector<double>, stencil>& reads);
  void open_intervals(const std::array<std::vector<double>, stencil>& reads);
  std::vector<double> past_slope(int offset) const;
  Stencil overlaps(std::size_t direction, std::size_t first_row) const;

  const History* history_;
  double damping_;
  Row predicted_;
  std::vector<OpenInterval> open_;
  Stencil slope_{};
  std::array<std::vector<double>, stencil> past_;  // rows n − 4 … n − 1 along the grid, in the first four
};

}  // namespace glasscape::two_time
