#include "gradcut/render/render.h"

#include "gradcut/core/error.h"
#include "gradcut/render/cutout.h"
#include "support/small_photo.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

namespace gradcut {
namespace {

TEST(OverlayTest, ChangesTheObjectAndNothingElse) {
  const cv::Mat overlay = Overlay(kImage, CentreMask());
  EXPECT_EQ(overlay.at<cv::Vec3b>(0, 0), kImage.at<cv::Vec3b>(0, 0));
  EXPECT_NE(overlay.at<cv::Vec3b>(3, 3), kImage.at<cv::Vec3b>(3, 3));
  EXPECT_EQ(cv::norm(Overlay(kImage, cv::Mat::zeros(6, 8, CV_8UC1)), kImage), 0);
}

TEST(HeatMapOverlayTest, ColdPixelsShowTheImage) {
  cv::Mat heat = cv::Mat::zeros(6, 8, CV_32FC1);
  heat.at<float>(1, 1) = 1;
  const cv::Mat overlay = HeatMapOverlay(kImage, heat);
  EXPECT_EQ(overlay.at<cv::Vec3b>(0, 0), kImage.at<cv::Vec3b>(0, 0));
  EXPECT_NE(overlay.at<cv::Vec3b>(1, 1), kImage.at<cv::Vec3b>(1, 1));
}

TEST(ColourHeatMapTest, HotIsRedAndColdIsBlue) {
  cv::Mat heat = cv::Mat::zeros(1, 2, CV_32FC1);
  heat.at<float>(0, 0) = 0.2F;
  heat.at<float>(0, 1) = 0.9F;
  const cv::Mat colours = ColourHeatMap(heat);
  EXPECT_GT(colours.at<cv::Vec3b>(0, 0)[2], colours.at<cv::Vec3b>(0, 0)[0]);
  EXPECT_GT(colours.at<cv::Vec3b>(0, 1)[0], colours.at<cv::Vec3b>(0, 1)[2]);
}

TEST(ColourHeatMapTest, EveryMapIsBrighterOrOfOtherColourWhereItIsHotter) {
  cv::Mat heat(1, 3, CV_32FC1);
  for (int i = 0; i < 3; ++i) heat.at<float>(0, i) = 0.5F * static_cast<float>(i);
  EXPECT_EQ(ColourHeatMap(heat, ColourMap::kGrey).at<cv::Vec3b>(0, 1), cv::Vec3b(128, 128, 128));
  for (const ColourMap map : {ColourMap::kViridis, ColourMap::kInferno, ColourMap::kGrey}) {
    const cv::Mat colours = ColourHeatMap(heat, map);
    const auto sum = [&](int i) { return cv::sum(colours.at<cv::Vec3b>(0, i))[0]; };
    EXPECT_LT(sum(0), sum(1));
    EXPECT_LT(sum(1), sum(2));
  }
}

TEST(RenderOptionsTest, DefaultsValidate) { EXPECT_NO_THROW(Validate(RenderOptions())); }

TEST(RenderTest, SizesMustAgree) {
  const cv::Mat small = cv::Mat::zeros(2, 2, CV_8UC1);
  EXPECT_THROW(Overlay(kImage, small), std::invalid_argument);
  EXPECT_THROW(Cutout(kImage, small), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
