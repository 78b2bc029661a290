#include "gradcut/metrics/heat_map_scores.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"

#include <gtest/gtest.h>

#include <limits>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

cv::Mat Disc(int radius) {
  cv::Mat truth = cv::Mat::zeros(60, 80, CV_8U);
  cv::circle(truth, {40, 30}, radius, 1, cv::FILLED);
  return truth;
}

cv::Mat RandomHeat() {
  cv::Mat heat(60, 80, CV_8U);
  cv::RNG(7).fill(heat, cv::RNG::UNIFORM, 0, 256);
  return heat;
}

HeatMapScores Score(const cv::Mat& heat, const cv::Mat& truth) {
  return ScoreHeatMap(StretchHeatMap(heat, truth), truth);
}

TEST(StretchHeatMapTest, EveryNumberTypeReachesBothEnds) {
  const cv::Mat truth = Disc(10);
  for (const int type : {CV_8U, CV_16U, CV_32F, CV_64F}) {
    cv::Mat heat;
    RandomHeat().convertTo(heat, type, 0.5, 7);
    double low = 0;
    double high = 0;
    cv::minMaxLoc(StretchHeatMap(heat, truth), &low, &high);
    EXPECT_EQ(low, 0) << cv::typeToString(type);
    EXPECT_EQ(high, 1) << cv::typeToString(type);
  }
}

TEST(StretchHeatMapTest, ConstantMapStaysAsItIs) {
  const cv::Mat truth = Disc(10);
  const cv::Mat stretched = StretchHeatMap(cv::Mat(truth.size(), CV_32F, cv::Scalar(0.25)), truth);
  EXPECT_EQ(cv::countNonZero(stretched != 0.25), 0);
}

TEST(StretchHeatMapTest, ValueThatIsNotFiniteIsAnError) {
  cv::Mat heat = cv::Mat::zeros(60, 80, CV_32F);
  heat.at<float>(3, 4) = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(StretchHeatMap(heat, Disc(10)), Error);
  heat.at<float>(3, 4) = std::numeric_limits<float>::infinity();
  EXPECT_THROW(StretchHeatMap(heat, Disc(10)), Error);
}

TEST(ScoreHeatMapTest, TruthItselfIsPerfect) {
  const HeatMapScores scores = Score(Disc(12) * 255, Disc(12));
  EXPECT_EQ(scores.mae, 0);
  EXPECT_DOUBLE_EQ(scores.adaptive_f, 1);
  EXPECT_DOUBLE_EQ(scores.weighted_f, 1);
  EXPECT_NEAR(scores.s, 1, 1e-9);
  EXPECT_NEAR(scores.adaptive_e, 1, 1e-3);  // The definition divides by one pixel too few.
  EXPECT_DOUBLE_EQ(scores.curves.iou[128], 1);
}

TEST(ScoreHeatMapTest, RecallFallsWithTheThreshold) {
  const HeatMapScores scores = Score(RandomHeat(), Disc(20));
  EXPECT_EQ(scores.curves.recall[0], 1);
  for (int k = 1; k < kThresholds; ++k)
    EXPECT_LE(scores.curves.recall[k], scores.curves.recall[k - 1]);
}

TEST(ScoreHeatMapTest, MirroredMapAndTruthHaveTheSameCurves) {
  cv::Mat heat = RandomHeat();
  cv::Mat truth = Disc(20);
  truth(cv::Rect(0, 0, 50, 10)).setTo(1);
  const HeatMapScores scores = Score(heat, truth);
  cv::flip(heat, heat, 1);
  cv::flip(truth, truth, 1);
  const HeatMapScores mirrored = Score(heat, truth);
  EXPECT_EQ(scores.curves.f, mirrored.curves.f);
  EXPECT_EQ(scores.curves.e, mirrored.curves.e);
  EXPECT_NEAR(scores.mae, mirrored.mae, 1e-12);
}

TEST(ScoreHeatMapTest, HeatInVoidHasNoInfluence) {
  cv::Mat truth = Disc(20);
  const cv::Rect band(0, 0, 80, 15);
  truth(band).setTo(kVoid);
  cv::Mat heat = RandomHeat();
  heat.setTo(200, heat > 200);
  const HeatMapScores before = Score(heat, truth);
  heat(band).setTo(255);
  const HeatMapScores after = Score(heat, truth);
  EXPECT_EQ(before.mae, after.mae);
  EXPECT_EQ(before.s, after.s);
  EXPECT_EQ(before.weighted_f, after.weighted_f);
  EXPECT_EQ(before.curves.e, after.curves.e);
}

TEST(ScoreHeatMapTest, TruthWithoutObjectFollowsTheBenchmarkTools) {
  const cv::Mat truth = cv::Mat::zeros(60, 80, CV_8U);
  cv::Mat heat = cv::Mat::zeros(60, 80, CV_8U);
  heat.rowRange(0, 15).setTo(255);
  const HeatMapScores scores = Score(heat, truth);
  EXPECT_DOUBLE_EQ(scores.mae, 0.25);
  EXPECT_DOUBLE_EQ(scores.s, 0.75);
  EXPECT_EQ(scores.weighted_f, 0);
  EXPECT_EQ(scores.adaptive_f, 0);
  EXPECT_NEAR(scores.adaptive_e, 0.75, 1e-3);
}

TEST(ScoreHeatMapTest, SmallestImagesHaveScores) {
  for (const int label : {0, 1}) {
    const cv::Mat truth(1, 1, CV_8U, cv::Scalar(label));
    const HeatMapScores scores = Score(cv::Mat(1, 1, CV_8U, cv::Scalar(255 * label)), truth);
    EXPECT_EQ(scores.mae, 0);
    EXPECT_EQ(scores.s, 1);
    EXPECT_EQ(scores.curves.e[255], 1);
  }
}

TEST(ScoreHeatMapTest, BrokenContractsAreRefused) {
  const cv::Mat truth = Disc(10);
  EXPECT_THROW(ScoreHeatMap(RandomHeat(), truth), std::invalid_argument);
  EXPECT_THROW(ScoreHeatMap(cv::Mat(60, 80, CV_64F, cv::Scalar(1.5)), truth),
               std::invalid_argument);
  EXPECT_THROW(ScoreHeatMap(cv::Mat::zeros(60, 80, CV_64F), truth | kVoid), std::invalid_argument);
  EXPECT_THROW(StretchHeatMap(cv::Mat::zeros(60, 80, CV_8UC3), truth), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
