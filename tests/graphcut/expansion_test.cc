#include "gradcut/graphcut/expansion.h"

#include "support/grid_energies.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace gradcut {
namespace {

class ExpansionTest : public ::testing::TestWithParam<Solver> {
 protected:
  // A random energy of at most `max_side` pixels a side.
  MultiLabelEnergy Draw(int max_side, int labels, int max_cost = 12) {
    RandomEnergyOptions options;
    options.rows = 1 + static_cast<int>(random_() % max_side);
    options.cols = 1 + static_cast<int>(random_() % max_side);
    options.neighbours = random_() % 2 ? 4 : 8;
    options.max_weight = 7;  // Odd weights too: a move halves them.
    MultiLabelEnergy energy = MakeMultiLabelEnergy(RandomEnergy(options, random_), labels);
    for (std::int32_t& cost : energy.unary)
      cost = static_cast<std::int32_t>(random_() % (2 * max_cost + 1)) - max_cost;
    return energy;
  }

  Labelling Solve(const MultiLabelEnergy& energy) const { return Expand(energy, GetParam()); }

  std::mt19937 random_{7};
};

// The labelling of least energy, by trying every one.
Labelling BruteForce(const MultiLabelEnergy& energy) {
  Labelling best;
  std::vector<std::uint8_t> labels(energy.size(), 0);
  best.labels = labels;
  best.energy = Evaluate(energy, labels);
  while (true) {
    std::size_t i = 0;
    while (i < labels.size() && ++labels[i] == energy.labels) labels[i++] = 0;
    if (i == labels.size()) return best;
    if (const std::int64_t value = Evaluate(energy, labels); value < best.energy)
      best = {labels, value, 0};
  }
}

// What the pairs cost that a labelling parts.
std::int64_t BoundaryOf(MultiLabelEnergy energy, const std::vector<std::uint8_t>& labels) {
  std::fill(energy.unary.begin(), energy.unary.end(), 0);
  return Evaluate(energy, labels);
}

TEST_P(ExpansionTest, IsWithinItsBoundOfTheBestOnTinyGrids) {
  int best_found = 0;
  constexpr int kRounds = 150;
  for (int round = 0; round < kRounds; ++round) {
    const MultiLabelEnergy energy = Draw(/*max_side=*/3, /*labels=*/3 + round % 2);
    if (energy.labels == 4 && energy.size() > 6) continue;
    const Labelling best = BruteForce(energy), found = Solve(energy);
    ASSERT_EQ(found.energy, Evaluate(energy, found.labels)) << "round " << round;
    ASSERT_GE(found.energy, best.energy) << "round " << round;
    ASSERT_LE(found.energy, best.energy + BoundaryOf(energy, best.labels)) << "round " << round;
    best_found += found.energy == best.energy;
  }
  // The bound is loose: nearly always it is the best itself.
  EXPECT_GT(best_found, kRounds / 2);
}

TEST_P(ExpansionTest, IsTheMinimumForTwoLabels) {
  for (int round = 0; round < 100; ++round) {
    const MultiLabelEnergy energy = Draw(/*max_side=*/3, /*labels=*/2);
    const Labelling found = Solve(energy);
    ASSERT_EQ(found.energy, BruteForce(energy).energy) << "round " << round;
    ASSERT_EQ(found.moves, 1);
  }
  for (int round = 0; round < 20; ++round) {
    const MultiLabelEnergy energy = Draw(/*max_side=*/30, /*labels=*/2);
    GridEnergy binary = {energy.rows, energy.cols, {}, energy.pairwise};
    for (std::size_t i = 0; i < energy.size(); ++i) {
      const std::int32_t zero = energy.unary[i], one = energy.unary[energy.size() + i];
      binary.unary.push_back(zero - one);
      binary.constant += std::min(zero, one);
    }
    ASSERT_EQ(Solve(energy).energy, MinCut(binary).flow + binary.constant) << "round " << round;
  }
}

// Tries what `Expand` must have found: every subset of pixels that switches.
TEST_P(ExpansionTest, NoExpansionLowersTheEnergy) {
  for (int round = 0; round < 60; ++round) {
    const MultiLabelEnergy energy = Draw(/*max_side=*/3, /*labels=*/5);
    const Labelling found = Solve(energy);
    for (int alpha = 0; alpha < energy.labels; ++alpha) {
      for (std::uint32_t subset = 0; subset < (1U << energy.size()); ++subset) {
        auto labels = found.labels;
        for (std::size_t i = 0; i < labels.size(); ++i)
          if ((subset >> i) & 1) labels[i] = static_cast<std::uint8_t>(alpha);
        ASSERT_GE(Evaluate(energy, labels), found.energy) << "round " << round;
      }
    }
  }
}

TEST_P(ExpansionTest, NeverExceedsTheEnergyOfTheCheapestLabels) {
  for (int round = 0; round < 20; ++round) {
    const MultiLabelEnergy energy = Draw(/*max_side=*/40, /*labels=*/6);
    std::vector<std::uint8_t> cheapest(energy.size(), 0);
    for (int label = 1; label < energy.labels; ++label)
      for (std::size_t i = 0; i < cheapest.size(); ++i)
        if (energy.unary[label * energy.size() + i] < energy.unary[cheapest[i] * energy.size() + i])
          cheapest[i] = static_cast<std::uint8_t>(label);
    const Labelling found = Solve(energy);
    ASSERT_LE(found.energy, Evaluate(energy, cheapest)) << "round " << round;
    ASSERT_EQ(found.energy, Evaluate(energy, found.labels)) << "round " << round;
    ASSERT_GE(found.moves, energy.labels);
  }
}

TEST_P(ExpansionTest, TheBestOfThreeLabelsOnALine) {
  MultiLabelEnergy energy = MakeMultiLabelEnergy(MakeGridEnergy(1, 4, 4), 3);
  energy.pairwise[GridEnergy::kEast] = {3, 3, 3, 0};
  energy.unary = {0, 9, 9, 9,   // Label 0 at the first pixel,
                  2, 0, 1, 9,   // 1 in the middle,
                  9, 9, 0, 0};  // 2 at the end; the third pixel would like 2 as well.
  const Labelling found = Solve(energy);
  EXPECT_EQ(found.labels, (std::vector<std::uint8_t>{1, 1, 2, 2}));
  EXPECT_EQ(found.energy, 5);
}

TEST_P(ExpansionTest, KeepsWhatIsRuledOutOutAndFitsTheLargestNumbers) {
  GridEnergy weights = MakeGridEnergy(20, 20, 8);
  for (int i = 0; i < 400; ++i) {
    if (i % 20 < 19) weights.pairwise[GridEnergy::kEast][i] = kMaxPairwise;
    if (i / 20 < 19) weights.pairwise[GridEnergy::kSouth][i] = kMaxPairwise;
    if (i % 20 < 19 && i / 20 < 19) weights.pairwise[GridEnergy::kSouthEast][i] = kMaxPairwise;
    if (i % 20 > 0 && i / 20 < 19) weights.pairwise[GridEnergy::kSouthWest][i] = kMaxPairwise;
  }
  MultiLabelEnergy energy = MakeMultiLabelEnergy(weights, 3);
  for (std::size_t i = 0; i < 400; ++i)
    for (std::size_t label = 0; label < 3; ++label)
      energy.unary[label * 400 + i] = label == i % 3 ? 0 : kMaxLabelCost;
  const Labelling found = Solve(energy);
  for (std::size_t i = 0; i < 400; ++i) ASSERT_EQ(found.labels[i], i % 3);
}

TEST_P(ExpansionTest, HasNothingToDoWithoutPixelsOrChoice) {
  EXPECT_TRUE(Solve(MultiLabelEnergy{}).labels.empty());
  MultiLabelEnergy one = MakeMultiLabelEnergy(MakeGridEnergy(2, 2, 4), 1);
  one.unary = {1, 2, 3, 4};
  EXPECT_EQ(Solve(one).labels, std::vector<std::uint8_t>(4, 0));
  EXPECT_EQ(Solve(one).energy, 10);
}

TEST_P(ExpansionTest, RefusesWhatIsOutOfRange) {
  const MultiLabelEnergy good = MakeMultiLabelEnergy(MakeGridEnergy(2, 2, 8), 3);
  EXPECT_NO_THROW(Check(good));
  MultiLabelEnergy bad = good;
  bad.unary[5] = kMaxLabelCost + 1;
  EXPECT_THROW(Solve(bad), std::invalid_argument);
  bad = good;
  bad.unary.pop_back();
  EXPECT_THROW(Solve(bad), std::invalid_argument);
  bad = good;
  bad.pairwise[GridEnergy::kEast][0] = kMaxPottsWeight + 1;
  EXPECT_THROW(Solve(bad), std::invalid_argument);
  bad = good;
  bad.pairwise[GridEnergy::kEast][1] = 1;  // Leads out of the grid.
  EXPECT_THROW(Solve(bad), std::invalid_argument);
  EXPECT_THROW(MakeMultiLabelEnergy(MakeGridEnergy(2, 2, 8), 0), std::invalid_argument);
  EXPECT_THROW(MakeMultiLabelEnergy(MakeGridEnergy(2, 2, 8), 256), std::invalid_argument);
  EXPECT_THROW(Evaluate(good, {0, 1, 2, 3}), std::invalid_argument);
  EXPECT_THROW(Evaluate(good, {0, 1, 2}), std::invalid_argument);
}

TEST(Expansion, IsTheSameWithEverySolver) {
  // Three noisy regions, 90 x 70, weights as contrast makes them.
  GridEnergy weights = MakeGridEnergy(70, 90, 8);
  std::mt19937 random(3);
  for (int i = 0; i < 70 * 90; ++i) {
    if (i % 90 < 89)
      weights.pairwise[GridEnergy::kEast][i] = static_cast<std::int32_t>(2000 + random() % 18001);
    if (i / 90 < 69)
      weights.pairwise[GridEnergy::kSouth][i] = static_cast<std::int32_t>(2000 + random() % 18001);
  }
  MultiLabelEnergy energy = MakeMultiLabelEnergy(weights, 3);
  for (std::size_t i = 0; i < energy.size(); ++i)
    for (std::size_t label = 0; label < 3; ++label)
      energy.unary[label * energy.size() + i] =
          static_cast<std::int32_t>(random() % 20000) + (i % 90 / 30 == label ? 0 : 10000);
  const Labelling grid = Expand(energy, Solver::kGrid), boost = Expand(energy, Solver::kBoost);
  EXPECT_EQ(grid.labels, boost.labels);
  EXPECT_EQ(grid.energy, boost.energy);
  EXPECT_EQ(grid.moves, boost.moves);
  std::size_t right = 0;
  for (std::size_t i = 0; i < energy.size(); ++i) right += grid.labels[i] == i % 90 / 30;
  EXPECT_GT(right, energy.size() * 97 / 100);
}

INSTANTIATE_TEST_SUITE_P(Solvers, ExpansionTest, ::testing::Values(Solver::kGrid, Solver::kBoost),
                         [](const auto& test) {
                           return std::string(test.param == Solver::kBoost ? "Boost" : "Grid");
                         });

}  // namespace
}  // namespace gradcut
