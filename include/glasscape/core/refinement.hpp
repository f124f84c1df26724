#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "glasscape/core/parameter_space.hpp"
#include "glasscape/core/solution.hpp"

namespace glasscape {

/// Section [refine]: the grid is solved only where an observable changes.
struct RefineOptions {
  std::size_t output = 0;         ///< position in the schema: a category, or a number with
  double contour = not_a_number;  ///< the value at which it changes sides
  std::size_t levels = 1;         ///< the coarsest cells are 2^levels steps of the grid wide
  std::vector<std::size_t> axes;  ///< to refine along: positions among the grid's
};

/// Which points of a grid are solved: the corners of the coarsest cells; then of the halves of each cell whose corners
/// disagree (or failed, or are undefined at some of them), and so on to the grid's own steps. A border that leaves a
/// cell through one of its faces is followed: the cell of the same size behind that face is looked at, too. So each
/// connected border that is met somewhere is found as a whole; a region that lies between the corners of the coarsest
/// cells is not. Which points are solved depends on the values alone, not on the order in which they come.
class Refinement {
 public:
  using Indices = std::vector<std::size_t>;

  Refinement(const ParameterSpace& space, const RefineOptions& options);

  /// A point that is being solved anyway: it will not be asked for.
  void expect(std::size_t index) { waiting_[index]; }

  /// The first points that are needed, besides what is known already.
  Indices start();

  /// What became of a point, and the value of the observable there. Returns the points that are now needed in addition.
  Indices note(std::size_t index, Outcome outcome, double value);

  /// Calls visit(index, value) once for each point that is not known: a category has that of its cell's corners, a
  /// number is interpolated between them, linearly in each axis' steps. Once all points asked for are known.
  void infer(const std::function<void(std::size_t index, double value)>& visit) const;

  std::size_t known() const { return known_.size(); }

 private:
  struct RefinedAxis {
    std::size_t stride;
    std::size_t values;
  };
  struct Finding {
    bool failed;
    double value;
  };
  /// A cell by its level and the index of its lowest corner.
  struct Cell {
    std::size_t level;
    std::size_t base;
    bool operator==(const Cell&) const = default;
  };
  struct CellHash {
    std::size_t operator()(const Cell& cell) const { return cell.base * 64 + cell.level; }
  };
  static constexpr std::size_t no_axis = -1;
  struct State {
    std::size_t unknown = 0;  ///< corners
    bool split = false;
  };

  std::size_t step(std::size_t level) const { return std::size_t{1} << (levels_ - level); }
  std::size_t position(std::size_t index, const RefinedAxis& axis) const { return index / axis.stride % axis.values; }
  Indices corners(std::size_t base, std::size_t step, std::size_t without = no_axis) const;
  Indices neighbours_across_borders(const Cell& cell) const;
  Cell parent(const Cell& cell) const;
  Indices corners(const Cell& cell) const { return corners(cell.base, step(cell.level)); }
  bool is_coarsest_base(std::size_t index) const;

  void create(const Cell& cell);
  void split(const Cell& cell);
  void reach(const Cell& cell);
  void examine(const Cell& cell);
  Indices settle();

  std::optional<double> side(std::size_t index) const;
  bool agree(const Indices& points) const;
  double interpolate(const std::vector<double>& corner_values, const Indices& offsets, std::size_t step) const;
  void infer_cell(const Cell& cell, std::vector<bool>& seen,
                  const std::function<void(std::size_t index, double value)>& visit) const;

  std::size_t points_;
  std::size_t levels_;
  double contour_;
  std::vector<RefinedAxis> axes_;
  std::unordered_map<std::size_t, Finding> known_;              ///< by index
  std::unordered_map<std::size_t, std::vector<Cell>> waiting_;  ///< by index: asked for, and by which cells
  std::unordered_map<Cell, State, CellHash> cells_;
  std::vector<Cell> to_examine_;
  Indices asked_for_;
};

}  // namespace glasscape
