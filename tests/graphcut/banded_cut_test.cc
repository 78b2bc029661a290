#include "gradcut/graphcut/banded_cut.h"

#include "gradcut/graphcut/min_cut.h"
#include "support/grid_energies.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace gradcut {
namespace {

// Pixels in the disc favour the foreground, as far as the noise lets them.
GridEnergy NoisyDisc(int side, int radius, std::mt19937& random) {
  GridEnergy energy = MakeGridEnergy(side, side, /*neighbours=*/8);
  for (int row = 0; row < side; ++row) {
    for (int col = 0; col < side; ++col) {
      const int i = row * side + col, y = row - side / 2, x = col - side / 2;
      energy.unary[i] = (y * y + x * x < radius * radius ? 1000 : -1000) +
                        static_cast<std::int32_t>(random() % 4000) - 2000;
      for (int d = 0; d < GridEnergy::kDirections; ++d) {
        const int to_row = row + kGridSteps[d].row, to_col = col + kGridSteps[d].col;
        if (to_row < side && to_col >= 0 && to_col < side) energy.pairwise[d][i] = 1500;
      }
    }
  }
  return energy;
}

TEST(BandedMinCut, IsTheMinimumCutWithoutLevels) {
  std::mt19937 random(1);
  for (int round = 0; round < 50; ++round) {
    const GridEnergy energy = RandomEnergy({.rows = 17, .cols = 23}, random);
    const Cut exact = MinCut(energy), banded = BandedMinCut(energy, 0);
    EXPECT_EQ(banded.flow, exact.flow) << "round " << round;
    EXPECT_EQ(banded.labels, exact.labels) << "round " << round;
  }
}

TEST(BandedMinCut, FindsTheMinimumOfAnObjectLargerThanABlock) {
  std::mt19937 random(2);
  const GridEnergy energy = NoisyDisc(/*side=*/101, /*radius=*/30, random);
  const Cut exact = MinCut(energy);
  for (const int levels : {1, 2, 3}) {
    const Cut banded = BandedMinCut(energy, levels);
    EXPECT_EQ(banded.labels, exact.labels) << levels << " levels";
    EXPECT_EQ(banded.flow, exact.flow) << levels << " levels";
  }
}

TEST(BandedMinCut, LosesAnObjectThatNoBlockShows) {
  GridEnergy energy = MakeGridEnergy(64, 64, 8);
  std::fill(energy.unary.begin(), energy.unary.end(), -10);
  energy.unary[33 * 64 + 33] = 20;
  EXPECT_EQ(MinCut(energy).labels[33 * 64 + 33], 1);
  const std::vector<std::uint8_t> labels = BandedMinCut(energy, 1).labels;
  EXPECT_EQ(std::count(labels.begin(), labels.end(), 1), 0);
}

TEST(BandedMinCut, ReportsTheEnergyOfItsLabelsWhichIsNeverBelowTheMinimum) {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    const int rows = 1 + static_cast<int>(random() % 60),
              cols = 1 + static_cast<int>(random() % 60);
    const GridEnergy energy =
        RandomEnergy({.rows = rows, .cols = cols, .neighbours = round % 2 ? 4 : 8}, random);
    const Cut banded = BandedMinCut(energy, /*coarse_levels=*/1 + round % 4);
    EXPECT_EQ(banded.flow + energy.constant, Evaluate(energy, banded.labels)) << "round " << round;
    EXPECT_GE(banded.flow, MinCut(energy).flow) << "round " << round;
  }
}

TEST(BandedMinCut, CarriesTheLargestCapacitiesWithoutOverflow) {
  GridEnergy energy = MakeGridEnergy(200, 200, 8);
  for (int i = 0; i < 200 * 200; ++i) {
    const int row = i / 200, col = i % 200;
    energy.unary[i] = col < 100 ? kHardForeground : kHardBackground;
    if (col < 199) energy.pairwise[GridEnergy::kEast][i] = kMaxPairwise;
    if (row < 199) energy.pairwise[GridEnergy::kSouth][i] = kMaxPairwise;
  }
  EXPECT_EQ(BandedMinCut(energy, 4).flow, std::int64_t{kMaxPairwise} * 200);
}

TEST(BandedMinCut, RefusesWhatCheckRefusesAndNegativeLevels) {
  GridEnergy energy = MakeGridEnergy(1, 2, 4);
  EXPECT_THROW(BandedMinCut(energy, -1), std::invalid_argument);
  energy.pairwise[GridEnergy::kEast] = {0, 4};
  EXPECT_THROW(BandedMinCut(energy, 1), std::invalid_argument);
  EXPECT_TRUE(BandedMinCut({}, 3).labels.empty());
}

}  // namespace
}  // namespace gradcut
