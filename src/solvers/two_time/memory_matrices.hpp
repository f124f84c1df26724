#pragma once

#include <array>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "lookup.hpp"

namespace glasscape::two_time {

/// Gauss points of a row's grid.
struct Quadrature {
  explicit Quadrature(const RowGrid& grid);

  std::vector<TimePair> point;  ///< Collocation::gauss a panel
  std::vector<double> weight;   ///< of ∫ ds
};

/// Values at a row's Gauss points, by interpolation from its nodes.
std::vector<double> at_gauss(const RowGrid& grid, std::span<const double> nodal);

/// The part of one row of the matrices that comes from panels close to a node s: there C(u,s) and R(u,s) vary fast,
/// and the quadrature is graded towards u = s.
struct NearBlock {
  struct Part {
    int panel = 0;
    std::array<double, Collocation::order> response_sigma{}, correlation_sigma{}, correlation_lambda{};
  };
  std::vector<Part> parts;
};

/// Blocks of nodes whose surroundings lie at fixed s in the closed past: the same for all later rows.
class NearCache {
 public:
  /// The block of node s, where its near panels are these.
  const NearBlock* find(double s, std::span<const Panel> near) const;
  void keep(double s, std::span<const Panel> near, NearBlock block);

 private:
  struct Entry {
    std::vector<Panel> near;
    NearBlock block;
  };
  std::map<double, Entry> entries_;
};

/// A square matrix by rows, each of which is zero outside one range of columns: R(u,s) needs u > s.
class Square {
 public:
  struct Range {
    int begin = 0, end = 0;
  };

  explicit Square(int n)
      : size_(n), values_(std::make_unique_for_overwrite<double[]>(static_cast<std::size_t>(n) * n)), ranges_(n) {}

  int size() const { return size_; }
  Range range(int j) const { return ranges_[j]; }
  const double* row(int j) const { return values_.get() + static_cast<std::size_t>(j) * size_; }

  /// To write to: these columns join the row's range.
  double* row(int j, Range columns);

 private:
  int size_;
  std::unique_ptr<double[]> values_;  // outside its range, a row is not even zeroed
  std::vector<Range> ranges_;
};

/// The memory integrals of one row as linear maps of what is unknown at its nodes: Σ = Q''(C)R, Λ = Q'(C), and the
/// change δC, δR of the row against its prediction (which enters where times u within the last steps are read).
///
///   ∫ₛᵗ Σ(t,u) R(u,s) du                                  = response_sigma Σ + response_shift δR
///   ∫₀ᵗ Σ(t,u) C(s,u) du + ∫₀ˢ Λ(t,u) R(s,u) du           = correlation_sigma Σ + correlation_lambda Λ
///                                                          + correlation_shift δC + correlation_by_response δR
///   ∫₀ᵗ Σ(t,u) mᵢ(u) du                                   = overlap_sigma[i]·Σ + overlap_shift[i] δmᵢ
///
/// The shifts are first order in δ at the predicted Σ and Λ; products of two changes are below the step's own error.
struct MemoryMatrices {
  MemoryMatrices(const Trial& trial, std::span<const double> sigma, std::span<const double> lambda, NearCache& cache);

  Square response_sigma, response_shift;
  Square correlation_sigma, correlation_lambda, correlation_shift, correlation_by_response;
  std::vector<std::vector<double>> overlap_sigma;
  std::vector<double> overlap_shift;
  std::vector<std::vector<double>> overlap_at_nodes;  ///< mᵢ(s) as predicted
  std::vector<std::vector<double>> overlap_share;     ///< ∂mᵢ(s)/∂mᵢ
};

}  // namespace glasscape::two_time
