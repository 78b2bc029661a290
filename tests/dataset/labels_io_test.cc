#include "gradcut/dataset/labels_io.h"

#include "gradcut/storage/file.h"
#include "gradcut/tensor/npy.h"
#include "support/error_of.h"
#include "support/matrix_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>

namespace gradcut {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

const std::filesystem::path kImages = std::filesystem::path(GRADCUT_TEST_DATA) / "images";

class LabelsIoTest : public MatrixFileTest {
 protected:
  const cv::Mat binary_ = (cv::Mat_<std::uint8_t>(2, 3) << 0, 255, 255, 0, 255, 0);
};

TEST_F(LabelsIoTest, HeatMapsAreScaledToOne) {
  const cv::Mat expected = (cv::Mat_<float>(1, 3) << 0, 0.2, 1);
  cv::Mat eight, sixteen, wide;
  expected.convertTo(eight, CV_8U, 255);
  expected.convertTo(sixteen, CV_16U, 65535);
  expected.convertTo(wide, CV_64F);
  for (const cv::Mat& mat : {eight, sixteen}) {
    ASSERT_EQ(ReadHeatMap(WriteOpenCvPng(mat)).type(), CV_32FC1);
    EXPECT_LT(cv::norm(ReadHeatMap(WriteOpenCvPng(mat)), expected, cv::NORM_INF), 1e-6);
    EXPECT_LT(cv::norm(ReadHeatMap(Write(EncodeNpy(mat))), expected, cv::NORM_INF), 1e-6);
  }
  EXPECT_LT(cv::norm(ReadHeatMap(Write(EncodeNpy(expected))), expected, cv::NORM_INF), 1e-9);
  EXPECT_LT(cv::norm(ReadHeatMap(Write(EncodeNpy(wide))), expected, cv::NORM_INF), 1e-6);
}

TEST_F(LabelsIoTest, OneBitHeatMapReachesOne) {
  const cv::Mat heat = ReadHeatMap(WriteOpenCvPng(binary_, {cv::IMWRITE_PNG_BILEVEL, 1}));
  EXPECT_EQ(heat.at<float>(0, 1), 1);
}

// Encoders add them to grey images unasked.
TEST_F(LabelsIoTest, GreyHeatMapsMayHaveAPaletteOrAnOpaqueAlphaChannel) {
  const cv::Mat expected = (cv::Mat_<float>(1, 3) << 0, 0.2, 1);
  Palette greys, reversed;
  for (int i = 0; i < 256; ++i) {
    greys[i] = cv::Vec3b::all(static_cast<std::uint8_t>(i));
    reversed[255 - i] = greys[i];
  }
  const cv::Mat grey = (cv::Mat_<std::uint8_t>(1, 3) << 0, 51, 255), backwards = 255 - grey;
  const auto expect = [&](const std::filesystem::path& path) {
    EXPECT_LT(cv::norm(ReadHeatMap(path), expected, cv::NORM_INF), 1e-6);
  };
  expect(Write(EncodeIndexedPng(grey, greys)));
  expect(Write(EncodeIndexedPng(backwards, reversed)));
  cv::Mat rgba;
  cv::merge(std::vector{grey, grey, grey, cv::Mat(grey.size(), CV_8UC1, cv::Scalar(255))}, rgba);
  expect(Write(EncodePng(rgba)));
  rgba.convertTo(rgba, CV_16U, 257);
  expect(WriteOpenCvPng(rgba));
  rgba.at<cv::Vec4w>(0, 1)[3] = 0;
  EXPECT_THAT(ErrorOf([&] { ReadHeatMap(WriteOpenCvPng(rgba)); }), HasSubstr("transparent pixels"));
}

TEST_F(LabelsIoTest, RoundingBeyondOneIsForgiven) {
  const cv::Mat heat = ReadHeatMap(WriteArray<double>(1, {-1e-7, 1.0000001}));
  EXPECT_EQ(heat.at<float>(0, 0), 0);
  EXPECT_EQ(heat.at<float>(0, 1), 1);
}

TEST_F(LabelsIoTest, WhatIsNoHeatMapIsRefused) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(ErrorOf([&] { ReadHeatMap(WriteArray<float>(1, {0, nan})); }), HasSubstr("(NaN)"));
  EXPECT_THAT(ErrorOf([&] {
                ReadHeatMap(WriteArray<double>(1, {-1, 2.5}));
              }),
              EndsWith(": has values in [-1, 2.5], expected a heat map in [0, 1]"));
  EXPECT_THAT(ErrorOf([&] {
                ReadHeatMap(WriteArray<int>(1, {0, 1}));
              }),
              HasSubstr("has int32 elements"));
  EXPECT_THAT(ErrorOf([] { ReadHeatMap(kImages / "plain.jpg"); }), HasSubstr("is a colour image"));
  EXPECT_THAT(ErrorOf([] { ReadHeatMap(kImages / "palette.png"); }),
              HasSubstr("expected grey values"));
}

}  // namespace
}  // namespace gradcut
