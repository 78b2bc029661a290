#include "gradcut/priors/seeds.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

namespace gradcut {
namespace {

// 0, 1/99, ..., 1 in 10 rows.
cv::Mat Ramp() {
  cv::Mat map(10, 10, CV_32FC1);
  for (int i = 0; i < 100; ++i) map.at<float>(i / 10, i % 10) = static_cast<float>(i) / 99;
  return map;
}

TEST(MakeSeedsTest, QuantilesCutARampWhereTheySay) {
  const cv::Mat trimap =
      MakeSeeds(Ramp(), {.foreground_quantile = 0.95, .background_quantile = 0.30});
  EXPECT_EQ(cv::countNonZero(trimap == kMaskForeground), 5);
  EXPECT_EQ(cv::countNonZero(trimap == kMaskBackground), 29);
  EXPECT_EQ(cv::countNonZero(trimap == kTrimapUnknown), 66);
  EXPECT_EQ(trimap.at<std::uint8_t>(9, 9), kMaskForeground);
  EXPECT_EQ(trimap.at<std::uint8_t>(0, 0), kMaskBackground);
}

TEST(MakeSeedsTest, ConstantMapHasNoSeeds) {
  for (const float value : {0.0F, 0.5F, 1.0F}) {
    const cv::Mat trimap = MakeSeeds(cv::Mat(7, 5, CV_32FC1, cv::Scalar(value)), {});
    EXPECT_EQ(cv::countNonZero(trimap == kTrimapUnknown), 35) << value;
  }
}

TEST(MakeSeedsTest, ValuesThatManyPixelsShareSeedTheirSide) {
  cv::Mat map = cv::Mat::zeros(10, 10, CV_32FC1);
  map.at<float>(4, 4) = 1;
  EXPECT_EQ(cv::countNonZero(MakeSeeds(map, {}) == kMaskForeground), 1);
  EXPECT_EQ(cv::countNonZero(MakeSeeds(map, {}) == kMaskBackground), 99);
  map.rowRange(0, 4).setTo(1);
  map.row(9).setTo(0.5);
  EXPECT_EQ(cv::countNonZero(MakeSeeds(map, {}) == kMaskForeground), 41);
  EXPECT_EQ(cv::countNonZero(MakeSeeds(map, {}) == kMaskBackground), 49);
}

TEST(MakeSeedsTest, CrossedQuantilesAreRefused) {
  EXPECT_THROW(MakeSeeds(Ramp(), {.foreground_quantile = 0.3, .background_quantile = 0.3}), Error);
  EXPECT_THROW(MakeSeeds(Ramp(), {.foreground_quantile = 1.5}), Error);
}

TEST(MakeSeedsTest, WrongTypeBreaksTheContract) {
  EXPECT_THROW(MakeSeeds(cv::Mat(), {}), std::invalid_argument);
  EXPECT_THROW(MakeSeeds(cv::Mat::zeros(3, 3, CV_8UC1), {}), std::invalid_argument);
  EXPECT_THROW(MakeSeeds(cv::Mat(3, 3, CV_32FC1, cv::Scalar(NAN)), {}), std::invalid_argument);
}

TEST(SeedLogOddsTest, SeedsFavourTheirSideByTheStrength) {
  const cv::Mat trimap =
      (cv::Mat_<std::uint8_t>(1, 3) << kMaskBackground, kTrimapUnknown, kMaskForeground);
  const cv::Mat odds = SeedLogOdds(trimap, {.strength = 2.5});
  EXPECT_EQ(odds.at<float>(0), -2.5F);
  EXPECT_EQ(odds.at<float>(1), 0);
  EXPECT_EQ(odds.at<float>(2), 2.5F);
  EXPECT_THROW(SeedLogOdds(trimap, {.strength = -1}), Error);
}

}  // namespace
}  // namespace gradcut
