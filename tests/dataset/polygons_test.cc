#include "gradcut/dataset/polygons.h"

#include "gradcut/core/image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>
#include <sstream>

namespace gradcut {
namespace {

using ::testing::SizeIs;

// As YOLO's tools do: fractions cut off, border included.
cv::Mat Filled(const std::vector<Polygon>& outlines, cv::Size size) {
  cv::Mat mask = cv::Mat::zeros(size, CV_8UC1);
  for (const Polygon& outline : outlines) {
    std::vector<cv::Point> corners;
    for (const cv::Point2f& corner : outline)
      corners.emplace_back(static_cast<int>(corner.x), static_cast<int>(corner.y));
    cv::fillPoly(mask, std::vector{corners}, kMaskForeground);
  }
  return mask;
}

double SignedArea(const Polygon& outline) {
  double area = 0;
  for (std::size_t i = 0; i < outline.size(); ++i) {
    const cv::Point2f a = outline[i], b = outline[(i + 1) % outline.size()];
    area += 0.5 * (a.x * b.y - a.y * b.x);
  }
  return area;
}

TEST(OutlinesTest, ARectangleHasFourCornersThroughItsBorderPixels) {
  cv::Mat mask = cv::Mat::zeros(10, 20, CV_8UC1);
  mask(cv::Rect(4, 2, 6, 5)) = 255;
  const std::vector<Polygon> outlines = Outlines(mask);
  ASSERT_THAT(outlines, SizeIs(1));
  EXPECT_THAT(outlines[0], SizeIs(4));
  EXPECT_EQ(SignedArea(outlines[0]), 5 * 4) << "positive: clockwise with y down";
  EXPECT_EQ(cv::boundingRect(outlines[0]).tl(), cv::Point(4, 2));
}

TEST(OutlinesTest, RegionsWithoutHolesComeBackPixelByPixel) {
  cv::RNG random(7);
  for (int round = 0; round < 300; ++round) {
    const cv::Size size(random.uniform(1, 30), random.uniform(1, 30));
    cv::Mat noise(size, CV_8UC1);
    random.fill(noise, cv::RNG::UNIFORM, 0, 256);
    const cv::Mat mask = noise < random.uniform(0, 120);
    // Holes are filled on the way; a second time there are none.
    const cv::Mat solid = Filled(Outlines(mask), size);
    ASSERT_EQ(cv::countNonZero(mask & ~solid), 0);
    ASSERT_EQ(cv::norm(Filled(Outlines(solid), size), solid, cv::NORM_INF), 0);
  }
}

TEST(OutlinesTest, HolesAreFilledAndNothingElse) {
  cv::Mat mask = cv::Mat::zeros(9, 9, CV_8UC1);
  mask(cv::Rect(1, 1, 7, 7)) = 255;
  cv::Mat solid = mask.clone();
  mask(cv::Rect(3, 3, 2, 2)) = 0;
  EXPECT_EQ(cv::norm(Filled(Outlines(mask), mask.size()), solid, cv::NORM_INF), 0);
}

TEST(OutlinesTest, ThinRegionsStillHaveAnArea) {
  cv::Mat mask = cv::Mat::zeros(5, 9, CV_8UC1);
  mask.at<std::uint8_t>(0, 0) = 255;
  mask(cv::Rect(2, 3, 5, 1)) = 255;
  const std::vector<Polygon> outlines = Outlines(mask);
  ASSERT_THAT(outlines, SizeIs(2));
  for (const Polygon& outline : outlines) EXPECT_GT(SignedArea(outline), 0.2);
  EXPECT_EQ(cv::norm(Filled(outlines, mask.size()), mask, cv::NORM_INF), 0);
}

TEST(YoloSegmentsTest, OneLineARegionOfEachClass) {
  cv::Mat labels = cv::Mat::zeros(10, 20, CV_8UC1);
  labels(cv::Rect(0, 0, 3, 3)) = 15;
  labels(cv::Rect(6, 6, 3, 3)) = 15;
  labels(cv::Rect(10, 0, 5, 5)) = 2;
  labels(cv::Rect(16, 0, 2, 9)) = kVoid;
  std::istringstream text(YoloSegments(labels));
  std::vector<int> classes;
  for (std::string line; std::getline(text, line);) {
    std::istringstream words(line);
    int index = -1;
    words >> index;
    classes.push_back(index);
    int numbers = 0;
    for (double value = 0; words >> value; ++numbers) EXPECT_TRUE(value > 0 && value < 1) << value;
    EXPECT_EQ(numbers, 8);
  }
  EXPECT_THAT(classes, ::testing::ElementsAre(1, 14, 14));
}

TEST(YoloSegmentsTest, CoordinatesAreSharesOfTheImage) {
  cv::Mat labels = cv::Mat::zeros(10, 20, CV_8UC1);
  labels(cv::Rect(4, 2, 6, 5)) = 1;
  EXPECT_EQ(YoloSegments(labels),
            "0 0.475000 0.250000 0.475000 0.650000 0.225000 0.650000 0.225000 0.250000\n");
}

TEST(YoloSegmentsTest, BackgroundAloneIsAnEmptyText) {
  EXPECT_EQ(YoloSegments(cv::Mat::zeros(3, 3, CV_8UC1)), "");
  EXPECT_THROW(YoloSegments(cv::Mat()), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
