#include "gradcut/render/matte.h"

#include "gradcut/core/image.h"
#include "gradcut/render/cutout.h"
#include "gradcut/render/foreground.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

// Stripes of two similar colours: what lies on one line of colours.
cv::Mat Texture(cv::Size size, const cv::Vec3d& colour, double contrast, double period) {
  cv::Mat texture(size, CV_8UC3);
  for (int row = 0; row < size.height; ++row)
    for (int col = 0; col < size.width; ++col) {
      const double wave = 1 + contrast * std::sin((row + 2 * col) / period);
      const cv::Vec3d here = colour * wave;
      texture.at<cv::Vec3b>(row, col) = here;
    }
  return texture;
}

// A photo of known alpha.
struct Composite {
  cv::Mat front, back, alpha, image;

  explicit Composite(const cv::Mat& share)
      : front(Texture(share.size(), {190, 110, 60}, 0.15, 9)),
        back(Texture(share.size(), {40, 90, 140}, 0.15, 13)),
        alpha(share),
        image(share.size(), CV_8UC3) {
    for (int row = 0; row < image.rows; ++row)
      for (int col = 0; col < image.cols; ++col) {
        const float part = alpha.at<float>(row, col);
        image.at<cv::Vec3b>(row, col) = cv::Vec3f(front.at<cv::Vec3b>(row, col)) * part +
                                        cv::Vec3f(back.at<cv::Vec3b>(row, col)) * (1 - part);
      }
  }
};

cv::Mat Map(cv::Size size, const std::function<double(int row, int col)>& value) {
  cv::Mat map(size, CV_32FC1);
  for (int row = 0; row < size.height; ++row)
    for (int col = 0; col < size.width; ++col)
      map.at<float>(row, col) = static_cast<float>(std::clamp(value(row, col), 0.0, 1.0));
  return map;
}

// A disc whose edge is `blur` pixels wide.
cv::Mat Disc(int side, double radius, double blur) {
  return Map({side, side}, [=](int row, int col) {
    return 0.5 + (radius - std::hypot(row - side / 2, col - side / 2)) / blur;
  });
}

// A half plane with strands of a pixel or two, which stand out from it.
cv::Mat Hair(int side) {
  return Map({side, side}, [=](int row, int col) {
    const double strand = 1.2 - std::abs(std::fmod(row + 0.15 * col, 11) - 5);
    return col < side / 2 ? 1.0 : col < side * 3 / 4 ? strand : 0.0;
  });
}

double MeanError(const cv::Mat& found, const cv::Mat& truth, const cv::Mat& where) {
  cv::Mat difference;
  cv::absdiff(found, truth, difference);
  const cv::Scalar mean = cv::mean(difference, where);
  return (mean[0] + mean[1] + mean[2]) / found.channels();
}

cv::Mat TrimapOf(const cv::Mat& alpha, int band_px) {
  cv::Mat trimap;
  cv::dilate((alpha > 0) & (alpha < 1), trimap, {}, {-1, -1}, band_px);
  cv::Mat result(alpha.size(), CV_8UC1, cv::Scalar(0));
  result.setTo(kMaskForeground, alpha >= 1);
  result.setTo(kTrimapUnknown, trimap);
  return result;
}

TEST(EstimateAlphaTest, SoftDiscAndHairAreFound) {
  for (const cv::Mat& truth : {Disc(120, 35, 12), Hair(120)}) {
    const Composite photo(truth);
    const cv::Mat trimap = TrimapOf(truth, 3);
    const cv::Mat alpha = EstimateAlpha(photo.image, trimap);
    ASSERT_EQ(alpha.type(), CV_32FC1);
    EXPECT_TRUE(cv::checkRange(alpha, true, nullptr, 0, 1 + 1e-6));
    EXPECT_LT(MeanError(alpha, truth, trimap == kTrimapUnknown), 0.03);
  }
}

