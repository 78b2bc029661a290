#include "gradcut/priors/location.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/priors/feature_diffusion.h"
#include "gradcut/priors/feature_model.h"
#include "support/error_of.h"
#include "support/feature_maps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/core.hpp>

namespace gradcut {
namespace {

using ::testing::HasSubstr;

constexpr int kRows = 4, kCols = 6;
const cv::Size kImage(48, 32);

cv::Mat HeatMap() {
  cv::Mat map(kImage, CV_32FC1);
  for (int row = 0; row < map.rows; ++row)
    for (int col = 0; col < map.cols; ++col)
      map.at<float>(row, col) = static_cast<float>(row + col) / 80;
  return map;
}

FeatureMap Features() { return RandomFeatures(kRows, kCols, 3, /*seed=*/2); }

cv::Mat OnCells(const cv::Mat& map) { return Resize(map, {kCols, kRows}); }

const cv::Mat kUndecided(kRows, kCols, CV_32FC1, cv::Scalar(0.5));

TEST(LocationPriorTest, HeatMapAloneIsTakenAsItIs) {
  for (const double weight : {0.1, 1.0, 50.0}) {
    const cv::Mat prior = LocationPrior(HeatMap(), Features(), {}, {.saliency = weight});
    EXPECT_LT(Difference(prior, HeatMap()), 1e-6) << weight;
  }
}

TEST(LocationPriorTest, WeightedMeanOfHeatMapAndObjectnessOnCells) {
  const cv::Mat prior =
      LocationPrior(HeatMap(), Features(), kUndecided, {.saliency = 1, .objectness = 3});
  EXPECT_LT(Difference(prior, 0.25 * OnCells(HeatMap()) + 0.75 * 0.5), 1e-6);
}

TEST(LocationPriorTest, FeatureModelIsTaughtByTheHeatMap) {
  const cv::Mat prior = LocationPrior(HeatMap(), Features(), {},
                                      {.saliency = 0, .features = 2, .ridge = 3, .border = 1});
  const cv::Mat cells =
      FeatureProbability(Features(), OnCells(HeatMap()), /*strength=*/3, /*border=*/1);
  EXPECT_LT(Difference(prior, cells), 1e-6);
}

TEST(LocationPriorTest, TheMeanSpreadsOverCellsThatLookAlike) {
  const cv::Mat prior = LocationPrior(HeatMap(), Features(), {}, {.diffusion = 0.9});
  EXPECT_LT(Difference(prior, Diffuse(Features(), OnCells(HeatMap()), 0.9)), 1e-6);
}

TEST(LocationPriorTest, TermsThatThereIsNothingForAreLeftOut) {
  const LocationOptions options = {.saliency = 1, .features = 1, .objectness = 2, .diffusion = 0.9};
  EXPECT_LT(Difference(LocationPrior(HeatMap(), {}, {}, options), HeatMap()), 1e-6);
  const LocationOptions head_alone = {.saliency = 0, .objectness = 1};
  EXPECT_LT(Difference(LocationPrior(HeatMap(), Features(), {}, head_alone), HeatMap()), 1e-6);
}

TEST(LocationPriorTest, MirroredMapsGiveTheMirroredPrior) {
  const cv::Mat objectness = OnCells(HeatMap().mul(HeatMap()));
  const LocationOptions options = {.saliency = 1, .features = 1, .objectness = 2};
  const cv::Mat prior = LocationPrior(HeatMap(), Features(), objectness, options);
  EXPECT_EQ(prior.size(), cv::Size(kCols, kRows));
  EXPECT_TRUE(cv::checkRange(prior, true, nullptr, 0, 1 + 1e-6));
  EXPECT_LT(Difference(Mirrored(prior), LocationPrior(Mirrored(HeatMap()), Mirrored(Features()),
                                                      Mirrored(objectness), options)),
            1e-5);
}

TEST(LocationOptionsTest, DefaultsAreValidAndPriorsWithoutMapsAreNot) {
  EXPECT_NO_THROW(CheckLocationOptions({}));
  EXPECT_NO_THROW(CheckLocationOptions({.saliency = 0}));
  EXPECT_THAT(ErrorOf([] { CheckLocationOptions({.saliency = 0, .slope = 10}); }),
              HasSubstr("location.slope = 10, must be 0"));
  EXPECT_THAT(ErrorOf([] { CheckLocationOptions({.ridge = 0}); }), HasSubstr("location.ridge = 0"));
  EXPECT_THAT(ErrorOf([] { CheckLocationOptions({.threshold = 2}); }),
              HasSubstr("location.threshold = 2"));
}

TEST(LocationPriorTest, OptionsOutOfRangeAreRefused) {
  EXPECT_THROW(LocationPrior(HeatMap(), Features(), {}, {.diffusion = 1}), Error);
  EXPECT_THROW(LocationPrior(HeatMap(), Features(), {}, {.saliency = -1}), Error);
}

TEST(LocationPriorTest, WithoutHeatMapTheContractIsBroken) {
  EXPECT_THROW(LocationPrior(cv::Mat(), Features(), {}, {}), std::invalid_argument);
}

TEST(LocationPriorTest, ObjectnessOfAnotherGridBreaksTheContract) {
  EXPECT_THROW(LocationPrior(HeatMap(), Features(), HeatMap(), {}), std::invalid_argument);
  EXPECT_THROW(LocationPrior(HeatMap(), {}, kUndecided, {}), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
