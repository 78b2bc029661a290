#include "gradcut/render/sheet.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

namespace gradcut {
namespace {

cv::Mat Plain(cv::Size size, const cv::Scalar& colour) { return {size, CV_8UC3, colour}; }

TEST(SheetTest, PutsPicturesOfOneWidthInRows) {
  const cv::Scalar red(255, 0, 0), blue(0, 0, 255);
  const Panel panels[] = {{Plain({64, 48}, red), {"a"}},
                          {Plain({640, 480}, blue), {"b", "c"}},
                          {Plain({64, 48}, blue), {}}};
  const cv::Mat one = Sheet({panels, 1}, 1), all = Sheet(panels, 2);
  EXPECT_EQ(all.type(), CV_8UC3);
  EXPECT_EQ(all.cols, 2 * one.cols);
  EXPECT_EQ(all.rows % 2, 0);
  const cv::Vec3b left = all.at<cv::Vec3b>(all.rows / 5, all.cols / 4);
  const cv::Vec3b right = all.at<cv::Vec3b>(all.rows / 5, 3 * all.cols / 4);
  EXPECT_EQ(left, cv::Vec3b(255, 0, 0));
  EXPECT_EQ(right, cv::Vec3b(0, 0, 255));
  // The last place is empty.
  EXPECT_EQ(all.at<cv::Vec3b>(3 * all.rows / 5 + 40, 3 * all.cols / 4), cv::Vec3b::all(255));
}

TEST(SheetTest, CaptionsAreBelowAndMayHoldAnything) {
  const cv::Mat image = Plain({32, 32}, cv::Scalar::all(200));
  const Panel with[] = {{image, {"caf\u00e9 (3 %)"}}};
  const Panel without[] = {{image, {}}};
  const cv::Mat sheet = Sheet(with, 1), bare = Sheet(without, 1);
  ASSERT_GT(sheet.rows, bare.rows);
  cv::Mat below = sheet.rowRange(bare.rows - 4, sheet.rows).reshape(1);
  EXPECT_GT(cv::countNonZero(below < 128), 20);
}

TEST(SheetTest, LongCaptionsAreBrokenRatherThanClipped) {
  const cv::Mat image = Plain({32, 32}, cv::Scalar::all(200));
  const std::string words = "spread over 100 %, 100 % in the mask, 100 % in the truth";
  const Panel broken[] = {{image, {words}}}, whole[] = {{image, {words.substr(0, 30)}}},
              endless[] = {{image, {std::string(200, 'm')}}};
  const auto lines = [&](std::span<const Panel> panels) {
    return (Sheet(panels, 1).rows - Sheet(whole, 1).rows) / 18 + 1;
  };
  EXPECT_EQ(lines(broken), 2);
  EXPECT_GT(lines(endless), 4);
  // Nothing is drawn into the right margin.
  const cv::Mat sheet = Sheet(endless, 1);
  EXPECT_EQ(cv::countNonZero(sheet.colRange(sheet.cols - 4, sheet.cols).clone().reshape(1) < 128),
            0);
}

TEST(SheetTest, PhotosOfAnyShapeStayWithinBounds) {
  for (const cv::Size size : {cv::Size(1, 20000), cv::Size(20000, 1), cv::Size(1, 1)}) {
    const Panel panels[] = {{Plain(size, cv::Scalar::all(9)), {"a"}}};
    const cv::Mat sheet = Sheet(panels, 1);
    EXPECT_LE(sheet.rows, 1400) << size;
    EXPECT_LE(sheet.cols, 340) << size;
  }
}

}  // namespace
}  // namespace gradcut
