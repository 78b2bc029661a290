#include "gradcut/graphcut/min_cut.h"
#include "support/grid_energies.h"

#include <gtest/gtest.h>
#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <string>

namespace gradcut {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr int kRandomGrids = 10'000;
constexpr int kEveryNthTinyGrid = 41;
#else
constexpr int kRandomGrids = 100'000;
constexpr int kEveryNthTinyGrid = 1;
#endif

void ExpectSameCut(const GridEnergy& energy, const std::string& what) {
  const Cut expected = MinCut(energy, Solver::kBoost);
  const Cut cut = MinCut(energy, Solver::kGrid);
  ASSERT_EQ(cut.flow, expected.flow) << what;
  ASSERT_EQ(cut.labels, expected.labels) << what;
}

// Takes the next digit in base `base` off `code`.
int Digit(std::uint64_t& code, int base) {
  const int digit = static_cast<int>(code % base);
  code /= base;
  return digit;
}

// Visits every grid of that size with unary costs in {-1, 0, 1} and weights in [0, max_weight].
void ExpectSameCutsOnAll(int rows, int cols, int neighbours, int max_weight) {
  for (std::uint64_t number = 0;; number += kEveryNthTinyGrid) {
    std::uint64_t code = number;
    GridEnergy energy = MakeGridEnergy(rows, cols, neighbours);
    for (std::int32_t& unary : energy.unary) unary = Digit(code, 3) - 1;
    for (int d = 0; d < GridEnergy::kDirections; ++d) {
      for (std::size_t i = 0; i < energy.pairwise[d].size(); ++i) {
        const int row = static_cast<int>(i) / cols + kGridSteps[d].row;
        const int col = static_cast<int>(i) % cols + kGridSteps[d].col;
        const bool inside = row < rows && col >= 0 && col < cols;
        if (inside) energy.pairwise[d][i] = Digit(code, max_weight + 1);
      }
    }
    if (code > 0) return;
    ASSERT_NO_FATAL_FAILURE(ExpectSameCut(energy, "number " + std::to_string(number)));
  }
}

TEST(GridSolver, AgreesWithBoostOnAllTinyGrids) {
  ExpectSameCutsOnAll(1, 1, /*neighbours=*/8, /*max_weight=*/1);
  ExpectSameCutsOnAll(1, 5, 4, 2);
  ExpectSameCutsOnAll(5, 1, 4, 2);
  ExpectSameCutsOnAll(2, 2, 8, 2);
  ExpectSameCutsOnAll(2, 3, 4, 1);
  ExpectSameCutsOnAll(3, 2, 4, 1);
}

// Random sizes: mostly small, lines included, seldom up to 64 a side.
int DrawSide(std::mt19937& random) {
  constexpr int kSides[] = {3, 5, 8, 12, 16, 24, 32};
  const int longest = random() % 16 == 0 ? 64 : kSides[random() % 7];
  return 1 + static_cast<int>(random() % longest);
}

TEST(GridSolver, AgreesWithBoostOnRandomGrids) {
  std::mt19937 random(2011);
  for (int round = 0; round < kRandomGrids; ++round) {
    constexpr int kLargest[] = {1, 6, 100, 20'000, kMaxPairwise};
    constexpr double kShares[] = {0.1, 0.5, 0.9, 1};
    RandomEnergyOptions options;
    options.rows = DrawSide(random);
    options.cols = DrawSide(random);
    options.neighbours = random() % 2 ? 4 : 8;
    options.max_weight = kLargest[random() % 5];
    options.max_unary = random() % 4 ? kLargest[random() % 5] : options.max_weight;
    options.weight_share = kShares[random() % 4];
    options.unary_share = kShares[random() % 4];
    options.seed_share = random() % 2 ? 0 : 0.1;
    ASSERT_NO_FATAL_FAILURE(
        ExpectSameCut(RandomEnergy(options, random), "round " + std::to_string(round)));
  }
}

// Large enough to be solved in strips where there are threads for them.
TEST(GridSolver, FindsTheSameCutOnAnyNumberOfThreads) {
  std::mt19937 random(2010);
  const GridEnergy energy = RandomEnergy(
      {.rows = 1301, .cols = 1250, .max_weight = 900, .max_unary = 2000, .unary_share = 0.3},
      random);
  const auto cut_on = [&](int threads) {
    const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads);
    return tbb::task_arena(threads).execute([&] { return MinCut(energy); });
  };
  const Cut alone = cut_on(1);
  for (const int threads : {2, 3}) {
    const Cut cut = cut_on(threads);
    EXPECT_EQ(cut.flow, alone.flow) << threads << " threads";
    EXPECT_EQ(cut.labels, alone.labels) << threads << " threads";
  }
}

// Where a fixed order would send all flow through one corner.
TEST(GridSolver, AgreesWithBoostOnACheckerboardInAMaze) {
  GridEnergy energy = MakeGridEnergy(41, 43, 8);
  for (int i = 0; i < 41 * 43; ++i) {
    const int row = i / 43;
    const int col = i % 43;
    energy.unary[i] = (row / 4 + col / 4) % 2 == 0 ? 50 : -49;
    const bool wall = row % 4 == 3 && (row % 8 == 3 ? col > 1 : col < 41);
    if (col < 42) energy.pairwise[GridEnergy::kEast][i] = wall ? 0 : 5000;
    if (row < 40 && !wall) energy.pairwise[GridEnergy::kSouth][i] = 5000;
  }
  ExpectSameCut(energy, "maze");
}

}  // namespace
}  // namespace gradcut
