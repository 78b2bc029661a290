#include "gradcut/graphcut/energy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

namespace gradcut {
namespace {

using ::testing::HasSubstr;

std::string RefusalOf(const std::function<void(GridEnergy&)>& spoil) {
  GridEnergy energy = MakeGridEnergy(3, 4, 8);
  spoil(energy);
  try {
    Check(energy);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Check, AcceptsEveryValueAtItsLimit) {
  EXPECT_EQ(RefusalOf([](GridEnergy& e) {
              e.constant = kMaxConstant;
              e.unary[0] = kHardForeground;
              e.unary[1] = kHardBackground;
              e.pairwise[GridEnergy::kEast][0] = kMaxPairwise;
              e.pairwise[GridEnergy::kSouthWest][1] = kMaxPairwise;
            }),
            "accepted");
}

TEST(Check, AcceptsFourNeighboursAndNoPixels) {
  EXPECT_NO_THROW(Check(MakeGridEnergy(3, 4, 4)));
  EXPECT_NO_THROW(Check(MakeGridEnergy(0, 4, 8)));
  EXPECT_NO_THROW(Check(GridEnergy{}));
}

TEST(Check, NamesSizesThatDoNotFit) {
  EXPECT_THAT(RefusalOf([](GridEnergy& e) { e.rows = -1; }), HasSubstr("-1 rows"));
  EXPECT_THAT(RefusalOf([](GridEnergy& e) { e.rows = 1 << 30, e.cols = 1 << 30; }),
              HasSubstr("at most"));
  EXPECT_THAT(RefusalOf([](GridEnergy& e) { e.unary.pop_back(); }), HasSubstr("11 unary"));
  EXPECT_THAT(RefusalOf([](GridEnergy& e) { e.pairwise[GridEnergy::kSouth].clear(); }),
              HasSubstr("0 weights to the south"));
  EXPECT_THAT(RefusalOf([](GridEnergy& e) { e.pairwise[GridEnergy::kSouthEast].pop_back(); }),
              HasSubstr("11 weights to the south-east"));
}

TEST(Check, NamesValuesOutOfRange) {
  EXPECT_THAT(RefusalOf([](GridEnergy& e) { e.unary[5] = kMaxUnary + 1; }),
              HasSubstr("268435457 at pixel 5"));
  EXPECT_THAT(RefusalOf([](GridEnergy& e) { e.unary[5] = -kMaxUnary - 1; }),
              HasSubstr("-268435457 at pixel 5"));
  EXPECT_THAT(RefusalOf([](GridEnergy& e) { e.constant = kMaxConstant + 1; }),
              HasSubstr("constant"));
  EXPECT_THAT(RefusalOf([](GridEnergy& e) { e.pairwise[GridEnergy::kEast][5] = -1; }),
              HasSubstr("weight -1 to the east of pixel (1, 1)"));
  EXPECT_THAT(RefusalOf([](GridEnergy& e) { e.pairwise[GridEnergy::kEast][5] = kMaxPairwise + 1; }),
              HasSubstr("must be in [0, 16777215]"));
}

TEST(Check, NamesWeightsThatLeadOutOfTheGrid) {
  EXPECT_THAT(RefusalOf([](GridEnergy& e) { e.pairwise[GridEnergy::kEast][3] = 1; }),
              HasSubstr("east of pixel (0, 3) leads out"));
  EXPECT_THAT(RefusalOf([](GridEnergy& e) { e.pairwise[GridEnergy::kSouth][8] = 1; }),
              HasSubstr("south of pixel (2, 0) leads out"));
  EXPECT_THAT(RefusalOf([](GridEnergy& e) { e.pairwise[GridEnergy::kSouthEast][7] = 1; }),
              HasSubstr("south-east of pixel (1, 3) leads out"));
  EXPECT_THAT(RefusalOf([](GridEnergy& e) { e.pairwise[GridEnergy::kSouthWest][4] = 1; }),
              HasSubstr("south-west of pixel (1, 0) leads out"));
}

TEST(MakeGridEnergy, RefusesWhatIsNoGrid) {
  EXPECT_THROW(MakeGridEnergy(-1, 1, 8), std::invalid_argument);
  EXPECT_THROW(MakeGridEnergy(1 << 20, 1 << 20, 8), std::invalid_argument);
  EXPECT_THROW(MakeGridEnergy(2, 2, 6), std::invalid_argument);
}

TEST(Evaluate, AddsConstantUnaryAndCutPairs) {
  GridEnergy energy = MakeGridEnergy(2, 2, 8);
  energy.constant = 1000;
  energy.unary = {3, -5, 0, 7};
  energy.pairwise[GridEnergy::kEast] = {10, 0, 20, 0};
  energy.pairwise[GridEnergy::kSouth] = {30, 40, 0, 0};
  energy.pairwise[GridEnergy::kSouthEast] = {50, 0, 0, 0};
  energy.pairwise[GridEnergy::kSouthWest] = {0, 60, 0, 0};
  EXPECT_EQ(Evaluate(energy, {0, 0, 0, 0}), 1000 + 3 + 7);
  EXPECT_EQ(Evaluate(energy, {1, 1, 1, 1}), 1000 + 5);
  EXPECT_EQ(Evaluate(energy, {1, 0, 0, 0}), 1000 + 7 + 10 + 30 + 50);
  EXPECT_EQ(Evaluate(energy, {0, 1, 0, 0}), 1000 + 3 + 5 + 7 + 10 + 40 + 60);
  EXPECT_EQ(Evaluate(energy, {1, 0, 0, 1}), 1000 + 10 + 20 + 30 + 40);
}

TEST(Evaluate, RefusesAnEnergyThatDoesNotFit) {
  GridEnergy energy = MakeGridEnergy(1, 2, 4);
  energy.unary.clear();
  EXPECT_THROW(Evaluate(energy, {0, 1}), std::invalid_argument);
  energy = MakeGridEnergy(1, 2, 4);
  energy.pairwise[GridEnergy::kSouth] = {0, 1};  // Leads out of the grid.
  EXPECT_THROW(Evaluate(energy, {0, 1}), std::invalid_argument);
}

TEST(Evaluate, RefusesLabelsThatDoNotFit) {
  const GridEnergy energy = MakeGridEnergy(1, 2, 4);
  EXPECT_THROW(Evaluate(energy, {0}), std::invalid_argument);
  EXPECT_THROW(Evaluate(energy, {0, 255}), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
