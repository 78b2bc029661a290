#include "gradcut/metrics/binary_counts.h"

#include "gradcut/core/image.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

cv::Mat Row(std::initializer_list<std::uint8_t> values) {
  return cv::Mat(std::vector<std::uint8_t>(values), /*copyData=*/true).reshape(1, 1);
}

TEST(CountBinaryTest, CountsEachOfTheFourCasesOnce) {
  const BinaryCounts expected = {
      .true_positive = 1, .false_positive = 2, .false_negative = 3, .true_negative = 4};
  EXPECT_EQ(CountBinary(Row({9, 9, 9, 0, 0, 0, 0, 0, 0, 0}), Row({1, 0, 0, 1, 1, 1, 0, 0, 0, 0})),
            expected);
}

TEST(CountBinaryTest, AnyPositiveValueIsForeground) {
  const cv::Mat truth = Row({1, 20, 254, 0});
  EXPECT_EQ(CountBinary(Row({1, 1, 1, 0}), truth), CountBinary(Row({255, 128, 2, 0}), truth));
  EXPECT_EQ(CountBinary(Row({1, 1, 1, 0}), truth).true_positive, 3);
}

TEST(CountBinaryTest, VoidTruthIsNotScoredWhateverWasPredicted) {
  EXPECT_EQ(CountBinary(Row({255, 0}), Row({kVoid, kVoid})), BinaryCounts{});
}

TEST(CountBinaryTest, CountsOfTilesAddUpToThoseOfTheImage) {
  cv::Mat mask(41, 67, CV_8U);
  cv::Mat truth(41, 67, CV_8U);
  cv::RNG rng(7);
  rng.fill(mask, cv::RNG::UNIFORM, 0, 2);
  rng.fill(truth, cv::RNG::UNIFORM, 0, 3);
  truth.setTo(kVoid, truth == 2);
  BinaryCounts sum;
  for (const cv::Rect tile : {cv::Rect(0, 0, 30, 41), cv::Rect(30, 0, 37, 41)})
    sum += CountBinary(mask(tile), truth(tile));
  EXPECT_EQ(sum, CountBinary(mask, truth));
}

TEST(CountBinaryTest, OtherTypesAndSizesAreRefused) {
  const cv::Mat mask = cv::Mat::zeros(2, 3, CV_8U);
  EXPECT_THROW(CountBinary(mask, cv::Mat::zeros(3, 2, CV_8U)), std::invalid_argument);
  EXPECT_THROW(CountBinary(mask, cv::Mat::zeros(2, 3, CV_32F)), std::invalid_argument);
  EXPECT_THROW(CountBinary(cv::Mat(), cv::Mat()), std::invalid_argument);
}

TEST(BinaryMeasuresTest, FollowTheirFormulas) {
  const BinaryCounts counts = {
      .true_positive = 6, .false_positive = 2, .false_negative = 4, .true_negative = 8};
  EXPECT_DOUBLE_EQ(Iou(counts), 6.0 / 12);
  EXPECT_DOUBLE_EQ(Dice(counts), 12.0 / 18);
  EXPECT_DOUBLE_EQ(Precision(counts), 6.0 / 8);
  EXPECT_DOUBLE_EQ(Recall(counts), 6.0 / 10);
  EXPECT_DOUBLE_EQ(Accuracy(counts), 14.0 / 20);
}

TEST(BinaryMeasuresTest, AreOneWhereNothingWasToBeFoundAndNothingWasFound) {
  for (const BinaryCounts counts : {BinaryCounts{}, BinaryCounts{.true_negative = 5}})
    for (const auto measure : {Iou, Dice, Precision, Recall, Accuracy})
      EXPECT_EQ(measure(counts), 1);
}

TEST(BinaryMeasuresTest, AreZeroWhereOnlyOneSideIsEmpty) {
  for (const BinaryCounts counts :
       {BinaryCounts{.false_positive = 5}, BinaryCounts{.false_negative = 5}})
    for (const auto measure : {Iou, Dice, Precision, Recall, Accuracy})
      EXPECT_EQ(measure(counts), 0);
}

TEST(BinaryMeasuresTest, HoldForCountsBeyond32Bits) {
  const std::int64_t billions = 3'000'000'000;
  EXPECT_DOUBLE_EQ(Iou({.true_positive = billions, .false_positive = billions}), 0.5);
}

}  // namespace
}  // namespace gradcut
