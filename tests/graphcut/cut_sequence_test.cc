#include "gradcut/graphcut/min_cut.h"
#include "support/grid_energies.h"

#include <gtest/gtest.h>

namespace gradcut {
namespace {

RandomEnergyOptions Draw(std::mt19937& random) {
  RandomEnergyOptions options;
  options.rows = 1 + static_cast<int>(random() % 24);
  options.cols = 1 + static_cast<int>(random() % 24);
  options.neighbours = random() % 2 ? 4 : 8;
  return options;
}

void ExpectSameCut(const GridEnergy& energy, CutSequence& sequence, int round) {
  const Cut fresh = MinCut(energy, Solver::kBoost);
  const Cut next = sequence.Next(energy);
  ASSERT_EQ(next.flow, fresh.flow) << "round " << round;
  ASSERT_EQ(next.labels, fresh.labels) << "round " << round;
}

TEST(CutSequence, AgreesWithFreshCutsWhenUnaryCostsChange) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    GridEnergy energy = RandomEnergy(Draw(random), random);
    CutSequence sequence;
    for (int step = 0; step < 5; ++step) {
      ASSERT_NO_FATAL_FAILURE(ExpectSameCut(energy, sequence, round));
      for (std::int32_t& unary : energy.unary) {
        if (random() % 4 == 0) unary = static_cast<std::int32_t>(random() % 13) - 6;
      }
    }
  }
}

TEST(CutSequence, AgreesWithFreshCutsWhenTheSmoothnessChanges) {
  std::mt19937 random(2);
  for (int round = 0; round < 200; ++round) {
    const GridEnergy energy = RandomEnergy(Draw(random), random);
    CutSequence sequence;
    // The last factors need wide capacities, and narrow ones again.
    for (const std::int32_t factor : {1, 3, 2, 0, 4, 100'000, 5}) {
      GridEnergy scaled = energy;
      for (auto& weights : scaled.pairwise) {
        for (std::int32_t& weight : weights) weight *= factor;
      }
      ASSERT_NO_FATAL_FAILURE(ExpectSameCut(scaled, sequence, round));
    }
  }
}

TEST(CutSequence, StartsAfreshForAnotherSize) {
  std::mt19937 random(3);
  CutSequence sequence;
  for (int round = 0; round < 100; ++round) {
    ASSERT_NO_FATAL_FAILURE(ExpectSameCut(RandomEnergy(Draw(random), random), sequence, round));
  }
  EXPECT_TRUE(sequence.Next({}).labels.empty());
}

TEST(CutSequence, RefusesWhatCheckRefusesAndGoesOn) {
  GridEnergy energy = MakeGridEnergy(1, 2, 4);
  energy.unary = {5, -5};
  energy.pairwise[GridEnergy::kEast] = {3, 0};
  CutSequence sequence;
  EXPECT_EQ(sequence.Next(energy).flow, 3);
  energy.pairwise[GridEnergy::kEast] = {0, 4};
  EXPECT_THROW(sequence.Next(energy), std::invalid_argument);
  energy.pairwise[GridEnergy::kEast] = {4, 0};
  EXPECT_EQ(sequence.Next(energy).flow, 4);
}

}  // namespace
}  // namespace gradcut
