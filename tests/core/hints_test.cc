#include "gradcut/core/hints.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/core.hpp>

namespace gradcut {
namespace {

using ::testing::HasSubstr;

constexpr int kWidth = 40;
constexpr int kHeight = 30;
const cv::Size kSize(kWidth, kHeight);

std::string ErrorOf(const Hints& hints) {
  try {
    CheckedHints(hints, kSize);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(CheckedHintsTest, CutsOffWhatIsOutsideTheImage) {
  const Hints hints = CheckedHints({.boxes = {{.id = 3, .box = {-5, 10, 20, 30}}}}, kSize);
  EXPECT_EQ(hints.boxes[0].box, cv::Rect2d(0, 10, 15, 20));
}

TEST(CheckedHintsTest, NamesWhatCannotBeMeant) {
  EXPECT_THAT(ErrorOf({.boxes = {{.id = 3, .box = {5, 5, 0, 10}}}}), HasSubstr("box 3"));
  EXPECT_THAT(ErrorOf({.boxes = {{.id = 3, .box = {40, 5, 10, 10}}}}), HasSubstr("outside"));
  EXPECT_THAT(ErrorOf({.boxes = {{.id = 3, .box = {0, 0, 9, 9}}, {.id = 3, .box = {9, 9, 9, 9}}}}),
              HasSubstr("two boxes have the id 3"));
  EXPECT_THAT(ErrorOf({.strokes = {{.points = {}}}}), HasSubstr("no points"));
  EXPECT_THAT(ErrorOf({.strokes = {{.points = {{41, 5}}}}}), HasSubstr("outside the 40x30 image"));
  EXPECT_THAT(ErrorOf({.strokes = {{.points = {{4, 5}}, .radius = -1}}}),
              HasSubstr("radius is -1"));
  EXPECT_THAT(ErrorOf({.strokes = {{.points = {{4, 5}}, .box = 7}}}), HasSubstr("box 7"));
  EXPECT_THAT(ErrorOf({.strokes = {{.points = {{4, 5}}, .class_name = "cat"},
                                   {.points = {{4.5, 5.5}}, .class_name = "dog"}}}),
              HasSubstr("two classes, cat and dog"));
  EXPECT_THAT(ErrorOf({.boxes = {{.box = {10, 10, 5, 5}}}, .strokes = {{.points = {{4, 5}}}}}),
              HasSubstr("outside every box"));
  EXPECT_THAT(ErrorOf({.trimap = cv::Mat::zeros(3, 3, CV_8UC1)}), HasSubstr("3x3 pixels"));
}

TEST(CheckedHintsTest, AnObjectsStrokeCrossesItsBox) {
  const auto error = [](std::vector<cv::Point2d> points, cv::Rect2d box) {
    return ErrorOf({.boxes = {{.id = 1, .box = box}}, .strokes = {{.points = std::move(points)}}});
  };
  const cv::Rect2d box(10, 10, 5, 5);
  EXPECT_EQ(error({{4, 12}, {30, 12}}, box), "");
  EXPECT_EQ(error({{4, 4}, {12, 30}, {30, 4}, {12, 12}}, box), "");
  EXPECT_THAT(error({{4, 4}, {30, 4}}, box), HasSubstr("outside every box"));
  EXPECT_THAT(error({{4, 12}, {12, 4}}, box), HasSubstr("outside every box"));
  EXPECT_THAT(error({{15, 4}, {15, 30}}, box), HasSubstr("outside every box"));
  EXPECT_EQ(error({{kWidth, kHeight}}, {0, 0, kWidth, kHeight}), "");
}

TEST(CheckedHintsTest, BackgroundMayLieOutsideBoxes) {
  EXPECT_EQ(ErrorOf({.boxes = {{.box = {10, 10, 5, 5}}},
                     .strokes = {{.points = {{4, 5}}, .object = false}}}),
            "");
}

TEST(DrawnHintsTest, AThinStrokeIsThePixelsOfItsPointsAndWhatIsBetween) {
  const cv::Mat trimap = DrawnHints({.strokes = {{.points = {{5.5, 7.5}, {9.5, 7.5}}}}}, kSize);
  EXPECT_EQ(cv::countNonZero(trimap == kMaskForeground), 5);
  EXPECT_EQ(cv::countNonZero(trimap.row(7).colRange(5, 10) == kMaskForeground), 5);
}

TEST(DrawnHintsTest, ARadiusMakesADisc) {
  const cv::Mat trimap = DrawnHints({.strokes = {{.points = {{20.5, 15.5}}, .radius = 4}}}, kSize);
  EXPECT_NEAR(cv::countNonZero(trimap == kMaskForeground), CV_PI * 16, 18);
  EXPECT_EQ(trimap.at<std::uint8_t>(15, 24), kMaskForeground);
  EXPECT_EQ(trimap.at<std::uint8_t>(15, 26), kTrimapUnknown);
}

TEST(DrawnHintsTest, PointsOnTheFarEdgeBelongToTheLastPixel) {
  const cv::Mat trimap = DrawnHints({.strokes = {{.points = {{kWidth, kHeight}}}}}, kSize);
  EXPECT_EQ(trimap.at<std::uint8_t>(kHeight - 1, kWidth - 1), kMaskForeground);
}

TEST(DrawnHintsTest, LaterStrokesCountMoreAndTheTrimapLeast) {
  const Hints hints = {
      .strokes = {{.points = {{5, 5}}, .radius = 3}, {.points = {{5, 5}}, .object = false}},
      .trimap = cv::Mat(kSize, CV_8UC1, cv::Scalar(kMaskBackground))};
  const cv::Mat trimap = DrawnHints(hints, kSize);
  EXPECT_EQ(trimap.at<std::uint8_t>(5, 5), kMaskBackground);
  EXPECT_EQ(trimap.at<std::uint8_t>(5, 7), kMaskForeground);
  EXPECT_EQ(trimap.at<std::uint8_t>(20, 20), kMaskBackground);
}

TEST(DrawnHintsTest, StrokesOfAnotherBoxAreLeftOut) {
  const Hints hints = {.strokes = {{.points = {{5, 5}}, .box = 1}, {.points = {{9, 9}}}}};
  const cv::Mat trimap = DrawnHints(hints, kSize, 2);
  EXPECT_EQ(trimap.at<std::uint8_t>(5, 5), kTrimapUnknown);
  EXPECT_EQ(trimap.at<std::uint8_t>(9, 9), kMaskForeground);
  EXPECT_EQ(DrawnHints(hints, kSize, 1).at<std::uint8_t>(5, 5), kMaskForeground);
}

}  // namespace
}  // namespace gradcut
