#include "gradcut/render/cutout.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "support/small_photo.h"
#include "support/temporary_folder.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <string>

namespace gradcut {
namespace {

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

TEST(CutoutTest, PhotosAlphaCounts) {
  cv::Mat photo(6, 8, CV_8UC4, cv::Scalar(10, 20, 30, 255));
  photo.at<cv::Vec4b>(3, 3)[3] = 0;
  photo.at<cv::Vec4b>(3, 4)[3] = 51;
  const cv::Mat cutout = Cutout(photo, CentreMask());
  EXPECT_EQ(cutout.at<cv::Vec4b>(3, 3), cv::Vec4b(0, 0, 0, 0)) << "what is transparent, no colours";
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

// Made row by row, with the same pixels.
TEST(CutoutTest, FilesHoldWhatIsMade) {
  cv::Mat photo(700, 900, CV_8UC3), mask = cv::Mat::zeros(700, 900, CV_8UC1),
                                    scene(60, 50, CV_8UC3);
  cv::RNG(5).fill(photo, cv::RNG::UNIFORM, 0, 256);
  cv::RNG(6).fill(scene, cv::RNG::UNIFORM, 0, 256);
  cv::circle(mask, {450, 350}, 200, cv::Scalar(255), cv::FILLED);
  const TemporaryFolder folder;
  WriteFileAtomically(folder / "scene.png", EncodePng(scene));
  for (const std::string& background : {std::string("transparent"), std::string("blur"),
                                        std::string("teal"), (folder / "scene.png").string()})
    for (const char* const crop : {"none", "object:10"}) {
      const RenderOptions options = {.feather = 3, .background = background, .crop = crop};
      const CutoutMaker maker(options);
      const cv::Mat made = maker.Make(photo, mask);
      EXPECT_EQ(cv::norm(DecodeWithAlpha(maker.Encode(photo, mask), ""), made, cv::NORM_INF), 0)
          << background << " " << crop;
    }
}

// A picture with a gradient, enlarged: no strip of rows begins anew.
TEST(CutoutTest, APictureBehindHasNoSeams) {
  cv::Mat scene(100, 100, CV_8UC3);
  for (int row = 0; row < 100; ++row) scene.row(row) = cv::Scalar::all(2 * row);
  const TemporaryFolder folder;
  WriteFileAtomically(folder / "scene.png", EncodePng(scene));
  const cv::Mat photo(2000, 2000, CV_8UC3, cv::Scalar(0)),
      mask = cv::Mat::zeros(2000, 2000, CV_8UC1);
  const CutoutMaker maker({.background = (folder / "scene.png").string()});
  const cv::Mat shown = DecodeImage(maker.Encode(photo, mask), "");
  for (int row = 1; row < 2000; ++row) {
    const int step = shown.at<cv::Vec3b>(row, 7)[0] - shown.at<cv::Vec3b>(row - 1, 7)[0];
    ASSERT_TRUE(step == 0 || step == 1) << row;
  }
  EXPECT_NEAR(shown.at<cv::Vec3b>(1999, 7)[0], 198, 1);
}

TEST(CutoutTest, KindsFollowTheFormat) {
  const std::vector<OutputKind> kinds = {OutputKind::kMask, OutputKind::kCutout};
  const std::vector<OutputKind> webp = WithCutoutFormat(kinds, CutoutFormat::kWebp);
  EXPECT_EQ(webp, (std::vector{OutputKind::kMask, OutputKind::kCutoutWebp}));
  EXPECT_EQ(WithCutoutFormat(webp, CutoutFormat::kPng), kinds);
  EXPECT_EQ(CutoutMaker({.background = "white", .format = CutoutFormat::kJpeg}).kind(),
            OutputKind::kCutoutJpeg);
}

}  // namespace
}  // namespace gradcut
