#include "gradcut/priors/feature_model.h"

#include "support/feature_maps.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <opencv2/core.hpp>
#include <vector>

namespace gradcut {
namespace {

constexpr int kRows = 8, kCols = 10;
constexpr double kStrength = 1, kNoBorder = 0;
const cv::Rect kObject(3, 2, 4, 4);

// Cells of an object that differ from the others by one channel, among noise.
FeatureMap ObjectFeatures(int channels = 6) {
  FeatureMap features = RandomFeatures(kRows, kCols, channels, /*seed=*/5);
  features.values *= 0.1;
  for (int row = kObject.y; row < kObject.br().y; ++row)
    for (int col = kObject.x; col < kObject.br().x; ++col)
      features.values.at<float>(row * kCols + col, 1) += 2;
  return features;
}

// Hot in the left half of the object, undecided in its right half.
cv::Mat HalfTheObject() {
  cv::Mat saliency(kRows, kCols, CV_32FC1, cv::Scalar(0.1));
  saliency(kObject).setTo(0.45);
  saliency(cv::Rect(kObject.tl(), cv::Size(kObject.width / 2, kObject.height))).setTo(0.9);
  return saliency;
}

double Least(const cv::Mat& map) {
  double least = 0;
  cv::minMaxLoc(map, &least);
  return least;
}

double Greatest(const cv::Mat& map) { return -Least(-map); }

TEST(FeatureProbabilityTest, CellsLikeTheSalientOnesAreObject) {
  const cv::Mat p = FeatureProbability(ObjectFeatures(), HalfTheObject(), kStrength, kNoBorder);
  cv::Mat others = p.clone();
  others(kObject).setTo(0);
  EXPECT_GT(Least(p(kObject)), 0.5);
  EXPECT_LT(Greatest(others), 0.2);
}

TEST(FeatureProbabilityTest, ProbabilityOfEachCell) {
  const cv::Mat p = FeatureProbability(ObjectFeatures(), HalfTheObject(), kStrength, kNoBorder);
  EXPECT_EQ(p.type(), CV_32FC1);
  EXPECT_EQ(p.size(), cv::Size(kCols, kRows));
  EXPECT_GT(Least(p), 0);
  EXPECT_LT(Greatest(p), 1);
}

TEST(FeatureProbabilityTest, FeaturesThatSayNothingGiveTheSameForEveryCell) {
  const FeatureMap constant = {kRows, kCols, cv::Mat(kRows * kCols, 4, CV_32FC1, cv::Scalar(3))};
  const cv::Mat p = FeatureProbability(constant, HalfTheObject(), kStrength, kNoBorder);
  EXPECT_TRUE(cv::checkRange(p));
  EXPECT_EQ(Least(p), Greatest(p));
}

TEST(FeatureProbabilityTest, SaliencyThatSaysNothingGivesFiniteValues) {
  for (const double value : {0.0, 0.5, 1.0}) {
    const cv::Mat constant(kRows, kCols, CV_32FC1, cv::Scalar(value));
    for (const double border : {0.0, 0.3}) {
      const cv::Mat p = FeatureProbability(ObjectFeatures(), constant, kStrength, border);
      EXPECT_TRUE(cv::checkRange(p, true, nullptr, 0, 1 + 1e-6)) << value << " " << border;
    }
  }
}

TEST(FeatureProbabilityTest, OneCellIsEnough) {
  const cv::Mat p = FeatureProbability(RandomFeatures(1, 1, 3, 1),
                                       cv::Mat(1, 1, CV_32FC1, cv::Scalar(1)), kStrength, 0.3);
  EXPECT_TRUE(cv::checkRange(p));
}

TEST(FeatureProbabilityTest, WhatTouchesTheEdgeIsBackgroundTheMoreTheBorderCounts) {
  FeatureMap features = ObjectFeatures();
  cv::Mat saliency = HalfTheObject();
  features.values.rowRange(0, 3 * kCols).col(1) += 2;  // A hot bar along the upper edge.
  saliency.rowRange(0, 2).setTo(0.9);
  double before = 1;
  for (const double border : {0.0, 1.0, 10.0}) {
    const cv::Mat p = FeatureProbability(features, saliency, kStrength, border);
    const double bar = cv::mean(p.row(0))[0];
    EXPECT_LT(bar, before) << border;
    before = bar;
  }
}

TEST(FeatureProbabilityTest, StrongerPenaltyTellsCellsApartLess) {
  double before = 1;
  for (const double strength : {0.1, 10.0, 1000.0}) {
    const cv::Mat p = FeatureProbability(ObjectFeatures(), HalfTheObject(), strength, kNoBorder);
    const double range = Greatest(p) - Least(p);
    EXPECT_LT(range, before) << strength;
    before = range;
  }
}

TEST(FeatureProbabilityTest, MirroredImageGivesTheMirroredMap) {
  const cv::Mat p = FeatureProbability(ObjectFeatures(), HalfTheObject(), kStrength, 0.3);
  const cv::Mat mirrored =
      FeatureProbability(Mirrored(ObjectFeatures()), Mirrored(HalfTheObject()), kStrength, 0.3);
  EXPECT_LT(Difference(Mirrored(p), mirrored), 1e-5);
}

TEST(FeatureProbabilityTest, OrderAndUnitOfTheChannelsDoNotMatter) {
  const FeatureMap features = ObjectFeatures();
  FeatureMap other = {kRows, kCols, {}};
  cv::flip(features.values, other.values, /*flipCode=*/1);
  other.values *= 1000;
  const cv::Mat p = FeatureProbability(features, HalfTheObject(), kStrength, 0.3);
  EXPECT_LT(Difference(p, FeatureProbability(other, HalfTheObject(), kStrength, 0.3)), 1e-4);
}

TEST(FeatureProbabilityTest, NetworksMayHaveManyChannels) {
  const cv::Mat p = FeatureProbability(ObjectFeatures(700), HalfTheObject(), kStrength, kNoBorder);
  EXPECT_GT(cv::mean(p(kObject))[0], 0.5);
}

TEST(FeatureProbabilityTest, OneSaliencyValueACellOrTheContractIsBroken) {
  const auto call = [](const FeatureMap& features, const cv::Mat& saliency) {
    return FeatureProbability(features, saliency, kStrength, kNoBorder);
  };
  EXPECT_THROW(call({}, HalfTheObject()), std::invalid_argument);
  EXPECT_THROW(call(ObjectFeatures(), HalfTheObject().t()), std::invalid_argument);
  EXPECT_THROW(call(ObjectFeatures(), cv::Mat()), std::invalid_argument);
  EXPECT_THROW(call(ObjectFeatures(), cv::Mat::zeros(kRows, kCols, CV_8UC1)),
               std::invalid_argument);
  EXPECT_THROW(call(ObjectFeatures(), HalfTheObject() * NAN), std::invalid_argument);
  EXPECT_THROW(FeatureProbability(ObjectFeatures(), HalfTheObject(), /*strength=*/0, kNoBorder),
               std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
