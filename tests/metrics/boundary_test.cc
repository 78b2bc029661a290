#include "gradcut/metrics/boundary.h"

#include "gradcut/core/image.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

cv::Mat Square(const cv::Rect& where, int value = 1) {
  cv::Mat mask = cv::Mat::zeros(100, 100, CV_8U);
  mask(where).setTo(value);
  return mask;
}

cv::Mat RandomLabels(cv::RNG& rng, int rows, int cols, int classes) {
  cv::Mat noise(rows, cols, CV_8U);
  rng.fill(noise, cv::RNG::UNIFORM, 0, 256);
  cv::blur(noise, noise, {5, 5});
  cv::Mat labels(rows, cols, CV_8U);
  for (int i = 0; i < rows * cols; ++i)
    labels.data[i] = static_cast<std::uint8_t>(noise.data[i] / 9 % classes);
  return labels;
}

// The definition: eroded as often as the band is wide, what is outside the image being background.
cv::Mat BandByErosion(const cv::Mat& mask, int width) {
  cv::Mat padded;
  cv::copyMakeBorder(mask, padded, 1, 1, 1, 1, cv::BORDER_CONSTANT, 0);
  cv::erode(padded, padded, cv::Mat(), {-1, -1}, width);
  return mask & (padded(cv::Rect(1, 1, mask.cols, mask.rows)) == 0);
}

TEST(CountBoundaryTest, EqualsTheDefinitionByErosion) {
  cv::RNG rng(7);
  for (int round = 0; round < 20; ++round) {
    const cv::Mat mask = RandomLabels(rng, 60, 80, 2) * 255;
    const cv::Mat truth = RandomLabels(rng, 60, 80, 2);
    const int width = 4;
    const BinaryCounts expected =
        CountBinary(BandByErosion(mask, width), BandByErosion(truth * 255, width) & 1);
    EXPECT_EQ(CountBoundary(mask, truth, /*ratio=*/0.04), expected);  // 0.04 of 100 pixels
  }
}

TEST(CountBoundaryTest, ImageSmallerThanTheBandIsAllBoundary) {
  const cv::Mat full(2, 2, CV_8U, cv::Scalar(1));
  EXPECT_EQ(CountBoundary(full, full).true_positive, 4);
}

TEST(CountBoundaryTest, ARatioIsAShare) {
  const cv::Mat mask = Square({20, 20, 60, 60});
  for (const double ratio : {-1.0, 1.01, 1e300, std::nan("")}) {
    EXPECT_THROW(CountBoundary(mask, mask, ratio), std::invalid_argument);
    EXPECT_THROW(CountClassBoundaries(mask, mask, 2, ratio), std::invalid_argument);
    EXPECT_THROW(ScoreBoundary(mask, mask, ratio), std::invalid_argument);
  }
}

TEST(CountBoundaryTest, InteriorIsNotScored) {
  const cv::Mat truth = Square({20, 20, 60, 60});
  const cv::Mat ring = truth - Square({40, 40, 20, 20});
  EXPECT_LT(Iou(CountBoundary(ring, truth)), Iou(CountBinary(ring, truth)));
}

TEST(CountClassBoundariesTest, EqualsEachClassAgainstTheRest) {
  cv::RNG rng(7);
  const cv::Mat predicted = RandomLabels(rng, 60, 80, 4);
  cv::Mat truth = RandomLabels(rng, 60, 80, 4);
  truth(cv::Rect(10, 10, 20, 5)).setTo(kVoid);
  const auto counts = CountClassBoundaries(predicted, truth, 4);
  for (int c = 0; c < 4; ++c) {
    cv::Mat truth_of_class = (truth == c) & 1;
    truth_of_class.setTo(kVoid, truth == kVoid);
    const BinaryCounts alone = CountBoundary(predicted == c, truth_of_class);
    EXPECT_EQ(counts[c].true_positive, alone.true_positive);
    EXPECT_EQ(counts[c].false_positive, alone.false_positive);
    EXPECT_EQ(counts[c].false_negative, alone.false_negative);
  }
}

TEST(CountClassBoundariesTest, UnsurePixelsAreBackground) {
  const cv::Mat truth = Square({20, 20, 60, 60});
  const cv::Mat unsure = Square({20, 20, 60, 60}, kVoid);
  EXPECT_EQ(CountClassBoundaries(unsure, truth, 2),
            CountClassBoundaries(cv::Mat::zeros(100, 100, CV_8U), truth, 2));
}

TEST(ScoreBoundaryTest, ShiftWithinTheToleranceCostsNothing) {
  // 0.8 % of the diagonal of 141 pixels, rounded up, is 2.
  const cv::Mat truth = Square({20, 20, 50, 50});
  EXPECT_EQ(ScoreBoundary(Square({22, 20, 50, 50}), truth).f, 1);
  EXPECT_LT(ScoreBoundary(Square({23, 20, 50, 50}), truth).f, 1);
}

TEST(ScoreBoundaryTest, DistanceIsEuclidean) {
  cv::Mat truth = cv::Mat::zeros(100, 100, CV_8U);
  cv::Mat mask = truth.clone();
  // One-pixel objects have contours of 2x2 pixels; a diagonal shift of 2 is 2.8 pixels away.
  truth.at<std::uint8_t>(50, 50) = 1;
  mask.at<std::uint8_t>(52, 52) = 1;
  EXPECT_DOUBLE_EQ(ScoreBoundary(mask, truth).precision, 1.0 / 4);
}

TEST(ScoreBoundaryTest, EmptySidesFollowDavis) {
  const cv::Mat empty = cv::Mat::zeros(100, 100, CV_8U);
  const cv::Mat object = Square({20, 20, 10, 10});
  EXPECT_EQ(ScoreBoundary(empty, empty).f, 1);
  EXPECT_EQ(ScoreBoundary(object, empty).f, 0);
  EXPECT_EQ(ScoreBoundary(object, empty).recall, 1);
  EXPECT_EQ(ScoreBoundary(empty, object).f, 0);
  EXPECT_EQ(ScoreBoundary(empty, object).precision, 1);
}

TEST(ScoreBoundaryTest, PredictionInsideVoidHasNoInfluence) {
  cv::Mat truth = Square({20, 20, 50, 50});
  truth(cv::Rect(80, 0, 20, 100)).setTo(kVoid);
  const cv::Mat mask = Square({20, 20, 50, 50});
  EXPECT_EQ(ScoreBoundary(mask | Square({80, 0, 20, 100}), truth).f, ScoreBoundary(mask, truth).f);
  EXPECT_EQ(CountBoundary(mask | Square({80, 0, 20, 100}), truth), CountBoundary(mask, truth));
}

}  // namespace
}  // namespace gradcut
