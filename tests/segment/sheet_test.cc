#include "gradcut/segment/sheet.h"

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

}  // namespace
}  // namespace gradcut
