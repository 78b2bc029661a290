#include "gradcut/graphcut/min_cut.h"

#include "support/grid_energies.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <tuple>

namespace gradcut {
namespace {

class MinCutTest : public ::testing::TestWithParam<std::tuple<Solver, int>> {
 protected:
  Cut Solve(const GridEnergy& energy) const { return MinCut(energy, std::get<Solver>(GetParam())); }

  // A random energy of random size, at most `max_side` a side.
  GridEnergy Draw(int max_side) {
    RandomEnergyOptions options;
    options.rows = 1 + static_cast<int>(random_() % max_side);
    options.cols = 1 + static_cast<int>(random_() % max_side);
    options.neighbours = std::get<int>(GetParam());
    options.max_unary = random_() % 2 ? 6 : 40;
    options.seed_share = random_() % 2 ? 0 : 0.1;
    return RandomEnergy(options, random_);
  }

  std::mt19937 random_{1};
};

TEST_P(MinCutTest, IsTheSmallestMinimiserOnTinyGrids) {
  for (int round = 0; round < 150; ++round) {
    const GridEnergy energy = Draw(/*max_side=*/round < 140 ? 3 : 4);
    const BruteForceResult best = BruteForce(energy);
    const Cut cut = Solve(energy);
    ASSERT_EQ(cut.flow + energy.constant, best.energy) << "round " << round;
    ASSERT_EQ(cut.labels, best.labels) << "round " << round;
  }
}

TEST_P(MinCutTest, FlowPlusConstantIsTheEnergyOfTheLabels) {
  for (int round = 0; round < 100; ++round) {
    const GridEnergy energy = Draw(/*max_side=*/40);
    const Cut cut = Solve(energy);
    ASSERT_EQ(cut.flow + energy.constant, Evaluate(energy, cut.labels)) << "round " << round;
  }
}

TEST_P(MinCutTest, NoSingleFlipLowersTheEnergy) {
  for (int round = 0; round < 20; ++round) {
    const GridEnergy energy = Draw(/*max_side=*/9);
    const Cut cut = Solve(energy);
    for (std::size_t i = 0; i < energy.size(); ++i) {
      auto labels = cut.labels;
      labels[i] ^= 1;
      const std::int64_t change = Evaluate(energy, labels) - Evaluate(energy, cut.labels);
      // Dropping a pixel from the smallest minimiser costs strictly more.
      ASSERT_GE(change, labels[i] ? 0 : 1) << "round " << round << ", pixel " << i;
    }
  }
}

TEST_P(MinCutTest, KeepsHardSeeds) {
  for (int round = 0; round < 50; ++round) {
    GridEnergy energy = Draw(/*max_side=*/20);
    for (auto& weights : energy.pairwise) {
      for (auto& weight : weights) weight *= kMaxPairwise / 6;
    }
    const Cut cut = Solve(energy);
    for (std::size_t i = 0; i < energy.size(); ++i) {
      const bool hard = std::abs(energy.unary[i]) == kHardForeground;
      ASSERT_TRUE(!hard || cut.labels[i] == (energy.unary[i] > 0)) << "round " << round;
    }
  }
}

TEST_P(MinCutTest, MovesWithMirroredAndTransposedGrids) {
  for (int round = 0; round < 30; ++round) {
    const GridEnergy energy = Draw(/*max_side=*/20);
    const int rows = energy.rows;
    const int cols = energy.cols;
    const Cut cut = Solve(energy);
    const auto expect_moved = [&](int new_rows, int new_cols, auto move) {
      const Cut moved = Solve(MovePixels(energy, new_rows, new_cols, move));
      ASSERT_EQ(moved.flow, cut.flow) << "round " << round;
      for (int row = 0; row < rows; ++row) {
        for (int col = 0; col < cols; ++col) {
          const GridStep at = move(row, col);
          ASSERT_EQ(moved.labels[at.row * new_cols + at.col], cut.labels[row * cols + col]);
        }
      }
    };
    expect_moved(rows, cols, [&](int row, int col) { return GridStep{row, cols - 1 - col}; });
    expect_moved(rows, cols, [&](int row, int col) { return GridStep{rows - 1 - row, col}; });
    expect_moved(cols, rows, [&](int row, int col) { return GridStep{col, row}; });
  }
}

TEST_P(MinCutTest, CutsLinesAtTheirWeakestPair) {
  for (const bool upright : {false, true}) {
    GridEnergy energy = MakeGridEnergy(upright ? 6 : 1, upright ? 1 : 6, 4);
    energy.unary = {kHardForeground, 0, 0, 0, 0, kHardBackground};
    energy.pairwise[upright ? GridEnergy::kSouth : GridEnergy::kEast] = {9, 5, 2, 4, 3, 0};
    const Cut cut = Solve(energy);
    EXPECT_EQ(cut.flow, 2);
    EXPECT_EQ(cut.labels, (std::vector<std::uint8_t>{1, 1, 1, 0, 0, 0}));
  }
}

TEST_P(MinCutTest, HandlesTheSmallestGrids) {
  const auto one_pixel = [&](std::int32_t unary) {
    GridEnergy energy = MakeGridEnergy(1, 1, std::get<int>(GetParam()));
    energy.unary[0] = unary;
    const Cut cut = Solve(energy);
    EXPECT_EQ(cut.flow, 0);
    return cut.labels.at(0);
  };
  EXPECT_EQ(one_pixel(1), 1);
  EXPECT_EQ(one_pixel(0), 0);
  EXPECT_EQ(one_pixel(-1), 0);
  EXPECT_TRUE(Solve(GridEnergy{}).labels.empty());
  EXPECT_TRUE(Solve(MakeGridEnergy(0, 5, std::get<int>(GetParam()))).labels.empty());
}

TEST_P(MinCutTest, CarriesTheLargestCapacitiesWithoutOverflow) {
  GridEnergy energy = MakeGridEnergy(40, 40, std::get<int>(GetParam()));
  for (int i = 0; i < 1600; ++i) {
    const bool foreground = (i / 40 + i % 40) % 2 == 0;
    energy.unary[i] = foreground ? kHardForeground : kHardBackground;
    if (i % 40 < 39) energy.pairwise[GridEnergy::kEast][i] = kMaxPairwise;
    if (i / 40 < 39) energy.pairwise[GridEnergy::kSouth][i] = kMaxPairwise;
  }
  const Cut cut = Solve(energy);
  EXPECT_EQ(cut.flow, std::int64_t{kMaxPairwise} * 2 * 40 * 39);
  EXPECT_EQ(cut.flow, Evaluate(energy, cut.labels));
}

TEST_P(MinCutTest, RefusesWhatCheckRefuses) {
  GridEnergy energy = MakeGridEnergy(2, 2, std::get<int>(GetParam()));
  energy.unary[0] = kMaxUnary + 1;
  EXPECT_THROW(Solve(energy), std::invalid_argument);
}

std::string NameOf(const ::testing::TestParamInfo<std::tuple<Solver, int>>& test) {
  const auto [solver, neighbours] = test.param;
  return std::string(solver == Solver::kBoost ? "Boost" : "Grid") + std::to_string(neighbours) +
         "Neighbours";
}

INSTANTIATE_TEST_SUITE_P(Solvers, MinCutTest,
                         ::testing::Combine(::testing::Values(Solver::kGrid, Solver::kBoost),
                                            ::testing::Values(4, 8)),
                         NameOf);

}  // namespace
}  // namespace gradcut
