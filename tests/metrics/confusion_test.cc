#include "gradcut/metrics/confusion.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

using ::testing::HasSubstr;

cv::Mat Row(std::initializer_list<std::uint8_t> values) {
  return cv::Mat(std::vector<std::uint8_t>(values), /*copyData=*/true).reshape(1, 1);
}

Confusion ConfusionOf(int classes, const cv::Mat& predicted, const cv::Mat& truth) {
  Confusion confusion(classes);
  confusion.Add(predicted, truth);
  return confusion;
}

TEST(ConfusionTest, RowsAreTruthAndColumnsPrediction) {
  const Confusion confusion = ConfusionOf(3, Row({0, 1, 1, 2}), Row({0, 0, 1, 1}));
  EXPECT_EQ(confusion.count(0, 0), 1);
  EXPECT_EQ(confusion.count(0, 1), 1);
  EXPECT_EQ(confusion.count(1, 2), 1);
  EXPECT_EQ(confusion.count(2, 1), 0);
}

TEST(ConfusionTest, MeasuresFollowTheirFormulas) {
  // Truth: 4 pixels of class 0, 2 of class 1. One pixel of each is taken for the other.
  const Confusion confusion = ConfusionOf(2, Row({0, 0, 0, 1, 1, 0}), Row({0, 0, 0, 0, 1, 1}));
  EXPECT_DOUBLE_EQ(*confusion.ClassIous()[0], 3.0 / 5);
  EXPECT_DOUBLE_EQ(*confusion.ClassIous()[1], 1.0 / 3);
  EXPECT_DOUBLE_EQ(*confusion.MeanIou(), (3.0 / 5 + 1.0 / 3) / 2);
  EXPECT_DOUBLE_EQ(*confusion.MeanAccuracy(), (3.0 / 4 + 1.0 / 2) / 2);
  EXPECT_DOUBLE_EQ(*confusion.FrequencyWeightedIou(), (4 * 3.0 / 5 + 2 * 1.0 / 3) / 6);
  EXPECT_DOUBLE_EQ(*confusion.PixelAccuracy(), 4.0 / 6);
}

TEST(ConfusionTest, AbsentClassesAreLeftOutOfTheMeans) {
  const Confusion two = ConfusionOf(2, Row({0, 1, 1}), Row({0, 0, 1}));
  const Confusion many = ConfusionOf(21, Row({0, 1, 1}), Row({0, 0, 1}));
  EXPECT_FALSE(many.ClassIous()[2].has_value());
  EXPECT_EQ(many.MeanIou(), two.MeanIou());
  EXPECT_EQ(many.MeanAccuracy(), two.MeanAccuracy());
}

TEST(ConfusionTest, ClassThatIsOnlyPredictedCountsAsZero) {
  const Confusion confusion = ConfusionOf(3, Row({0, 2}), Row({0, 0}));
  EXPECT_EQ(confusion.ClassIous()[2], 0.0);
  EXPECT_FALSE(confusion.ClassAccuracies()[2].has_value());
  EXPECT_DOUBLE_EQ(*confusion.MeanIou(), 0.25);
}

TEST(ConfusionTest, VoidTruthIsNotScored) {
  const Confusion confusion = ConfusionOf(2, Row({0, 1, kVoid}), Row({0, kVoid, kVoid}));
  EXPECT_EQ(confusion.MeanIou(), 1.0);
  EXPECT_EQ(confusion.Coverage(), 1.0);
}

TEST(ConfusionTest, UnsurePixelsAreBackgroundButLowerTheCoverage) {
  const Confusion confusion = ConfusionOf(2, Row({0, kVoid, kVoid, 1}), Row({0, 0, 1, 1}));
  EXPECT_EQ(confusion.count(0, 0), 2);
  EXPECT_EQ(confusion.count(1, 0), 1);
  EXPECT_DOUBLE_EQ(*confusion.MeanIou(), (2.0 / 3 + 1.0 / 2) / 2);
  EXPECT_DOUBLE_EQ(*confusion.Coverage(), 2.0 / 4);
  EXPECT_DOUBLE_EQ(*confusion.LabelledAccuracy(), 1.0);
}

TEST(ConfusionTest, NothingScoredHasNoMeasures) {
  const Confusion confusion = ConfusionOf(2, Row({0, 1}), Row({kVoid, kVoid}));
  EXPECT_FALSE(confusion.MeanIou().has_value());
  EXPECT_FALSE(confusion.MeanAccuracy().has_value());
  EXPECT_FALSE(confusion.FrequencyWeightedIou().has_value());
  EXPECT_FALSE(confusion.PixelAccuracy().has_value());
  EXPECT_FALSE(confusion.Coverage().has_value());
  EXPECT_FALSE(confusion.LabelledAccuracy().has_value());
}

TEST(ConfusionTest, UnknownIndexIsNamedAndNothingIsAdded) {
  Confusion confusion(21);
  const auto refusal = [&](const cv::Mat& predicted, const cv::Mat& truth) -> std::string {
    try {
      confusion.Add(predicted, truth);
    } catch (const Error& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_THAT(refusal(Row({0, 21}), Row({0, 1})), HasSubstr("class index 21 in the prediction"));
  EXPECT_THAT(refusal(Row({0, 1}), Row({0, 254})), HasSubstr("class index 254 in the truth"));
  EXPECT_FALSE(confusion.PixelAccuracy().has_value());
}

TEST(ConfusionTest, SumOverImagesEqualsOneBigImage) {
  cv::Mat predicted(30, 40, CV_8U);
  cv::Mat truth(30, 40, CV_8U);
  cv::RNG rng(7);
  rng.fill(predicted, cv::RNG::UNIFORM, 0, 5);
  rng.fill(truth, cv::RNG::UNIFORM, 0, 5);
  const Confusion whole = ConfusionOf(5, predicted, truth);
  Confusion sum = ConfusionOf(5, predicted.colRange(0, 13), truth.colRange(0, 13));
  sum += ConfusionOf(5, predicted.colRange(13, 40), truth.colRange(13, 40));
  for (int t = 0; t < 5; ++t)
    for (int p = 0; p < 5; ++p) EXPECT_EQ(sum.count(t, p), whole.count(t, p));
  EXPECT_EQ(sum.LabelledAccuracy(), whole.LabelledAccuracy());
}

TEST(ConfusionTest, OtherSizesAndClassCountsAreRefused) {
  EXPECT_THROW(Confusion(1), std::invalid_argument);
  EXPECT_THROW(Confusion(256), std::invalid_argument);
  EXPECT_THROW(ConfusionOf(2, Row({0}), Row({0, 0})), std::invalid_argument);
  EXPECT_THROW(Confusion(2) += Confusion(3), std::invalid_argument);
  EXPECT_THROW((void)Confusion(3).count(0, 5), std::invalid_argument);
  EXPECT_THROW((void)Confusion(3).count(-1, 0), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
