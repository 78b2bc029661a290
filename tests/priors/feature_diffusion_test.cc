#include "gradcut/priors/feature_diffusion.h"

#include "support/feature_maps.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

namespace gradcut {
namespace {

constexpr int kRows = 6, kCols = 8;
constexpr double kPersistence = 0.98;

// Two kinds of cells, left and right of the middle, among noise.
FeatureMap TwoKinds() {
  FeatureMap features = RandomFeatures(kRows, kCols, 5, /*seed=*/3);
  features.values *= 0.1;
  for (int cell = 0; cell < kRows * kCols; ++cell)
    features.values.at<float>(cell, cell % kCols < kCols / 2 ? 0 : 1) += 2;
  return features;
}

const cv::Rect kLeft(0, 0, kCols / 2, kRows), kRight(kCols / 2, 0, kCols / 2, kRows);

// One hot column on the left, nothing elsewhere.
cv::Mat OneColumn() {
  cv::Mat map = cv::Mat::zeros(kRows, kCols, CV_32FC1);
  map.col(1).setTo(0.8);
  return map;
}

TEST(DiffuseTest, CellsThatLookLikeTheHotOnesBecomeHotter) {
  const cv::Mat spread = Diffuse(TwoKinds(), OneColumn(), kPersistence);
  double coldest = 0, hottest = 0;
  cv::minMaxLoc(spread(kLeft), &coldest);
  cv::minMaxLoc(spread(kRight), nullptr, &hottest);
  EXPECT_GT(coldest, hottest);
}

TEST(DiffuseTest, MeanAndDeviationAreThoseOfTheMap) {
  // In the middle of the range, so that no value must be held within it.
  cv::Mat map(kRows, kCols, CV_32FC1);
  cv::RNG(7).fill(map, cv::RNG::UNIFORM, 0.4, 0.6);
  const cv::Mat spread = Diffuse(TwoKinds(), map, kPersistence);
  cv::Scalar mean, deviation, map_mean, map_deviation;
  cv::meanStdDev(spread, mean, deviation);
  cv::meanStdDev(map, map_mean, map_deviation);
  EXPECT_NEAR(mean[0], map_mean[0], 1e-5);
  EXPECT_NEAR(deviation[0], map_deviation[0], 1e-5);
}

TEST(DiffuseTest, AWalkThatNeverGoesOnLeavesTheMapAsItIs) {
  EXPECT_LT(Difference(Diffuse(TwoKinds(), OneColumn(), 0), OneColumn()), 1e-5);
}

TEST(DiffuseTest, AConstantMapStays) {
  const cv::Mat map(kRows, kCols, CV_32FC1, cv::Scalar(0.3));
  EXPECT_LT(Difference(Diffuse(TwoKinds(), map, kPersistence), map), 1e-5);
}

TEST(DiffuseTest, WithoutDifferencesBetweenCellsTheOrderStays) {
  FeatureMap features = TwoKinds();
  features.values.setTo(1);
  EXPECT_LT(Difference(Diffuse(features, OneColumn(), 0.5), OneColumn()), 1e-4);
}

TEST(DiffuseTest, MirroredCellsGiveTheMirroredMap) {
  const cv::Mat spread = Diffuse(TwoKinds(), OneColumn(), kPersistence);
  EXPECT_LT(Difference(Mirrored(spread),
                       Diffuse(Mirrored(TwoKinds()), Mirrored(OneColumn()), kPersistence)),
            1e-4);
}

TEST(DiffuseTest, AMapOfOtherSizeBreaksTheContract) {
  EXPECT_THROW(Diffuse(TwoKinds(), OneColumn().colRange(1, kCols), kPersistence),
               std::invalid_argument);
  EXPECT_THROW(Diffuse({}, OneColumn(), kPersistence), std::invalid_argument);
  EXPECT_THROW(Diffuse(TwoKinds(), OneColumn(), /*persistence=*/1), std::invalid_argument);
  EXPECT_THROW(Diffuse(TwoKinds(), OneColumn() * NAN, kPersistence), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