TEST(EstimateAlphaTest, ManyUnknownPixelsAreFoundFromCoarseToFine) {
  const cv::Mat truth = Disc(900, 300, 30);
  const Composite photo(truth);
  const cv::Mat trimap = TrimapOf(truth, 20);
  ASSERT_GT(cv::countNonZero(trimap == kTrimapUnknown), 100'000);
  const cv::Mat alpha = EstimateAlpha(photo.image, trimap);
  EXPECT_LT(MeanError(alpha, truth, trimap == kTrimapUnknown), 0.03);
}

TEST(EstimateAlphaTest, KnownPixelsStay) {
  const cv::Mat truth = Disc(120, 35, 12);
  const cv::Mat trimap = TrimapOf(truth, 3);
  const cv::Mat alpha = EstimateAlpha(Composite(truth).image, trimap);
  EXPECT_EQ(cv::countNonZero((alpha != 1) & (trimap == kMaskForeground)), 0);
  EXPECT_EQ(cv::countNonZero((alpha != 0) & (trimap == kMaskBackground)), 0);
}

TEST(EstimateAlphaTest, TheSamePhotoGivesTheSameAlpha) {
  const cv::Mat truth = Disc(500, 170, 40);
  const Composite photo(truth);
  const cv::Mat trimap = TrimapOf(truth, 20), first = EstimateAlpha(photo.image, trimap);
  EXPECT_EQ(cv::norm(EstimateAlpha(photo.image, trimap), first, cv::NORM_INF), 0);
}

TEST(EstimateAlphaTest, WhatIsMissingIsMadeUpFor) {
  const cv::Mat image = Texture({20, 20}, {100, 100, 100}, 0.5, 3);
  const auto all = [&](int known) {
    cv::Mat trimap(20, 20, CV_8UC1, cv::Scalar(kTrimapUnknown));
    trimap.col(3).setTo(known);
    return EstimateAlpha(image, trimap);
  };
  EXPECT_EQ(cv::countNonZero(all(kMaskForeground) != 1), 0) << "no background";
  EXPECT_EQ(cv::countNonZero(all(kMaskBackground)), 0) << "no object";
  EXPECT_EQ(cv::countNonZero(all(kTrimapUnknown)), 0) << "nothing known";
  const cv::Mat known = EstimateAlpha(image, cv::Mat(20, 20, CV_8UC1, cv::Scalar(255)));
  EXPECT_EQ(cv::countNonZero(known != 1), 0) << "nothing unknown";
}

// A constant photo has alpha between the sides, of whatever size it is.
TEST(EstimateAlphaTest, SmallAndConstantPhotosHaveAnAlpha) {
  for (const cv::Size size : {cv::Size(1, 1), {1, 7}, {7, 1}, {2, 2}, {3, 3}, {2, 40}, {40, 40}})
    for (const int value : {0, 90, 255}) {
      const cv::Mat image(size, CV_8UC3, cv::Scalar::all(value));
      cv::Mat trimap(size, CV_8UC1, cv::Scalar(kTrimapUnknown));
      trimap.at<std::uint8_t>(0, 0) = kMaskForeground;
      trimap.at<std::uint8_t>(size.height - 1, size.width - 1) = kMaskBackground;
      const cv::Mat alpha = EstimateAlpha(image, trimap);
      EXPECT_EQ(alpha.size(), size);
      EXPECT_TRUE(cv::checkRange(alpha, true, nullptr, 0, 1 + 1e-6)) << size << value;
      EXPECT_EQ(EstimateForeground(image, alpha).size(), size);
    }
}

TEST(EstimateAlphaTest, WrongTypesAndSizesAreNamed) {
  const cv::Mat image(5, 5, CV_8UC3), trimap(5, 5, CV_8UC1);
  EXPECT_THROW(EstimateAlpha({}, trimap), std::invalid_argument);
  EXPECT_THROW(EstimateAlpha(image, image), std::invalid_argument);
  EXPECT_THROW(EstimateAlpha(image, trimap.rowRange(0, 4)), std::invalid_argument);
  EXPECT_THROW(EstimateForeground(image, trimap), std::invalid_argument);
  EXPECT_THROW(TrimapAround(trimap, 0), std::invalid_argument);
}

TEST(TrimapAroundTest, ABandOnBothSidesIsUnknown) {
  cv::Mat mask(60, 1300, CV_8UC1, cv::Scalar(0));
  mask.colRange(0, 30).setTo(255);
  mask = mask.t();
  const cv::Mat trimap = TrimapAround(mask, 5);
  for (int row = 0; row < 1300; ++row)
    EXPECT_EQ(trimap.at<std::uint8_t>(row, 30), row < 25   ? kMaskForeground
                                                : row < 35 ? kTrimapUnknown
                                                           : kMaskBackground)
        << row;
}

TEST(TrimapAroundTest, NothingThinVanishes) {
  cv::Mat mask(100, 100, CV_8UC1, cv::Scalar(0));
  mask(cv::Rect(20, 20, 60, 4)).setTo(255);
  mask(cv::Rect(50, 60, 1, 1)).setTo(255);
  const cv::Mat trimap = TrimapAround(mask, 8);
  EXPECT_GT(cv::countNonZero(trimap.rowRange(0, 40) == kMaskForeground), 60);
  EXPECT_EQ(trimap.at<std::uint8_t>(60, 50), kMaskForeground);
}

TEST(EstimateForegroundTest, NoBackgroundShinesThrough) {
  for (const cv::Mat& truth : {Disc(120, 35, 12), Hair(120), Disc(1200, 400, 20)}) {
    const Composite photo(truth);
    const cv::Mat colours = EstimateForeground(photo.image, truth);
    const cv::Mat soft = (truth > 0.1) & (truth < 1);
    EXPECT_LT(MeanError(colours, photo.front, soft), 12);
    EXPECT_GT(MeanError(photo.image, photo.front, soft), 35) << "the photo's own colours";
  }
}

TEST(EstimateForegroundTest, CertainPixelsKeepTheirColours) {
  const cv::Mat truth = Disc(120, 35, 12);
  const Composite photo(truth);
  cv::Mat colours = EstimateForeground(photo.image, truth);
  photo.image.copyTo(colours, (truth > 0) & (truth < 1));
  EXPECT_EQ(cv::norm(colours, photo.image, cv::NORM_INF), 0);
}

// The cut-out of a photo before the colour of its own background's opposite has no halo.
TEST(MatteTest, CutoutsHaveTheObjectsColoursAndItsAlpha) {
  const cv::Mat truth = Disc(200, 60, 8);
  const Composite photo(truth);
  const cv::Mat mask = truth >= 0.5;
  const cv::Mat cutout = Cutout(photo.image, mask, {.feather = 8, .matte = true});
  std::vector<cv::Mat> planes;
  cv::split(cutout, planes);
  cv::Mat alpha, colours;
  planes[3].convertTo(alpha, CV_32FC1, 1.0 / 255);
  EXPECT_LT(cv::norm(alpha, truth, cv::NORM_L1) / cv::countNonZero((truth > 0) & (truth < 1)), 0.1);
  cv::cvtColor(cutout, colours, cv::COLOR_RGBA2RGB);
  EXPECT_LT(MeanError(colours, photo.front, alpha > 0.3), 8);
}

TEST(MatteTest, ThePhotosOwnAlphaCountsToo) {
  const cv::Mat truth = Disc(100, 30, 6);
  cv::Mat photo;
  cv::cvtColor(Composite(truth).image, photo, cv::COLOR_RGB2RGBA);
  photo.at<cv::Vec4b>(50, 50)[3] = 51;
  const cv::Mat cutout = Cutout(photo, truth >= 0.5, {.matte = true});
  EXPECT_EQ(cutout.at<cv::Vec4b>(50, 50)[3], 51);
  EXPECT_EQ(cutout.at<cv::Vec4b>(45, 50)[3], 255);
  EXPECT_EQ(cutout.at<cv::Vec4b>(0, 0), cv::Vec4b(0, 0, 0, 0));
}

}  // namespace
}  // namespace gradcut
