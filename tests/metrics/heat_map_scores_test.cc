#include "gradcut/metrics/heat_map_scores.h"

#include "gradcut/core/image.h"
#include "gradcut/metrics/structure_measure.h"
#include "gradcut/metrics/weighted_f.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

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

double WeightedF(const HeatPixels& pixels) {
  return WeightedFMeasure(pixels, pixels.NearestObject());
}

TEST(HeatMapScoresTest, TruthItselfIsPerfect) {
  const HeatPixels pixels(Disc(12) * 255, Disc(12));
  EXPECT_EQ(MeanAbsoluteError(pixels), 0);
  EXPECT_DOUBLE_EQ(WeightedF(pixels), 1);
  EXPECT_NEAR(StructureMeasure(pixels), 1, 1e-9);
  EXPECT_DOUBLE_EQ(ScoreAdaptiveThreshold(pixels).f, 1);
  // The definition of E divides by one pixel too few.
  EXPECT_NEAR(ScoreAdaptiveThreshold(pixels).e, 1, 1e-3);
  EXPECT_DOUBLE_EQ(ScoreThresholds(pixels).iou[128], 1);
}

TEST(HeatMapScoresTest, RecallFallsWithTheThreshold) {
  const HeatMapCurves curves = ScoreThresholds({RandomHeat(), Disc(20)});
  EXPECT_EQ(curves.recall[0], 1);
  for (int k = 1; k < kThresholds; ++k) EXPECT_LE(curves.recall[k], curves.recall[k - 1]);
}

TEST(HeatMapScoresTest, MirroredMapAndTruthHaveTheSameCurves) {
  cv::Mat heat = RandomHeat();
  cv::Mat truth = Disc(20);
  truth(cv::Rect(0, 0, 50, 10)).setTo(1);
  const HeatMapCurves curves = ScoreThresholds({heat, truth});
  cv::flip(heat, heat, 1);
  cv::flip(truth, truth, 1);
  const HeatMapCurves mirrored = ScoreThresholds({heat, truth});
  EXPECT_EQ(curves.f, mirrored.f);
  EXPECT_EQ(curves.e, mirrored.e);
}

TEST(HeatMapScoresTest, HeatInVoidHasNoInfluence) {
  cv::Mat truth = Disc(20);
  const cv::Rect band(0, 0, 80, 15);
  truth(band).setTo(kVoid);
  cv::Mat heat = RandomHeat();
  heat.setTo(200, heat > 200);
  const HeatPixels before(heat, truth);
  cv::Mat hot = heat.clone();
  hot(band).setTo(255);
  const HeatPixels after(hot, truth);
  EXPECT_EQ(MeanAbsoluteError(before), MeanAbsoluteError(after));
  EXPECT_EQ(StructureMeasure(before), StructureMeasure(after));
  EXPECT_EQ(WeightedF(before), WeightedF(after));
  EXPECT_EQ(ScoreThresholds(before).e, ScoreThresholds(after).e);
}

TEST(HeatMapScoresTest, TruthWithoutObjectFollowsTheBenchmarkTools) {
  const cv::Mat truth = cv::Mat::zeros(60, 80, CV_8U);
  cv::Mat heat = cv::Mat::zeros(60, 80, CV_8U);
  heat.rowRange(0, 15).setTo(255);
  const HeatPixels pixels(heat, truth);
  EXPECT_DOUBLE_EQ(MeanAbsoluteError(pixels), 0.25);
  EXPECT_DOUBLE_EQ(StructureMeasure(pixels), 0.75);
  EXPECT_EQ(WeightedF(pixels), 0);
  EXPECT_EQ(ScoreAdaptiveThreshold(pixels).f, 0);
  EXPECT_NEAR(ScoreAdaptiveThreshold(pixels).e, 0.75, 1e-3);
}

TEST(HeatMapScoresTest, SmallestImagesHaveScores) {
  for (const int label : {0, 1}) {
    const cv::Mat truth(1, 1, CV_8U, cv::Scalar(label));
    const HeatPixels pixels(cv::Mat(1, 1, CV_8U, cv::Scalar(255 * label)), truth);
    EXPECT_EQ(MeanAbsoluteError(pixels), 0);
    EXPECT_EQ(StructureMeasure(pixels), 1);
    EXPECT_EQ(ScoreThresholds(pixels).e[255], 1);
  }
}

}  // namespace
}  // namespace gradcut
