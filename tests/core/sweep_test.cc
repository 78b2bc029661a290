#include "gradcut/core/sweep.h"

#include "support/error_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace gradcut {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SweepTest : public ::testing::Test {
 protected:
  SweepTest() {
    list_.Number("a.share", share_, 0, 1, "");
    list_.Integer("a.bins", bins_, 1, 64, "");
    list_.Boolean("a.hard", hard_, "");
    list_.Choice("a.kind", kind_, {{"4", 4}, {"8", 8}}, "");
  }
  std::vector<std::string> ValuesOf(std::string_view text) const {
    return ParseSweep(text, list_).values;
  }
  std::string RefusalOf(std::string_view text) const {
    return ErrorOf([&] { ParseSweep(text, list_); });
  }

  double share_ = 0.5;
  int bins_ = 16, kind_ = 8;
  bool hard_ = false;
  OptionList list_;
};

TEST_F(SweepTest, RangeIncludesItsEndAndHasNoRoundingNoise) {
  EXPECT_THAT(ValuesOf("a.share=0.1:0.7:0.2"), ElementsAre("0.1", "0.3", "0.5", "0.7"));
  EXPECT_THAT(ValuesOf("a.bins=8:20:8"), ElementsAre("8", "16"));
  EXPECT_THAT(ValuesOf("a.bins=8:8:1"), ElementsAre("8"));
}

TEST_F(SweepTest, ListNamesNumbersChoicesAndFlags) {
  EXPECT_THAT(ValuesOf("a.share=0.50,1"), ElementsAre("0.5", "1"));
  EXPECT_THAT(ValuesOf("a.kind=8,4"), ElementsAre("8", "4"));
  EXPECT_THAT(ValuesOf("a.hard=true,false"), ElementsAre("true", "false"));
}

TEST_F(SweepTest, OptionsStayAsTheyWere) {
  ValuesOf("a.share=0:1:0.1");
  EXPECT_EQ(share_, 0.5);
  RefusalOf("a.bins=1,2,99");
  EXPECT_EQ(bins_, 16);
}

TEST_F(SweepTest, WhatMakesNoSenseIsNamed) {
  EXPECT_THAT(RefusalOf("a.share"), HasSubstr("key=first:last:step"));
  EXPECT_THAT(RefusalOf("a.shore=1"), AllOf(HasSubstr("'a.shore'"), HasSubstr("a.share?")));
  EXPECT_THAT(RefusalOf("a.share=0:2:1"), AllOf(HasSubstr("a.share = 2"), HasSubstr("[0, 1]")));
  EXPECT_THAT(RefusalOf("a.share="), HasSubstr("a.share = ,"));
  EXPECT_THAT(RefusalOf("a.share=0.5,0.50"), HasSubstr("0.5 stands there twice"));
  EXPECT_THAT(RefusalOf("a.bins=1:2"), HasSubstr("first:last:step"));
  EXPECT_THAT(RefusalOf("a.bins=1:4:0.5"), HasSubstr("whole number"));
  EXPECT_THAT(RefusalOf("a.bins=4:1:1"), HasSubstr("go up"));
  EXPECT_THAT(RefusalOf("a.bins=1:4:0"), HasSubstr("go up"));
  EXPECT_THAT(RefusalOf("a.bins=1:4:-1"), HasSubstr("go up"));
  EXPECT_THAT(RefusalOf("a.bins=1:x:1"), HasSubstr("'x' is not a number"));
  EXPECT_THAT(RefusalOf("a.share=0:1:nan"), HasSubstr("'nan' is not a number"));
  EXPECT_THAT(RefusalOf("a.share=0:1:1e-300"), HasSubstr("more than 10000"));
  EXPECT_THAT(RefusalOf("a.kind=5"), HasSubstr("one of 4, 8"));
}

std::vector<Sweep> Sweeps() { return {{"x", {"1", "2"}}, {"y", {"a", "b", "c"}}}; }

TEST(SweepPointsTest, GridHasEveryCombinationTheLastChangingFastest) {
  EXPECT_THAT(SweepPoints(Sweeps()),
              ElementsAre(ElementsAre("1", "a"), ElementsAre("1", "b"), ElementsAre("1", "c"),
                          ElementsAre("2", "a"), ElementsAre("2", "b"), ElementsAre("2", "c")));
  EXPECT_THAT(SweepPoints({}), ElementsAre(ElementsAre()));
}

TEST(SweepPointsTest, BudgetDrawsDifferentPointsInGridOrder) {
  const std::vector<SweepPoint> grid = SweepPoints(Sweeps());
  std::set<std::vector<SweepPoint>> draws;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const std::vector<SweepPoint> drawn = SweepPoints(Sweeps(), 4, seed);
    EXPECT_EQ(drawn, SweepPoints(Sweeps(), 4, seed));
    EXPECT_EQ(drawn.size(), 4);
    EXPECT_TRUE(std::includes(grid.begin(), grid.end(), drawn.begin(), drawn.end()));
    draws.insert(drawn);
  }
  EXPECT_GT(draws.size(), 5);
}

TEST(SweepPointsTest, BudgetOfTheWholeGridIsTheGrid) {
  EXPECT_EQ(SweepPoints(Sweeps(), 6), SweepPoints(Sweeps()));
  EXPECT_EQ(SweepPoints(Sweeps(), 1000), SweepPoints(Sweeps()));
}

TEST(SweepPointsTest, HugeGridNeedsABudget) {
  std::vector<Sweep> sweeps;
  for (int i = 0; i < 40; ++i) sweeps.push_back({std::to_string(i), {"1", "2", "3"}});
  EXPECT_THAT(ErrorOf([&] { SweepPoints(sweeps); }), HasSubstr("smaller budget"));
  EXPECT_THAT(ErrorOf([&] { SweepPoints(sweeps, kMaxSweepPoints + 1); }), HasSubstr("budget"));
  EXPECT_EQ(SweepPoints(sweeps, 50).size(), 50);
}

TEST(SweepPointsTest, OptionIsSweptOnce) {
  EXPECT_THAT(ErrorOf([] {
                SweepPoints(std::vector<Sweep>{{"x", {"1"}}, {"x", {"2"}}});
              }),
              HasSubstr("x is swept twice"));
}

}  // namespace
}  // namespace gradcut
