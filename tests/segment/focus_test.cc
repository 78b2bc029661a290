#include "gradcut/segment/focus.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

TEST(DiffusenessTest, IsTheShareOfTheImageThatTheHeatIsSpreadOver) {
  EXPECT_NEAR(Diffuseness(cv::Mat::ones(4, 8, CV_32FC1)), 1, 1e-12);
  cv::Mat point = cv::Mat::zeros(4, 8, CV_32FC1);
  point.at<float>(2, 3) = 0.5F;
  EXPECT_DOUBLE_EQ(Diffuseness(point), 1.0 / 32);
  point.at<float>(0, 0) = 0.5F;
  EXPECT_NEAR(Diffuseness(point), 2.0 / 32, 1e-12);
}

TEST(DiffusenessTest, MapOfZerosIsDiffuse) {
  EXPECT_EQ(Diffuseness(cv::Mat::zeros(3, 3, CV_32FC1)), 1);
  EXPECT_EQ(Diffuseness(cv::Mat::ones(1, 1, CV_32FC1)), 1);
}

TEST(EnergyInsideTest, IsTheShareOfTheSum) {
  cv::Mat map = cv::Mat::zeros(2, 2, CV_32FC1), mask = cv::Mat::zeros(2, 2, CV_8UC1);
  map.at<float>(0, 0) = 0.25F;
  map.at<float>(1, 1) = 0.75F;
  EXPECT_EQ(EnergyInside(map, mask), 0);
  mask.at<std::uint8_t>(1, 1) = 255;
  EXPECT_DOUBLE_EQ(EnergyInside(map, mask), 0.75);
  EXPECT_DOUBLE_EQ(EnergyInside(map, cv::Mat(2, 2, CV_8UC1, cv::Scalar(255))), 1);
  EXPECT_EQ(EnergyInside(cv::Mat::zeros(2, 2, CV_32FC1), mask), 0);
  EXPECT_THROW(EnergyInside(map, cv::Mat::zeros(3, 2, CV_8UC1)), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
