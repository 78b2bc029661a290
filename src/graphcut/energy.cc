#include "gradcut/graphcut/energy.h"

#include "gradcut/core/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace gradcut {
namespace {

constexpr std::array<std::string_view, GridEnergy::kDirections> kDirectionNames = {
    "east", "south", "south-east", "south-west"};

void CheckSize(int rows, int cols) {
  Expect(rows >= 0 && cols >= 0, "GridEnergy: {} rows and {} columns, must be >= 0", rows, cols);
  const auto pixels = static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(cols);
  Expect(pixels <= kMaxPixels, "GridEnergy: {} x {} pixels, must be at most {}", rows, cols,
         kMaxPixels);
}

bool IsDiagonal(int direction) {
  return kGridSteps[direction].row != 0 && kGridSteps[direction].col != 0;
}

void CheckUnary(const GridEnergy& energy) {
  const auto wrong = [](std::int32_t unary) { return unary < -kMaxUnary || unary > kMaxUnary; };
  bool any = false;
  for (const std::int32_t unary : energy.unary) any |= wrong(unary);
  if (!any) return;
  const auto first = std::find_if(energy.unary.begin(), energy.unary.end(), wrong);
  Expect(false, "GridEnergy: unary cost {} at pixel {}, must be within +-{}", *first,
         first - energy.unary.begin(), kMaxUnary);
}

// Whether a pair of that direction would leave the grid.
bool Leaves(const GridEnergy& energy, int direction, int row, int col) {
  const int to_row = row + kGridSteps[direction].row;
  const int to_col = col + kGridSteps[direction].col;
  return to_row >= energy.rows || to_col < 0 || to_col >= energy.cols;
}

// Names the first weight that is out of range or belongs to a pair that leaves the grid.
[[noreturn]] void RefuseWeights(const GridEnergy& energy, int direction) {
  std::size_t i = 0;
  for (int row = 0; row < energy.rows; ++row) {
    for (int col = 0; col < energy.cols; ++col, ++i) {
      const std::int32_t weight = energy.pairwise[direction][i];
      const auto name = kDirectionNames[direction];
      Expect(weight >= 0 && weight <= kMaxPairwise,
             "GridEnergy: weight {} to the {} of pixel ({}, {}), must be in [0, {}]", weight, name,
             row, col, kMaxPairwise);
      Expect(weight == 0 || !Leaves(energy, direction, row, col),
             "GridEnergy: weight {} to the {} of pixel ({}, {}) leads out of the grid of {} x {}, "
             "must be 0",
             weight, name, row, col, energy.rows, energy.cols);
    }
  }
  throw std::logic_error("RefuseWeights: nothing to refuse");
}

void CheckWeights(const GridEnergy& energy, int direction) {
  const auto& weights = energy.pairwise[direction];
  std::uint32_t largest = 0;  // Negative ones count as very large.
  for (const std::int32_t weight : weights) {
    largest = std::max(largest, static_cast<std::uint32_t>(weight));
  }
  bool leaves = false;
  const auto look = [&](int row, int col) {
    const std::size_t i = std::size_t(row) * energy.cols + col;
    leaves |= weights[i] != 0 && Leaves(energy, direction, row, col);
  };
  for (int row = 0; row < energy.rows && energy.cols > 0; ++row) {
    look(row, 0);
    look(row, energy.cols - 1);
  }
  for (int col = 0; col < energy.cols && energy.rows > 0; ++col) look(energy.rows - 1, col);
  if (largest > kMaxPairwise || leaves) RefuseWeights(energy, direction);
}

}  // namespace

GridEnergy MakeGridEnergy(int rows, int cols, int neighbours) {
  CheckSize(rows, cols);
  Expect(neighbours == 4 || neighbours == 8, "GridEnergy: {} neighbours, must be 4 or 8",
         neighbours);
  GridEnergy energy;
  energy.rows = rows;
  energy.cols = cols;
  energy.unary.resize(energy.size());
  for (int d = 0; d < GridEnergy::kDirections; ++d) {
    if (neighbours == 8 || !IsDiagonal(d)) energy.pairwise[d].resize(energy.size());
  }
  return energy;
}

void Check(const GridEnergy& energy) {
  CheckSize(energy.rows, energy.cols);
  Expect(energy.constant >= -kMaxConstant && energy.constant <= kMaxConstant,
         "GridEnergy: constant {}, must be within +-{}", energy.constant, kMaxConstant);
  Expect(energy.unary.size() == energy.size(), "GridEnergy: {} unary costs for {} x {} pixels",
         energy.unary.size(), energy.rows, energy.cols);
  CheckUnary(energy);
  for (int d = 0; d < GridEnergy::kDirections; ++d) {
    const std::size_t weights = energy.pairwise[d].size();
    if (weights == 0 && IsDiagonal(d)) continue;
    Expect(weights == energy.size(), "GridEnergy: {} weights to the {} for {} x {} pixels", weights,
           kDirectionNames[d], energy.rows, energy.cols);
    CheckWeights(energy, d);
  }
}

std::int64_t Evaluate(const GridEnergy& energy, const std::vector<std::uint8_t>& labels) {
  Check(energy);
  Expect(labels.size() == energy.size(), "GridEnergy: {} labels for {} x {} pixels", labels.size(),
         energy.rows, energy.cols);
  Expect(std::all_of(labels.begin(), labels.end(), [](std::uint8_t x) { return x <= 1; }),
         "GridEnergy: a label is neither 0 nor 1");
  std::int64_t sum = energy.constant;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    sum += labels[i] ? std::max(-energy.unary[i], 0) : std::max(energy.unary[i], 0);
  }
  for (int d = 0; d < GridEnergy::kDirections; ++d) {
    const auto& weights = energy.pairwise[d];
    const std::ptrdiff_t offset =
        static_cast<std::ptrdiff_t>(kGridSteps[d].row) * energy.cols + kGridSteps[d].col;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      // Pairs that leave the grid have weight 0, so their other label is never read.
      if (weights[i] != 0 && labels[i] != labels[i + offset]) sum += weights[i];
    }
  }
  return sum;
}

}  // namespace gradcut
