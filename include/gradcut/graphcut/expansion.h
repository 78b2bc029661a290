#pragma once

#include "gradcut/graphcut/energy.h"
#include "gradcut/graphcut/min_cut.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gradcut {

/// An energy of more than two labels on a grid of pixels, with Potts' boundary term:
///
///     E(f) = sum_i U_i(f_i) + sum_{i,j} w_ij [f_i != f_j],   f_i in {0, ..., labels - 1}
///
/// Plain data, laid out and scaled as in `GridEnergy`.
struct MultiLabelEnergy {
  int rows = 0;
  int cols = 0;
  int labels = 0;  ///< In [1, kMaxLabels] unless there is no pixel.

  /// `U_i(l)`, at `l * size() + i`, within +-`kMaxLabelCost`. A cost of `kMaxLabelCost` where
  /// another label costs nothing rules a label out: it is larger than any sum of weights at a
  /// pixel.
  std::vector<std::int32_t> unary;

  /// `w_ij` in [0, kMaxPottsWeight]; see `GridEnergy::pairwise`.
  std::array<std::vector<std::int32_t>, GridEnergy::kDirections> pairwise;

  std::size_t size() const {
    return static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols);
  }
};

/// Labels are bytes, and 255 is `kVoid`.
inline constexpr int kMaxLabels = 255;

/// Twice these still fits a `GridEnergy`: an expansion move counts in halves.
inline constexpr std::int32_t kMaxPottsWeight = kMaxPairwise / 2;
inline constexpr std::int32_t kMaxLabelCost = kMaxUnary / 4;

/// An energy with the size and the weights of another (they stop at `kMaxPottsWeight`) and no unary
/// costs yet. Throws `std::invalid_argument` for a number of labels that is not allowed.
MultiLabelEnergy MakeMultiLabelEnergy(const GridEnergy& weights, int labels);

/// Throws `std::invalid_argument` naming the first thing that is wrong: sizes, ranges, a weight
/// that leads out of the grid.
void Check(const MultiLabelEnergy& energy);

/// The energy of a labelling (`labels[i]` < energy.labels, size rows * cols, else
/// `std::invalid_argument`) of an energy that `Check` accepts.
std::int64_t Evaluate(const MultiLabelEnergy& energy, const std::vector<std::uint8_t>& labels);

/// A labelling that no expansion move improves.
struct Labelling {
  std::vector<std::uint8_t> labels;  ///< Size rows * cols.
  std::int64_t energy = 0;
  int moves = 0;  ///< Minimum cuts that it took.
};

/// Alpha-expansion (Boykov, Veksler and Zabih 2001, figure 3): for one label after the other, the
/// best of all labellings in which any pixels switch to it, found by one minimum cut; until none
/// improves. The energy falls with every move that is taken. With two labels the result has the
/// least energy; with more it exceeds that by no more than the boundary term of the labelling that
/// has it (ibid., theorem 6.1), and seldom by anything. Starts from each pixel's cheapest label,
/// the first one of equals (of two labels, from the first one everywhere: one move is then exact).
/// Every solver finds the same labels.
///
/// The move's energy has only symmetric weights: where i and j have the labels f_i != f_j, neither
/// of them alpha, w [both keep], w [one keeps] and 0 [both switch] are w/2 [x_i != x_j] plus w/2
/// for each that keeps (Kolmogorov and Zabih 2004, section 4.1); no auxiliary node is needed.
///
/// Throws `std::invalid_argument` for an energy that `Check` refuses.
Labelling Expand(const MultiLabelEnergy& energy, Solver solver = Solver::kGrid);

}  // namespace gradcut
