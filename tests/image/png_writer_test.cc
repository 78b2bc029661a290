// Files of `EncodePng` and `EncodePngRows`.
#include "image/png_writer.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace gradcut {
namespace {

cv::Mat Noise(cv::Size size, int type) {
  cv::Mat pixels(size, type);
  cv::RNG(7).fill(pixels, cv::RNG::UNIFORM, 0, CV_MAT_DEPTH(type) == CV_16U ? 65536 : 256);
  return pixels;
}

// OpenCV's decoder is libpng's, with its own order of colours.
cv::Mat DecodedByOthers(const std::vector<std::uint8_t>& png) {
  cv::Mat pixels = cv::imdecode(png, cv::IMREAD_UNCHANGED);
  if (pixels.channels() == 3) cv::cvtColor(pixels, pixels, cv::COLOR_BGR2RGB);
  if (pixels.channels() == 4) cv::cvtColor(pixels, pixels, cv::COLOR_BGRA2RGBA);
  return pixels;
}

TEST(PngWriterTest, AnotherDecoderReadsEveryKindOfPixels) {
  for (const int type : {CV_8UC1, CV_8UC3, CV_8UC4, CV_16UC1})
    for (const cv::Size size : {cv::Size(1, 1), cv::Size(1, 300), cv::Size(300, 1),
                                cv::Size(67, 45), cv::Size(1200, 1100)}) {
      const cv::Mat pixels = Noise(size, type);
      const cv::Mat decoded = DecodedByOthers(EncodePng(pixels));
      ASSERT_EQ(decoded.type(), type);
      EXPECT_EQ(cv::norm(decoded, pixels, cv::NORM_INF), 0) << size;
    }
}

// Rows of a part of a larger picture lie apart in memory.
TEST(PngWriterTest, TakesPartsOfPictures) {
  for (const int type : {CV_8UC1, CV_8UC3, CV_8UC4}) {
    const cv::Mat part = Noise({90, 70}, type)(cv::Rect(11, 13, 40, 50));
    EXPECT_EQ(cv::norm(DecodedByOthers(EncodePng(part)), part, cv::NORM_INF), 0);
  }
}

TEST(PngWriterTest, AsksForRowsFromTheTopAFewAtATime) {
  const cv::Mat pixels = Noise({1000, 3000}, CV_8UC4);
  int next = 0;
  const std::vector<std::uint8_t> png =
      EncodePngRows(pixels.size(), pixels.type(), [&](const cv::Range& rows) {
        EXPECT_EQ(rows.start, next);
        EXPECT_LE(rows.size() * 4000, 1 << 20);
        next = rows.end;
        return pixels.rowRange(rows).clone();
      });
  EXPECT_EQ(next, 3000);
  EXPECT_EQ(png, EncodePng(pixels));
}

TEST(PngWriterTest, PassesOnWhatTheRowsThrow) {
  for (const int type : {CV_8UC1, CV_8UC4}) {
    const auto fail = [](const cv::Range&) -> cv::Mat { throw std::out_of_range("rows"); };
    EXPECT_THROW(EncodePngRows({20, 20}, type, fail), std::out_of_range);
    const auto odd = [type](const cv::Range&) { return cv::Mat(1, 1, type); };
    EXPECT_THROW(EncodePngRows({20, 20}, type, odd), std::invalid_argument);
  }
}

// A cut-out is nothing but zeros for the most part.
TEST(PngWriterTest, WhatIsEmptyTakesNoSpace) {
  EXPECT_LT(EncodePng(cv::Mat::zeros(1000, 1000, CV_8UC4)).size(), 40000u);
  EXPECT_LT(EncodePng(cv::Mat::zeros(1000, 1000, CV_8UC1)).size(), 4000u);
}

TEST(PngWriterTest, RefusesOtherMatrices) {
  EXPECT_THROW(EncodePng(cv::Mat()), std::invalid_argument);
  EXPECT_THROW(EncodePng(cv::Mat(2, 2, CV_8UC2)), std::invalid_argument);
  EXPECT_THROW(EncodePng(cv::Mat(2, 2, CV_16UC3)), std::invalid_argument);
  EXPECT_THROW(EncodePng(cv::Mat(2, 2, CV_32FC1)), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
