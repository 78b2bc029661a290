#include "gradcut/segment/render.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

namespace gradcut {
namespace {

const cv::Mat kImage(6, 8, CV_8UC3, cv::Scalar(10, 20, 30));

cv::Mat CentreMask() {
  cv::Mat mask = cv::Mat::zeros(6, 8, CV_8UC1);
  mask(cv::Rect(2, 2, 4, 3)).setTo(255);
  return mask;
}

TEST(CutoutTest, KeepsColoursAndTakesAlphaFromTheMask) {
  const cv::Mat cutout = Cutout(kImage, CentreMask());
  EXPECT_EQ(cutout.type(), CV_8UC4);
  EXPECT_EQ(cutout.at<cv::Vec4b>(0, 0), cv::Vec4b(10, 20, 30, 0));
  EXPECT_EQ(cutout.at<cv::Vec4b>(3, 3), cv::Vec4b(10, 20, 30, 255));
}

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

TEST(RenderTest, SizesMustAgree) {
  const cv::Mat small = cv::Mat::zeros(2, 2, CV_8UC1);
  EXPECT_THROW(Overlay(kImage, small), std::invalid_argument);
  EXPECT_THROW(Cutout(kImage, small), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
