#include "gradcut/render/soft_edge.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

// An object of brightness 200 before one of 50; the mask's edge is two pixels off.
TEST(SoftEdgeTest, FollowsTheImagesEdge) {
  cv::Mat image(40, 60, CV_8UC3, cv::Scalar::all(50)), mask = cv::Mat::zeros(40, 60, CV_8UC1);
  image.colRange(0, 30).setTo(cv::Scalar::all(200));
  mask.colRange(0, 28).setTo(255);
  const cv::Mat alpha = SoftEdge(image, mask, 4);
  EXPECT_EQ(alpha.type(), CV_8UC1);
  // The steepest step is where the image has its edge, not where the mask has.
  const auto step = [&](int col) {
    return alpha.at<std::uint8_t>(20, col - 1) - alpha.at<std::uint8_t>(20, col);
  };
  for (int col = 1; col < 60; ++col) {
    if (col != 30) {
      EXPECT_GT(step(30), 2 * step(col)) << col;
    }
  }
  EXPECT_EQ(alpha.at<std::uint8_t>(20, 10), 255);
  EXPECT_EQ(alpha.at<std::uint8_t>(20, 50), 0);
}

TEST(SoftEdgeTest, WithoutContrastItIsARamp) {
  const cv::Mat image(40, 60, CV_8UC3, cv::Scalar::all(90));
  cv::Mat mask = cv::Mat::zeros(40, 60, CV_8UC1);
  mask.colRange(0, 30).setTo(255);
  const cv::Mat alpha = SoftEdge(image, mask, 4);
  for (int col = 1; col < 60; ++col)
    EXPECT_LE(alpha.at<std::uint8_t>(20, col), alpha.at<std::uint8_t>(20, col - 1));
  EXPECT_NEAR(alpha.at<std::uint8_t>(20, 29), 128, 26);
}

// A disc before noise, in a photo of several tiles.
struct Scene {
  explicit Scene(cv::Size size) : photo(size, CV_8UC3), mask(cv::Mat::zeros(size, CV_8UC1)) {
    cv::RNG(3).fill(photo, cv::RNG::UNIFORM, 0, 90);
    const cv::Point centre(size.width / 2, size.height / 2);
    cv::circle(photo, centre, size.height / 3, cv::Scalar(200, 180, 160), cv::FILLED);
    cv::circle(mask, centre, size.height / 3 + 3, cv::Scalar(255), cv::FILLED);
  }
  cv::Mat photo, mask;
};

// What a tile's pixels are does not depend on where tiles end: a part of the photo of more than two
// windows around a place has the same alpha there.
TEST(SoftEdgeTest, TilesLeaveNoSeams) {
  const Scene scene({1400, 1100});
  for (const int radius : {3, 10, 15}) {
    const cv::Mat whole = SoftEdge(scene.photo, scene.mask, radius);
    for (const cv::Point corner : {cv::Point(512, 512), cv::Point(1024, 512)}) {
      const cv::Rect inner(corner.x - 20, corner.y - 200, 40, 400);
      const cv::Rect outer(inner.x - 3 * radius, inner.y - 3 * radius, inner.width + 6 * radius,
                           inner.height + 6 * radius);
      const cv::Mat part = SoftEdge(scene.photo(outer), scene.mask(outer), radius);
      EXPECT_LE(cv::norm(part(inner - outer.tl()), whole(inner), cv::NORM_INF), 1) << radius;
    }
  }
}

// From 32 pixels on, lines are fitted on a smaller copy.
TEST(SoftEdgeTest, LargeRadiiAreCloseToTheExactFilter) {
  const Scene scene({700, 600});
  cv::Mat grey, guide, p;
  cv::cvtColor(scene.photo, grey, cv::COLOR_RGB2GRAY);
  grey.convertTo(guide, CV_32F, 1.0 / 255);
  scene.mask.convertTo(p, CV_32F, 1.0 / 255);
  constexpr int kRadius = 48;
  const auto mean = [](const cv::Mat& map) {
    cv::Mat result;
    cv::blur(map, result, {2 * kRadius + 1, 2 * kRadius + 1}, {-1, -1}, cv::BORDER_REFLECT);
    return result;
  };
  const cv::Mat a = (mean(guide.mul(p)) - mean(guide).mul(mean(p))) /
                    (mean(guide.mul(guide)) - mean(guide).mul(mean(guide)) + 1e-4);
  const cv::Mat b = mean(p) - a.mul(mean(guide));
  cv::Mat exact, difference;
  cv::Mat(mean(a).mul(guide) + mean(b)).convertTo(exact, CV_8U, 255);
  cv::absdiff(SoftEdge(scene.photo, scene.mask, kRadius), exact, difference);
  EXPECT_LT(cv::mean(difference)[0], 3);
  // Every size has its last tile, and its last row of larger pixels.
  for (const cv::Size size :
       {cv::Size(1, 1), cv::Size(3, 700), cv::Size(701, 5), cv::Size(517, 599)})
    EXPECT_EQ(SoftEdge(cv::Mat::zeros(size, CV_8UC3), cv::Mat::ones(size, CV_8UC1), kRadius).size(),
              size);
}

TEST(SoftEdgeTest, GreysOfAMaskCountAndPhotosMayHaveAlpha) {
  const cv::Mat photo(40, 60, CV_8UC4, cv::Scalar(90, 90, 90, 10));
  cv::Mat mask(40, 60, CV_8UC1, cv::Scalar(100));
  EXPECT_EQ(cv::norm(SoftEdge(photo, mask, 3), mask, cv::NORM_INF), 0);
  mask.colRange(0, 30) = 200;
  EXPECT_NEAR(SoftEdge(photo, mask, 3).at<std::uint8_t>(20, 30), 150, 20);
}

}  // namespace
}  // namespace gradcut
