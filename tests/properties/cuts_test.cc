// Laws of minimum cuts, over random energies.

#include "gradcut/graphcut/energy.h"
#include "gradcut/graphcut/min_cut.h"
#include "support/grid_energies.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <functional>
#include <random>

namespace gradcut {
namespace {

// Any energy of a few pixels, with ties or without.
GridEnergy AnyEnergy() {
  RandomEnergyOptions options;
  options.rows = *rc::gen::inRange(1, 12);
  options.cols = *rc::gen::inRange(1, 12);
  options.neighbours = *rc::gen::element(4, 8);
  options.max_weight = *rc::gen::element(1, 6, 5000);
  options.max_unary = *rc::gen::element(1, 6, 5000);
  std::mt19937 random(*rc::gen::arbitrary<unsigned>());
  return RandomEnergy(options, random);
}

// Where a pixel of one grid lies in another.
using Move = std::function<std::size_t(int row, int col)>;

// The same energy with its pixels elsewhere; each pair is stored where its new direction has it.
GridEnergy Moved(const GridEnergy& energy, int rows, int cols, const Move& to) {
  GridEnergy moved = MakeGridEnergy(rows, cols, 8);
  moved.constant = energy.constant;
  for (int row = 0; row < energy.rows; ++row)
    for (int col = 0; col < energy.cols; ++col) {
      const std::size_t i = static_cast<std::size_t>(row) * energy.cols + col;
      moved.unary[to(row, col)] = energy.unary[i];
      for (int d = 0; d < GridEnergy::kDirections; ++d) {
        const int row_2 = row + kGridSteps[d].row, col_2 = col + kGridSteps[d].col;
        if (energy.pairwise[d].empty() || row_2 >= energy.rows || col_2 < 0 || col_2 >= energy.cols)
          continue;
        std::size_t a = to(row, col), b = to(row_2, col_2);
        if (a > b) std::swap(a, b);
        const int step_row = static_cast<int>(b / cols) - static_cast<int>(a / cols);
        const int step_col = static_cast<int>(b % cols) - static_cast<int>(a % cols);
        for (int e = 0; e < GridEnergy::kDirections; ++e)
          if (kGridSteps[e].row == step_row && kGridSteps[e].col == step_col)
            moved.pairwise[e][a] = energy.pairwise[d][i];
      }
    }
  return moved;
}

// The cut of a moved energy is the cut, moved.
void CheckMoved(const GridEnergy& energy, int rows, int cols, const Move& to) {
  const Cut cut = MinCut(energy), other = MinCut(Moved(energy, rows, cols, to));
  RC_ASSERT(other.flow == cut.flow);
  for (int row = 0; row < energy.rows; ++row)
    for (int col = 0; col < energy.cols; ++col)
      RC_ASSERT(other.labels[to(row, col)] ==
                cut.labels[static_cast<std::size_t>(row) * energy.cols + col]);
}

TEST(CutPropertiesTest, FlowPlusConstantIsTheEnergyOfTheLabels) {
  EXPECT_TRUE(rc::check([] {
    const GridEnergy energy = AnyEnergy();
    const Cut cut = MinCut(energy);
    RC_ASSERT(cut.flow + energy.constant == Evaluate(energy, cut.labels));
  }));
}

TEST(CutPropertiesTest, NoLabellingHasLess) {
  EXPECT_TRUE(rc::check([] {
    const GridEnergy energy = AnyEnergy();
    const std::int64_t least = Evaluate(energy, MinCut(energy).labels);
    std::vector<std::uint8_t> labels(energy.size());
    for (std::uint8_t& label : labels) label = *rc::gen::element<std::uint8_t>(0, 1);
    RC_ASSERT(Evaluate(energy, labels) >= least);
  }));
}

TEST(CutPropertiesTest, BothSolversAgree) {
  EXPECT_TRUE(rc::check([] {
    const GridEnergy energy = AnyEnergy();
    const Cut grid = MinCut(energy, Solver::kGrid), boost = MinCut(energy, Solver::kBoost);
    RC_ASSERT(grid.flow == boost.flow);
    RC_ASSERT(grid.labels == boost.labels);
  }));
}

TEST(CutPropertiesTest, AMirroredEnergyHasTheMirroredCut) {
  EXPECT_TRUE(rc::check([] {
    const GridEnergy energy = AnyEnergy();
    const int rows = energy.rows, cols = energy.cols;
    CheckMoved(energy, rows, cols, [=](int row, int col) {
      return static_cast<std::size_t>(row) * cols + (cols - 1 - col);
    });
    CheckMoved(energy, rows, cols, [=](int row, int col) {
      return static_cast<std::size_t>(rows - 1 - row) * cols + col;
    });
  }));
}

TEST(CutPropertiesTest, ATransposedEnergyHasTheTransposedCut) {
  EXPECT_TRUE(rc::check([] {
    const GridEnergy energy = AnyEnergy();
    const int rows = energy.rows;
    CheckMoved(energy, energy.cols, rows,
               [=](int row, int col) { return static_cast<std::size_t>(col) * rows + row; });
  }));
}

TEST(CutPropertiesTest, ScalingAllCostsChangesNoLabel) {
  EXPECT_TRUE(rc::check([] {
    GridEnergy energy = AnyEnergy();
    const Cut cut = MinCut(energy);
    const int factor = *rc::gen::inRange(2, 50);
    for (std::int32_t& unary : energy.unary)
      if (unary != kHardForeground && unary != kHardBackground) unary *= factor;
    for (auto& weights : energy.pairwise)
      for (std::int32_t& weight : weights) weight *= factor;
    RC_ASSERT(MinCut(energy).labels == cut.labels);
  }));
}

TEST(CutPropertiesTest, ASequenceCutsAsEachCutByItself) {
  EXPECT_TRUE(rc::check([] {
    GridEnergy energy = AnyEnergy();
    CutSequence sequence;
    for (int round = 0; round < 4; ++round) {
      const Cut next = sequence.Next(energy), cut = MinCut(energy);
      RC_ASSERT(next.flow == cut.flow);
      RC_ASSERT(next.labels == cut.labels);
      for (std::int32_t& unary : energy.unary)
        if (*rc::gen::inRange(0, 3) == 0) unary = *rc::gen::inRange(-20, 21);
    }
  }));
}

}  // namespace
}  // namespace gradcut
