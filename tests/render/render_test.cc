#include "gradcut/render/render.h"

#include "gradcut/core/error.h"
#include "gradcut/render/cutout.h"

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

TEST(CutoutTest, WhatTheMaskRemovesKeepsNoColours) {
  cv::Mat mask = cv::Mat::zeros(40, 60, CV_8UC1), image(40, 60, CV_8UC3, cv::Scalar(10, 20, 30));
  mask(cv::Rect(20, 10, 20, 20)) = 255;
  const cv::Mat soft = Cutout(image, mask, {.feather = 3});
  int between = 0;
  for (int row = 0; row < 40; ++row)
    for (int col = 0; col < 60; ++col) {
      const auto pixel = soft.at<cv::Vec4b>(row, col);
      EXPECT_EQ(pixel[2], pixel[3] == 0 ? 0 : 30);
      between += pixel[3] > 0 && pixel[3] < 255;
    }
  EXPECT_GT(between, 0);
}

TEST(CutoutTest, PhotosAlphaCountsAndColoursAreUntouched) {
  cv::Mat photo(6, 8, CV_8UC4, cv::Scalar(10, 20, 30, 255));
  photo.at<cv::Vec4b>(3, 3)[3] = 0;
  photo.at<cv::Vec4b>(3, 4)[3] = 51;
  const cv::Mat cutout = Cutout(photo, CentreMask());
  EXPECT_EQ(cutout.at<cv::Vec4b>(3, 3), cv::Vec4b(10, 20, 30, 0));
  EXPECT_EQ(cutout.at<cv::Vec4b>(3, 4), cv::Vec4b(10, 20, 30, 51));
  EXPECT_EQ(cutout.at<cv::Vec4b>(0, 0), cv::Vec4b(0, 0, 0, 0));
  // Before a background, that shows through.
  const cv::Mat before = Cutout(photo, CentreMask(), {.background = "black"});
  EXPECT_EQ(before.at<cv::Vec3b>(3, 3), cv::Vec3b(0, 0, 0));
  EXPECT_EQ(before.at<cv::Vec3b>(3, 4), cv::Vec3b(2, 4, 6));
}

TEST(CutoutTest, KeepsColoursAndTakesAlphaFromTheMask) {
  const cv::Mat cutout = Cutout(kImage, CentreMask());
  EXPECT_EQ(cutout.type(), CV_8UC4);
  EXPECT_EQ(cutout.at<cv::Vec4b>(0, 0), cv::Vec4b(0, 0, 0, 0));
  EXPECT_EQ(cutout.at<cv::Vec4b>(3, 3), cv::Vec4b(10, 20, 30, 255));
}

TEST(CutoutTest, BackgroundIsAColourBehindTheObject) {
  const std::pair<const char*, cv::Vec3b> colours[] = {
      {"white", {255, 255, 255}}, {"black", {0, 0, 0}}, {"#0aB1ff", {10, 177, 255}}};
  for (const auto& [name, colour] : colours) {
    const cv::Mat cutout = Cutout(kImage, CentreMask(), {.background = name});
    EXPECT_EQ(cutout.type(), CV_8UC3);
    EXPECT_EQ(cutout.at<cv::Vec3b>(0, 0), colour) << name;
    EXPECT_EQ(cutout.at<cv::Vec3b>(3, 3), cv::Vec3b(10, 20, 30)) << name;
  }
}

TEST(CutoutTest, BlurredBackgroundIsThatWithoutTheObject) {
  cv::Mat image(90, 120, CV_8UC3, cv::Scalar(100, 100, 100)),
      mask = cv::Mat::zeros(90, 120, CV_8UC1);
  const cv::Rect object(40, 30, 40, 30);
  image(object).setTo(cv::Scalar(255, 0, 0));
  mask(object).setTo(255);
  const cv::Mat cutout = Cutout(image, mask, {.background = "blur"});
  EXPECT_EQ(cutout.at<cv::Vec3b>(45, 60), cv::Vec3b(255, 0, 0));
  // No glow of red beside it.
  EXPECT_NEAR(cutout.at<cv::Vec3b>(45, 38)[0], 100, 3);
  EXPECT_NEAR(cutout.at<cv::Vec3b>(0, 0)[1], 100, 3);
}

TEST(CutoutTest, BackgroundMustBeOneThatThereIs) {
  for (const char* const name : {"", "pink", "#12345", "#12345g", "#-12345"})
    EXPECT_THROW(Cutout(kImage, CentreMask(), {.background = name}), Error) << name;
}

// An object of brightness 200 before one of 50; the mask's edge is two pixels off.
TEST(SoftEdgeTest, FollowsTheImagesEdge) {
  cv::Mat image(40, 60, CV_8UC3, cv::Scalar::all(50)), mask = cv::Mat::zeros(40, 60, CV_8UC1);
  image.colRange(0, 30).setTo(cv::Scalar::all(200));
  mask.colRange(0, 28).setTo(255);
  const cv::Mat alpha = SoftEdge(image, mask, 4);
  EXPECT_EQ(alpha.type(), CV_32FC1);
  EXPECT_TRUE(cv::checkRange(alpha, true, nullptr, 0, 1 + 1e-6));
  // The steepest step is where the image has its edge, not where the mask has.
  const auto step = [&](int col) {
    return alpha.at<float>(20, col - 1) - alpha.at<float>(20, col);
  };
  for (int col = 1; col < 60; ++col) {
    if (col != 30) {
      EXPECT_GT(step(30), 2 * step(col)) << col;
    }
  }
  EXPECT_NEAR(alpha.at<float>(20, 10), 1, 1e-3);
  EXPECT_NEAR(alpha.at<float>(20, 50), 0, 1e-3);
}

TEST(SoftEdgeTest, WithoutContrastItIsARamp) {
  const cv::Mat image(40, 60, CV_8UC3, cv::Scalar::all(90));
  cv::Mat mask = cv::Mat::zeros(40, 60, CV_8UC1);
  mask.colRange(0, 30).setTo(255);
  const cv::Mat alpha = SoftEdge(image, mask, 4);
  for (int col = 1; col < 60; ++col)
    EXPECT_LE(alpha.at<float>(20, col), alpha.at<float>(20, col - 1) + 1e-5F);
  EXPECT_NEAR(alpha.at<float>(20, 29), 0.5, 0.1);
  EXPECT_EQ(Cutout(image, mask, {.feather = 4}).at<cv::Vec4b>(20, 29)[3],
            cv::saturate_cast<std::uint8_t>(255 * alpha.at<float>(20, 29)));
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
