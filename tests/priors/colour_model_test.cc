#include "gradcut/priors/colour_model.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

namespace gradcut {
namespace {

// Left half red, right half blue.
cv::Mat TwoColours() {
  cv::Mat image(8, 8, CV_8UC3, cv::Scalar(200, 20, 20));
  image.colRange(4, 8).setTo(cv::Scalar(20, 20, 200));
  return image;
}

cv::Mat Half(int from, int to) {
  cv::Mat weight = cv::Mat::zeros(8, 8, CV_32FC1);
  weight.colRange(from, to).setTo(1);
  return weight;
}

TEST(ColourLogOddsTest, ColourOfTheObjectFavoursTheObject) {
  const ColourCells colours = QuantiseColours(TwoColours(), 16);
  const cv::Mat odds = ColourLogOdds(colours, Half(0, 2), Half(6, 8), {.clip = 3});
  EXPECT_FLOAT_EQ(odds.at<float>(3, 3), 3);
  EXPECT_FLOAT_EQ(odds.at<float>(3, 4), -3);
}

TEST(ColourLogOddsTest, SwappedSidesChangeTheSign) {
  const ColourCells colours = QuantiseColours(TwoColours(), 16);
  const cv::Mat one = ColourLogOdds(colours, Half(0, 5), Half(5, 8), {});
  const cv::Mat other = ColourLogOdds(colours, Half(5, 8), Half(0, 5), {});
  EXPECT_LT(cv::norm(one + other), 1e-5);
  EXPECT_GT(cv::norm(one), 1);
}

TEST(ColourLogOddsTest, LogRatioOfTheShares) {
  // Of the object's 4 columns one is blue, of the background's 4 all are: log(1/4) for blue.
  const ColourCells colours = QuantiseColours(TwoColours(), 16);
  const cv::Mat odds = ColourLogOdds(colours, Half(1, 5), Half(4, 8), {.smoothing = 0, .clip = 50});
  EXPECT_NEAR(odds.at<float>(0, 7), std::log(0.25), 1e-6);
}

TEST(ColourLogOddsTest, WeightScalesTheAnswer) {
  const ColourCells colours = QuantiseColours(TwoColours(), 16);
  const cv::Mat odds = ColourLogOdds(colours, Half(0, 2), Half(6, 8), {.weight = 0.5, .clip = 3});
  EXPECT_FLOAT_EQ(odds.at<float>(0, 0), 1.5F);
}

TEST(ColourLogOddsTest, EmptySideSaysNothing) {
  const ColourCells colours = QuantiseColours(TwoColours(), 16);
  const cv::Mat nobody = cv::Mat::zeros(8, 8, CV_32FC1);
  EXPECT_EQ(cv::norm(ColourLogOdds(colours, nobody, Half(0, 4), {})), 0);
  EXPECT_EQ(cv::norm(ColourLogOdds(colours, Half(0, 4), nobody, {})), 0);
  EXPECT_EQ(cv::norm(ColourLogOdds(colours, nobody, nobody, {})), 0);
}

TEST(ColourLogOddsTest, FlatImageFavoursNeitherSide) {
  const ColourCells colours = QuantiseColours(cv::Mat(8, 8, CV_8UC3, cv::Scalar(7, 8, 9)), 16);
  EXPECT_LT(cv::norm(ColourLogOdds(colours, Half(0, 1), Half(2, 8), {})), 1e-6);
}

TEST(ColourLogOddsTest, SizesMustAgree) {
  const ColourCells colours = QuantiseColours(TwoColours(), 16);
  EXPECT_THROW(ColourLogOdds(colours, cv::Mat::zeros(4, 4, CV_32FC1), Half(0, 4), {}),
               std::invalid_argument);
}

TEST(QuantiseColoursTest, CellsLieInTheCube) {
  cv::Mat image(16, 16, CV_8UC3);
  cv::RNG(1).fill(image, cv::RNG::UNIFORM, 0, 256);
  for (const int bins : {2, 5, 64}) {
    double least = 0, greatest = 0;
    cv::minMaxLoc(QuantiseColours(image, bins).cells, &least, &greatest);
    EXPECT_GE(least, 0);
    EXPECT_LT(greatest, bins * bins * bins);
  }
}

}  // namespace
}  // namespace gradcut
