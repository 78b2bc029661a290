#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gradcut {

/// A binary energy on a grid of pixels,
///
///     E(x) = constant + sum_i U_i(x_i) + sum_{i,j} w_ij [x_i != x_j],   x_i in {0, 1},
///
/// with 4 or 8 neighbours (Boykov and Jolly 2001, eq. 1-3). 1 is foreground and belongs to the
/// **source side** of the cut; 0 is background and belongs to the sink side.
///
/// Plain data, row-major: pixel (row, col) has index `row * cols + col`.
/// All values are integers so that every solver finds the same flow and the same labels; real
/// costs are scaled by `kCapacityScale` and rounded.
struct GridEnergy {
  /// The directions in which each neighbour pair is stored once, at the pixel it starts from.
  enum Direction { kEast, kSouth, kSouthEast, kSouthWest, kDirections };

  int rows = 0;
  int cols = 0;

  /// `U_i(0) - U_i(1)`, one a pixel: positive favours foreground. The smaller of the two costs is
  /// zero: U_i(0) = max(unary, 0), U_i(1) = max(-unary, 0). Within +-`kMaxUnary`;
  /// `kHardForeground` and `kHardBackground` are larger than any sum of pairwise weights at a pixel
  /// and so make a pixel's label certain.
  std::vector<std::int32_t> unary;

  /// `w_ij` in [0, kMaxPairwise], per direction one a pixel. A pair that would leave the grid must
  /// have weight 0. The two diagonal directions may be empty: then the grid has 4 neighbours.
  std::array<std::vector<std::int32_t>, kDirections> pairwise;

  /// The part of the energy that no labelling changes, within +-`kMaxConstant`.
  std::int64_t constant = 0;

  std::size_t size() const {
    return static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols);
  }
};

/// The ranges keep every residual capacity within 32 bits and every flow within 64.
inline constexpr std::size_t kMaxPixels = std::size_t{1} << 28;
inline constexpr std::int64_t kMaxConstant = std::int64_t{1} << 60;
inline constexpr std::int32_t kMaxPairwise = (1 << 24) - 1;
inline constexpr std::int32_t kMaxUnary = 1 << 28;
inline constexpr std::int32_t kHardForeground = kMaxUnary;
inline constexpr std::int32_t kHardBackground = -kMaxUnary;

/// Integer units a nat (natural-log unit of cost).
inline constexpr double kCapacityScale = 1000;

/// Rows and columns that a direction leads on from a pixel.
struct GridStep {
  int row;
  int col;
};
inline constexpr std::array<GridStep, GridEnergy::kDirections> kGridSteps = {
    GridStep{0, 1}, GridStep{1, 0}, GridStep{1, 1}, GridStep{1, -1}};

/// An energy of that size that is zero everywhere; `neighbours` is 4 or 8. Throws
/// `std::invalid_argument` for anything else, or more pixels than `kMaxPixels`.
GridEnergy MakeGridEnergy(int rows, int cols, int neighbours);

/// Throws `std::invalid_argument` naming the first thing that is wrong: sizes, ranges, a weight
/// that leads out of the grid.
void Check(const GridEnergy& energy);

/// The energy of a labelling (`labels[i]` in {0, 1}, size rows * cols, else
/// `std::invalid_argument`). Throws like `Check`.
std::int64_t Evaluate(const GridEnergy& energy, const std::vector<std::uint8_t>& labels);

}  // namespace gradcut
