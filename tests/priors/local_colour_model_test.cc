#include "gradcut/priors/local_colour_model.h"

#include "gradcut/core/image.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

const cv::Scalar kRed(200, 30, 30), kBlue(30, 30, 200);

// Two objects before a background of the other's colour: red on blue on the left, blue on red on
// the right.
struct Scene {
  cv::Mat image;
  cv::Mat mask;
};

Scene Opposites(int side) {
  Scene scene = {cv::Mat(side, 2 * side, CV_8UC3, kBlue), cv::Mat::zeros(side, 2 * side, CV_8UC1)};
  scene.image.colRange(side, 2 * side).setTo(kRed);
  const cv::Rect left(side / 4, side / 4, side / 2, side / 2);
  const cv::Rect right = left + cv::Point(side, 0);
  scene.image(left).setTo(kRed);
  scene.image(right).setTo(kBlue);
  scene.mask(left).setTo(kMaskForeground);
  scene.mask(right).setTo(kMaskForeground);
  return scene;
}

cv::Mat LogOdds(const LocalColourModel& model, const cv::Mat& image) {
  return model.LogOdds(image, {{0, 0}, image.size()});
}

TEST(LocalColourModel, AColourMeansTheObjectHereAndTheBackgroundThere) {
  const Scene scene = Opposites(120);
  const cv::Mat odds = LogOdds(LocalColourModel(scene.image, scene.mask), scene.image);
  EXPECT_GT(odds.at<float>(60, 35), 1);    // Red on the left: object.
  EXPECT_LT(odds.at<float>(60, 10), -1);   // Blue on the left: background.
  EXPECT_GT(odds.at<float>(60, 205), 1);   // Blue on the right: object.
  EXPECT_LT(odds.at<float>(60, 230), -1);  // Red on the right: background.
}

TEST(LocalColourModel, StaysWithinThreeNats) {
  const Scene scene = Opposites(60);
  double least = 0, greatest = 0;
  cv::minMaxLoc(LogOdds(LocalColourModel(scene.image, scene.mask), scene.image), &least, &greatest);
  EXPECT_GE(least, -3);
  EXPECT_LE(greatest, 3);
}

TEST(LocalColourModel, SwappedSidesChangeTheSign) {
  const Scene scene = Opposites(60);
  const cv::Mat one = LogOdds(LocalColourModel(scene.image, scene.mask), scene.image);
  const cv::Mat other = LogOdds(LocalColourModel(scene.image, 255 - scene.mask), scene.image);
  EXPECT_LT(cv::norm(one + other, cv::NORM_INF), 1e-5);
}

TEST(LocalColourModel, SaysNothingWhereOneSideAloneIsNear) {
  cv::Mat image(60, 600, CV_8UC3, kBlue), mask = cv::Mat::zeros(60, 600, CV_8UC1);
  image.colRange(0, 40).setTo(kRed);
  mask.colRange(0, 40).setTo(kMaskForeground);
  const cv::Mat odds = LogOdds(LocalColourModel(image, mask), image);
  EXPECT_GT(odds.at<float>(30, 20), 1);
  EXPECT_EQ(cv::norm(odds.colRange(500, 600), cv::NORM_INF), 0);
}

TEST(LocalColourModel, AMaskOfOneSideSaysNothingAnywhere) {
  const Scene scene = Opposites(40);
  for (const int value : {0, 255}) {
    const cv::Mat mask(scene.mask.size(), CV_8UC1, cv::Scalar(value));
    EXPECT_EQ(cv::norm(LogOdds(LocalColourModel(scene.image, mask), scene.image)), 0);
  }
}

TEST(LocalColourModel, LearnedSmallItServesLargerCopies) {
  const Scene small = Opposites(40), large = Opposites(400);
  const LocalColourModel model(small.image, small.mask);
  const cv::Mat odds = LogOdds(model, large.image);
  EXPECT_LT(cv::norm(odds, Resize(LogOdds(model, small.image), large.image.size()), cv::NORM_L1) /
                static_cast<double>(odds.total()),
            0.2);
}

TEST(LocalColourModel, AWindowHasTheValuesOfTheWhole) {
  const Scene scene = Opposites(50);
  const LocalColourModel model(scene.image, scene.mask);
  const cv::Rect window(33, 7, 41, 20);
  EXPECT_EQ(cv::norm(model.LogOdds(scene.image, window), LogOdds(model, scene.image)(window)), 0);
}

TEST(LocalColourModel, ColoursThatItNeverSawCountAsTheNearest) {
  const Scene scene = Opposites(40);
  const LocalColourModel model(scene.image, scene.mask);
  const cv::Mat white(scene.image.size(), CV_8UC3, cv::Scalar::all(255));
  EXPECT_TRUE(cv::checkRange(LogOdds(model, white), true, nullptr, -3, 3.001));
}

TEST(LocalColourModel, WorksDownToOnePixel) {
  const cv::Mat image(1, 1, CV_8UC3, kRed), mask(1, 1, CV_8UC1, cv::Scalar(255));
  EXPECT_EQ(LogOdds(LocalColourModel(image, mask), image).at<float>(0, 0), 0);
}

TEST(LocalColourModel, AMaskOfAnotherSizeIsAMistake) {
  const Scene scene = Opposites(40);
  EXPECT_THROW(LocalColourModel(scene.image, cv::Mat::zeros(10, 10, CV_8UC1)),
               std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
