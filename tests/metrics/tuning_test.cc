#include "gradcut/metrics/tuning.h"

#include "gradcut/core/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace gradcut {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// Two images that choose, two that are reported on; three points.
std::vector<TunedImage> Images() {
  return {{"a", true, {0.5, 0.75, 0.25}},
          {"b", true, {0.5, 0.75, 0.25}},
          {"c", false, {0.5, 0.25, 1}},
          {"d", false, {0.5, 0.5, 1}}};
}

TEST(TuningTest, OneHalfChoosesAndTheOtherIsReportedOn) {
  const Tuning tuning = Choose(Images(), {true, true, true}, 0, {});
  EXPECT_EQ(tuning.chosen, 1);  // Though the other half would have chosen 2.
  EXPECT_EQ(tuning.choosing, 2);
  EXPECT_EQ(tuning.reporting, 2);
  EXPECT_EQ(tuning.points[1].choose, 0.75);
  EXPECT_EQ(tuning.points[1].report, 0.375);
  EXPECT_EQ(tuning.points[1].interval.low, 0.25);
  EXPECT_EQ(tuning.points[1].interval.high, 0.5);
}

TEST(TuningTest, GainIsOverTheGivenPointOnTheOtherHalf) {
  const MeasureDifference gain = Choose(Images(), {true, true, true}, 0, {}).gain;
  EXPECT_EQ(gain.difference, -0.125);
  EXPECT_EQ(gain.wins->worse, 1);
  EXPECT_EQ(gain.wins->tied, 1);
}

TEST(TuningTest, OnlyCandidatesAreChosenAndTheFirstOfEquals) {
  EXPECT_EQ(Choose(Images(), {true, false, true}, 1, {}).chosen, 0);
  std::vector<TunedImage> images = Images();
  for (TunedImage& image : images) image.ious[2] = image.ious[1];
  EXPECT_EQ(Choose(images, {true, true, true}, 0, {}).chosen, 1);
  EXPECT_THROW(Choose(images, {false, false, false}, 0, {}), std::invalid_argument);
}

TEST(TuningTest, HalfWithoutImagesIsNoNumberOrAnError) {
  std::vector<TunedImage> images = Images();
  images.resize(2);
  EXPECT_TRUE(std::isnan(Choose(images, {true, true, true}, 0, {}).points[0].report));
  for (TunedImage& image : images) image.chooses = false;
  EXPECT_THROW(Choose(images, {true, true, true}, 0, {}), Error);
}

TEST(DrawHalfTest, HalfTheImagesChooseAndTheSeedSaysWhich) {
  for (const std::size_t count : {0, 1, 2, 7, 300}) {
    const std::vector<bool> half = DrawHalf(count, 5);
    EXPECT_EQ(half.size(), count);
    EXPECT_EQ(std::count(half.begin(), half.end(), true), (count + 1) / 2);
    EXPECT_EQ(half, DrawHalf(count, 5));
  }
  EXPECT_NE(DrawHalf(300, 5), DrawHalf(300, 6));
}

TEST(TuningTableTest, CsvHasEveryPointAndTextTheChosenOne) {
  const TuningTable table = {.keys = {"seeds.strength", "seeds.hard"},
                             .points = {{"1", "false"}, {"2", "false"}, {"2", "true"}},
                             .candidates = {false, true, true},
                             .given = 0,
                             .tuning = Choose(Images(), {false, true, true}, 0, {})};
  EXPECT_EQ(ToCsv(table),
            "seeds.strength,seeds.hard,choose_iou,report_iou,report_low,report_high,candidate,"
            "given,chosen\n"
            "1,false,0.5,0.5,0.5,0.5,0,1,0\n"
            "2,false,0.75,0.375,0.25,0.5,1,0,1\n"
            "2,true,0.25,1,1,1,1,0,0\n");
  const std::string text = ToText(table);
  EXPECT_THAT(text, StartsWith("3 points, chosen by 2 images and reported on 2 others\n"));
  EXPECT_THAT(text, HasSubstr("seeds.strength = 2\nseeds.hard = false\n"));
  EXPECT_THAT(text, HasSubstr("0 better, 1 worse, 1 tied"));
}

}  // namespace
}  // namespace gradcut
