#include "image/webp_writer.h"

#include "gradcut/core/error.h"
#include "support/error_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

using ::testing::HasSubstr;

// Opaque on the left, half on the right, nothing in the last columns.
cv::Mat Picture(int type) {
  cv::Mat pixels(45, 67, type);
  cv::RNG(7).fill(pixels, cv::RNG::UNIFORM, 0, 256);
  if (type == CV_8UC4)
    pixels.forEach<cv::Vec4b>([](cv::Vec4b& pixel, const int* at) {
      pixel[3] = at[1] < 30 ? 255 : 128;
      if (at[1] > 60) pixel = cv::Vec4b();
    });
  return pixels;
}

TEST(WebpWriterTest, WithoutAQualityNothingIsLost) {
  for (const int type : {CV_8UC3, CV_8UC4}) {
    const cv::Mat picture = Picture(type);
    const auto webp = EncodeWebp(picture, 0);
    EXPECT_EQ(cv::norm(DecodeWithAlpha(webp, "webp"), picture, cv::NORM_INF), 0);
    cv::Mat others = cv::imdecode(webp, cv::IMREAD_UNCHANGED);
    ASSERT_EQ(others.type(), type);
    cv::cvtColor(others, others, type == CV_8UC4 ? cv::COLOR_BGRA2RGBA : cv::COLOR_BGR2RGB);
    EXPECT_EQ(cv::norm(others, picture, cv::NORM_INF), 0);
  }
}

TEST(WebpWriterTest, LowerQualityMakesSmallerFilesAndKeepsAlpha) {
  const cv::Mat picture = Picture(CV_8UC4);
  const auto fine = EncodeWebp(picture, 90), coarse = EncodeWebp(picture, 20);
  EXPECT_LT(coarse.size(), fine.size());
  EXPECT_LT(fine.size(), EncodeWebp(picture, 0).size());
  cv::Mat alpha, expected;
  cv::extractChannel(DecodeWithAlpha(coarse, "webp"), alpha, 3);
  cv::extractChannel(picture, expected, 3);
  EXPECT_EQ(cv::norm(alpha, expected, cv::NORM_INF), 0);
}

TEST(WebpWriterTest, SaysWhatDoesNotFit) {
  EXPECT_THAT(ErrorOf([] { EncodeWebp(cv::Mat::zeros(1, 16384, CV_8UC3), 0); }),
              HasSubstr("WebP cannot hold an image of 16384x1 pixels, at most 16383 a side"));
  EXPECT_THROW(EncodeWebp(cv::Mat::zeros(2, 2, CV_8UC1), 0), std::invalid_argument);
  EXPECT_THROW(EncodeWebp(cv::Mat::zeros(2, 2, CV_8UC3), 101), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
