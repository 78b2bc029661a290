#include "gradcut/priors/heat_prior.h"

#include "gradcut/core/error.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

cv::Mat Map(float a, float b, float c, float d) { return (cv::Mat_<float>(2, 2) << a, b, c, d); }

double Difference(const cv::Mat& a, const cv::Mat& b) { return cv::norm(a, b, cv::NORM_INF); }

std::vector<cv::Mat> LogOdds(const std::vector<cv::Mat>& maps, const HeatPriorOptions& options,
                             const cv::Mat& background = {}) {
  return HeatLogOdds(maps, background, options);
}

TEST(HeatPriorTest, DefaultsAreValid) { Validate(HeatPriorOptions()); }

TEST(HeatPriorTest, HeatIsMeasuredFromTheBackgroundsLevel) {
  const HeatPriorOptions options = {
      .stretch = false, .background = HeatBackground::kLevel, .level = 0.25, .slope = 4};
  EXPECT_LT(Difference(LogOdds({Map(0, 0.25, 0.5, 1)}, options)[0], Map(-1, 0, 1, 3)), 1e-6);
}

TEST(HeatPriorTest, StretchingUsesAllOfAnImagesMaps) {
  const HeatPriorOptions options = {.background = HeatBackground::kLevel, .level = 0, .slope = 1};
  const auto log_odds =
      LogOdds({Map(0.2F, 0.2F, 0.2F, 0.4F), Map(0.3F, 0.2F, 0.6F, 0.2F)}, options);
  EXPECT_LT(Difference(log_odds[0], Map(0, 0, 0, 0.5F)), 1e-6);
  EXPECT_LT(Difference(log_odds[1], Map(0.25F, 0, 1, 0)), 1e-6);
}

TEST(HeatPriorTest, ScaleDoesNotMatterWhenStretched) {
  for (const auto rule : {HeatBackground::kOtsu, HeatBackground::kMean, HeatBackground::kPower}) {
    const HeatPriorOptions options = {.background = rule};
    const cv::Mat map = Map(0, 0.1F, 0.7F, 1);
    EXPECT_LT(Difference(LogOdds({map}, options)[0], LogOdds({map * 0.3 + 0.2}, options)[0]), 1e-4);
  }
}

TEST(HeatPriorTest, OtsuAndMeanPartTheImagesOwnValues) {
  const cv::Mat map = Map(0, 0.1F, 0.8F, 1);
  const cv::Mat otsu = LogOdds({map}, {})[0];
  EXPECT_LT(otsu.at<float>(0, 1), 0);
  EXPECT_GT(otsu.at<float>(1, 0), 0);
  const cv::Mat mean = LogOdds({map}, {.background = HeatBackground::kMean, .slope = 1})[0];
  EXPECT_LT(Difference(mean, map - 0.475), 1e-6);
}

TEST(HeatPriorTest, PowerIsOfTheLargestHeat) {
  const HeatPriorOptions options = {
      .stretch = false, .background = HeatBackground::kPower, .power = 2, .slope = 1};
  const auto log_odds = LogOdds({Map(0, 0.5F, 0, 1), Map(0, 0.25F, 0.1F, 0)}, options);
  EXPECT_LT(Difference(log_odds[0], Map(-1, 0.25F, -0.81F, 1)), 1e-6);
  EXPECT_LT(Difference(log_odds[1], Map(-1, 0, -0.71F, 0)), 1e-6);
}

TEST(HeatPriorTest, AMapOfTheBackgroundTakesTheRulesPlace) {
  const HeatPriorOptions options = {.stretch = false, .slope = 2};
  EXPECT_LT(Difference(LogOdds({Map(0, 0.5F, 1, 1)}, options, Map(1, 0.5F, 0, 0.5F))[0],
                       Map(-2, 0, 2, 1)),
            1e-6);
}

TEST(HeatPriorTest, ProbabilitiesBecomeLogRatios) {
  const HeatPriorOptions options = {.values = HeatValues::kProbability};
  const cv::Mat one = LogOdds({Map(0.5F, 0.8F, 0, 1)}, options)[0];
  EXPECT_NEAR(one.at<float>(0, 0), 0, 1e-5);
  EXPECT_NEAR(one.at<float>(0, 1), std::log(4), 1e-5);
  EXPECT_NEAR(one.at<float>(1, 0), -std::log(1e4), 1e-2) << "never certain";
  EXPECT_NEAR(one.at<float>(1, 1), std::log(1e4), 1e-2);
  const cv::Mat two = LogOdds({Map(0.5F, 0.2F, 0.1F, 0), Map(0.25F, 0.2F, 0.1F, 0)}, options)[1];
  EXPECT_NEAR(two.at<float>(0, 0), 0, 1e-5) << "the others leave 0.25";
  EXPECT_NEAR(two.at<float>(0, 1), std::log(0.2 / 0.6), 1e-5);
  const cv::Mat given = LogOdds({Map(0.5F, 0.2F, 0.1F, 0)}, options, Map(0.1F, 0.2F, 1, 1))[0];
  EXPECT_NEAR(given.at<float>(0, 0), std::log(5), 1e-5);
}

TEST(HeatPriorTest, AFlatMapFavoursNobody) {
  EXPECT_EQ(cv::countNonZero(LogOdds({Map(0.3F, 0.3F, 0.3F, 0.3F)},
                                     {.background = HeatBackground::kMean})[0] > 1e-5),
            0);
}

TEST(HeatPriorTest, OtsusLevelHasTheTwoSidesOfTwoClusters) {
  cv::Mat map(100, 100, CV_32FC1);
  cv::RNG random(1);
  random.fill(map, cv::RNG::NORMAL, 0.2, 0.02);
  random.fill(map.rowRange(70, 100), cv::RNG::NORMAL, 0.8, 0.02);
  EXPECT_GT(OtsuLevel(map), 0.28);
  EXPECT_LT(OtsuLevel(map), 0.72);
}

TEST(HeatPriorTest, BadInputIsRefused) {
  EXPECT_THROW(LogOdds({}, {}), std::invalid_argument);
  EXPECT_THROW(LogOdds({Map(0, 0, 0, 0), cv::Mat::zeros(3, 2, CV_32FC1)}, {}),
               std::invalid_argument);
  EXPECT_THROW(LogOdds({Map(0, 0, 0, 0)}, {}, cv::Mat::zeros(3, 2, CV_32FC1)),
               std::invalid_argument);
  EXPECT_THROW(LogOdds({Map(0, 0, 0, 0)}, {.level = 2}), Error);
  EXPECT_THROW(LogOdds({Map(0, NAN, 0, 0)}, {}), std::invalid_argument);
  EXPECT_THROW(LogOdds({Map(0, 0, 0, 0)}, {}, Map(0, 0, INFINITY, 0)), std::invalid_argument);
  EXPECT_THROW(LogOdds({Map(0, 1.1F, 0, 0)}, {}), std::invalid_argument);
  EXPECT_THROW(LogOdds({Map(0, 0, 0, 0)}, {}, Map(0, 0, -0.1F, 0)), std::invalid_argument);
  EXPECT_THROW(OtsuLevel(Map(0, NAN, 0, 0)), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
