#include "gradcut/priors/hint_evidence.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

const cv::Size kSize(80, 40);

// Grey on the left, white on the right.
cv::Mat TwoHalves() {
  cv::Mat image(kSize, CV_8UC3, cv::Scalar(90, 90, 90));
  image(cv::Rect(40, 0, 40, 40)).setTo(cv::Scalar(250, 250, 250));
  return image;
}

cv::Mat SeedAt(cv::Point point) {
  cv::Mat seeds = cv::Mat::zeros(kSize, CV_8UC1);
  seeds.at<std::uint8_t>(point) = 255;
  return seeds;
}

// 4 x 8 cells; those of the last two columns and of the first one have the same activations.
FeatureMap Stripes() {
  FeatureMap features = {4, 8, cv::Mat::zeros(32, 2, CV_32FC1)};
  for (int cell = 0; cell < 32; ++cell) {
    const int col = cell % 8;
    features.values.at<float>(cell, col == 0 || col >= 6 ? 0 : 1) = 1;
  }
  return features;
}

float At(const cv::Mat& map, int row, int col) { return map.at<float>(row, col); }

TEST(HintSpreadTest, WhatIsNearCountsMoreThanWhatIsFar) {
  const HintEvidence evidence =
      HintSpread(TwoHalves(), {}, {}).From(SeedAt({10, 20}), /*object=*/true);
  EXPECT_EQ(evidence.weight.size(), kSize);
  EXPECT_FLOAT_EQ(At(evidence.weight, 20, 10), 1);
  EXPECT_GT(At(evidence.weight, 20, 13), 0.5);
  EXPECT_LT(At(evidence.weight, 20, 30), 0.05);
}

TEST(HintSpreadTest, AnEdgeIsFarther) {
  const cv::Mat weight = HintSpread(TwoHalves(), {}, {}).From(SeedAt({37, 20}), true).weight;
  EXPECT_LT(At(weight, 20, 40), 0.7 * At(weight, 20, 34));  // Three pixels each.
}

TEST(HintSpreadTest, WhatLooksAlikeCountsWhereverItIs) {
  const HintSpread spread(TwoHalves(), std::vector{Stripes()}, {.alike = 1});
  const cv::Mat weight = spread.From(SeedAt({5, 20}), true).weight;
  EXPECT_GT(At(weight, 20, 75), 5 * At(weight, 20, 35));
}

TEST(HintSpreadTest, WithoutFeaturesAllOfItGoesToWhatIsNear) {
  const cv::Mat weight =
      HintSpread(TwoHalves(), {}, {.alike = 1}).From(SeedAt({5, 20}), true).weight;
  EXPECT_FLOAT_EQ(At(weight, 20, 5), 1);
}

TEST(HintSpreadTest, NoSeedIsNoEvidence) {
  const HintEvidence evidence =
      HintSpread(TwoHalves(), {}, {}).From(cv::Mat::zeros(kSize, CV_8UC1), true);
  EXPECT_EQ(cv::countNonZero(evidence.weight), 0);
}

TEST(HintSpreadTest, RefusesOptionsOutOfRange) {
  EXPECT_THROW(HintSpread(TwoHalves(), {}, {.reach = 0}), Error);
}

TEST(CorrectedTest, LiftsWhatAHintCallsObject) {
  const cv::Mat against(kSize, CV_32FC1, cv::Scalar(-2));
  const HintEvidence evidence = HintSpread(TwoHalves(), {}, {}).From(SeedAt({10, 20}), true);
  const cv::Mat corrected = Corrected(against, std::vector{evidence}, {.strength = 6});
  EXPECT_NEAR(At(corrected, 20, 10), 6, 0.5);
  EXPECT_NEAR(At(corrected, 20, 70), -2, 0.01);
}

TEST(CorrectedTest, ChangesNothingWhereTheHintIsKnown) {
  const cv::Mat known(kSize, CV_32FC1, cv::Scalar(9));
  const HintEvidence evidence = HintSpread(TwoHalves(), {}, {}).From(SeedAt({10, 20}), true);
  EXPECT_EQ(cv::norm(Corrected(known, std::vector{evidence}, {}), known, cv::NORM_INF), 0);
}

TEST(CorrectedTest, BothSidesHoldTheirGround) {
  const cv::Mat undecided = cv::Mat::zeros(kSize, CV_32FC1);
  const HintSpread spread(TwoHalves(), {}, {});
  const cv::Mat corrected = Corrected(
      undecided,
      std::vector{spread.From(SeedAt({10, 20}), true), spread.From(SeedAt({70, 20}), false)}, {});
  EXPECT_GT(At(corrected, 20, 12), 2);
  EXPECT_LT(At(corrected, 20, 68), -2);
}

TEST(CorrectedTest, TheOrderOfHintsDecidesNothing) {
  const cv::Mat undecided = cv::Mat::zeros(kSize, CV_32FC1);
  const HintSpread spread(TwoHalves(), {}, {});
  const HintEvidence a = spread.From(SeedAt({10, 20}), true),
                     b = spread.From(SeedAt({14, 20}), false);
  EXPECT_LT(cv::norm(Corrected(undecided, std::vector{a, b}, {}),
                     Corrected(undecided, std::vector{b, a}, {}), cv::NORM_INF),
            1e-5);
}

}  // namespace
}  // namespace gradcut
