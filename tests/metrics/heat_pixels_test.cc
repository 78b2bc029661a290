#include "gradcut/metrics/heat_pixels.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"

#include <gtest/gtest.h>

#include <limits>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

cv::Mat Truth() {
  cv::Mat truth = cv::Mat::zeros(60, 80, CV_8U);
  truth(cv::Rect(10, 10, 20, 30)).setTo(7);
  return truth;
}

cv::Mat RandomHeat() {
  cv::Mat heat(60, 80, CV_8U);
  cv::RNG(7).fill(heat, cv::RNG::UNIFORM, 0, 256);
  return heat;
}

double Smallest(const cv::Mat& mat) {
  double low = 0;
  cv::minMaxLoc(mat, &low);
  return low;
}

TEST(HeatPixelsTest, EveryNumberTypeIsStretchedToBothEnds) {
  for (const int type : {CV_8U, CV_32F, CV_64F}) {
    cv::Mat heat;
    RandomHeat().convertTo(heat, type, 0.5, 7);
    const HeatPixels pixels(heat, Truth());
    EXPECT_EQ(Smallest(pixels.heat()), 0) << cv::typeToString(type);
    EXPECT_EQ(Smallest(-pixels.heat()), -1) << cv::typeToString(type);
  }
}

TEST(HeatPixelsTest, EightBitsOverTheFullRangeKeepTheirLevels) {
  cv::Mat heat(60, 80, CV_8U);
  for (int i = 0; i < 60 * 80; ++i) heat.data[i] = static_cast<std::uint8_t>(i);
  EXPECT_EQ(cv::countNonZero(HeatPixels(heat, Truth()).levels() != heat), 0);
}

TEST(HeatPixelsTest, ConstantMapStaysAsItIs) {
  const HeatPixels pixels(cv::Mat(60, 80, CV_32F, cv::Scalar(0.25)), Truth());
  EXPECT_EQ(cv::countNonZero(pixels.heat() != 0.25), 0);
  EXPECT_EQ(pixels.mean(), 0.25);
}

TEST(HeatPixelsTest, CountsLeaveVoidOut) {
  cv::Mat truth = Truth();
  truth.row(10).setTo(kVoid);
  const HeatPixels pixels(RandomHeat(), truth);
  EXPECT_EQ(pixels.object(), 20 * 29);
  EXPECT_EQ(pixels.scored(), 80 * 59);
}

TEST(HeatPixelsTest, ValueThatIsNotFiniteIsAnError) {
  for (const float value :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    cv::Mat heat = cv::Mat::zeros(60, 80, CV_32F);
    heat.at<float>(3, 4) = value;
    EXPECT_THROW(HeatPixels(heat, Truth()), Error);
  }
}

TEST(HeatPixelsTest, BrokenContractsAreRefused) {
  EXPECT_THROW(HeatPixels(cv::Mat::zeros(60, 80, CV_8UC3), Truth()), std::invalid_argument);
  EXPECT_THROW(HeatPixels(cv::Mat::zeros(80, 60, CV_8U), Truth()), std::invalid_argument);
  EXPECT_THROW(HeatPixels(RandomHeat(), Truth() | kVoid), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
