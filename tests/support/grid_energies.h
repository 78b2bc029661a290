#pragma once

#include "gradcut/graphcut/energy.h"

#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace gradcut {

/// What random energies are drawn from. Small ranges make many ties.
struct RandomEnergyOptions {
  int rows = 1;
  int cols = 1;
  int neighbours = 8;
  int max_weight = 6;
  int max_unary = 6;
  double weight_share = 0.8;  ///< Share of the pairs that have a weight.
  double unary_share = 0.8;   ///< Share of the pixels that have a unary cost.
  double seed_share = 0.05;   ///< Share of the pixels with a certain label.
};

inline GridEnergy RandomEnergy(const RandomEnergyOptions& options, std::mt19937& random) {
  const auto happens = [&](double share) {
    return static_cast<double>(random()) < share * 4294967296.0;
  };
  const auto up_to = [&](int max) {
    return static_cast<std::int32_t>(random() % (static_cast<unsigned>(max) + 1));
  };
  GridEnergy energy = MakeGridEnergy(options.rows, options.cols, options.neighbours);
  energy.constant = up_to(100) - 50;
  for (std::int32_t& unary : energy.unary) {
    if (happens(options.unary_share)) unary = up_to(2 * options.max_unary) - options.max_unary;
    if (happens(options.seed_share)) unary = up_to(1) ? kHardForeground : kHardBackground;
  }
  for (int d = 0; d < GridEnergy::kDirections; ++d) {
    const GridStep step = kGridSteps[d];
    for (std::size_t i = 0; i < energy.pairwise[d].size(); ++i) {
      const int row = static_cast<int>(i) / energy.cols + step.row;
      const int col = static_cast<int>(i) % energy.cols + step.col;
      const bool inside = row < energy.rows && col >= 0 && col < energy.cols;
      if (inside && happens(options.weight_share))
        energy.pairwise[d][i] = up_to(options.max_weight);
    }
  }
  return energy;
}

/// The least energy, and of all labellings that have it the one with the smallest foreground (their
/// intersection, which has it too), by trying every labelling.
struct BruteForceResult {
  std::int64_t energy = std::numeric_limits<std::int64_t>::max();
  std::vector<std::uint8_t> labels;
};

inline BruteForceResult BruteForce(const GridEnergy& energy) {
  BruteForceResult best;
  std::vector<std::uint8_t> labels(energy.size());
  for (std::uint32_t code = 0; code < (1U << energy.size()); ++code) {
    for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = (code >> i) & 1;
    const std::int64_t value = Evaluate(energy, labels);
    if (value < best.energy) {
      best = {value, labels};
    } else if (value == best.energy) {
      for (std::size_t i = 0; i < labels.size(); ++i) best.labels[i] &= labels[i];
    }
  }
  return best;
}

/// The energy with pixel (row, col) moved to `move(row, col)` on a grid of the given size.
template <class Move>
GridEnergy MovePixels(const GridEnergy& energy, int rows, int cols, Move move) {
  GridEnergy moved = MakeGridEnergy(rows, cols, 8);
  moved.constant = energy.constant;
  for (int i = 0; i < static_cast<int>(energy.size()); ++i) {
    const int row = i / energy.cols;
    const int col = i % energy.cols;
    const GridStep at = move(row, col);
    moved.unary[at.row * cols + at.col] = energy.unary[i];
    for (int d = 0; d < GridEnergy::kDirections; ++d) {
      if (energy.pairwise[d].empty() || energy.pairwise[d][i] == 0) continue;
      GridStep from = at;
      GridStep to = move(row + kGridSteps[d].row, col + kGridSteps[d].col);
      for (int e = 0; e < GridEnergy::kDirections; ++e) {
        for (const auto& [a, b] : {std::pair(from, to), std::pair(to, from)}) {
          if (b.row - a.row == kGridSteps[e].row && b.col - a.col == kGridSteps[e].col)
            moved.pairwise[e][a.row * cols + a.col] = energy.pairwise[d][i];
        }
      }
    }
  }
  return moved;
}

}  // namespace gradcut
