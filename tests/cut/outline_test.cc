#include "cut/outline.h"

#include "gradcut/core/image.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

// A photo with an orange object on a textured green ground, and its true mask.
struct Scene {
  cv::Mat image;
  cv::Mat truth;
};

Scene Disc(cv::Size size) {
  Scene scene = {cv::Mat(size, CV_8UC3), cv::Mat::zeros(size, CV_8UC1)};
  cv::RNG(5).fill(scene.image, cv::RNG::UNIFORM, 0, 60);
  scene.image += cv::Scalar(40, 120, 40);
  const cv::Point middle(size.width / 2, size.height / 2);
  cv::circle(scene.truth, middle, size.height / 3, cv::Scalar(kMaskForeground), cv::FILLED);
  cv::circle(scene.image, middle, size.height / 3, cv::Scalar(220, 140, 40), cv::FILLED);
  return scene;
}

// What a cut of a copy of size `small` gives that sees the object as blocks.
Cutter::Result CutOf(const Scene& scene, cv::Size small) {
  const cv::Mat mask = Resize(scene.truth, small) > 127;
  cv::Mat log_odds;
  mask.convertTo(log_odds, CV_32FC1, 4.0 / 255, -2);
  return {mask, log_odds, log_odds * 0.25, {}};
}

Outlined FullSize(const Scene& scene, const Cutter::Result& cut, bool outline = true,
                  const cv::Mat& certain = {}) {
  return AtFullSize(scene.image, cut, certain,
                    {.outline = outline, .probability = true, .local_colour = 2, .graphcut = {}});
}

int Wrong(const cv::Mat& mask, const cv::Mat& truth) { return cv::countNonZero(mask != truth); }

TEST(Outline, FollowsTheObjectToThePixel) {
  const Scene scene = Disc({640, 480});
  const Cutter::Result cut = CutOf(scene, {40, 30});
  const int scaled = Wrong(FullSize(scene, cut, /*outline=*/false).mask, scene.truth);
  const int outlined = Wrong(FullSize(scene, cut).mask, scene.truth);
  EXPECT_GT(scaled, 1000);
  EXPECT_LT(outlined, 100);  // Of 1,005 pixels along the outline.
}

TEST(Outline, BringsBackThinThingsWithinItsBand) {
  Scene scene = Disc({640, 480});
  const cv::Rect leg(316, 396, 8, 20);
  scene.image(leg).setTo(cv::Scalar(220, 140, 40));
  const Cutter::Result cut = CutOf(scene, {40, 30});
  scene.truth(leg).setTo(kMaskForeground);
  EXPECT_GT(cv::countNonZero(FullSize(scene, cut).mask(leg)), leg.area() * 9 / 10);
}

TEST(Outline, ChangesNothingFarFromTheOutline) {
  Scene scene = Disc({640, 480});
  scene.image(cv::Rect(20, 20, 40, 40)).setTo(cv::Scalar(220, 140, 40));  // Like the object.
  const Outlined outlined = FullSize(scene, CutOf(scene, {40, 30}));
  EXPECT_EQ(cv::countNonZero(outlined.mask(cv::Rect(0, 0, 100, 100))), 0);
}

TEST(Outline, LeavesWhatIsCertain) {
  const Scene scene = Disc({640, 480});
  cv::Mat certain(scene.image.size(), CV_8UC1, cv::Scalar(kTrimapUnknown));
  const cv::Rect inside(300, 84, 40, 12), outside(300, 60, 40, 12);
  certain(inside).setTo(kMaskBackground);
  certain(outside).setTo(kMaskForeground);
  const cv::Mat mask = FullSize(scene, CutOf(scene, {40, 30}), true, certain).mask;
  EXPECT_EQ(cv::countNonZero(mask(inside)), 0);
  EXPECT_EQ(cv::countNonZero(mask(outside)), outside.area());
}

TEST(Outline, ProbabilityIsOfTheImagesSizeToo) {
  const Scene scene = Disc({640, 480});
  const cv::Mat probability = FullSize(scene, CutOf(scene, {40, 30})).probability;
  ASSERT_EQ(probability.size(), scene.image.size());
  EXPECT_TRUE(cv::checkRange(probability, true, nullptr, 0, 1.0001));
  EXPECT_GT(probability.at<float>(86, 320), 0.9);  // Two pixels within the outline,
  EXPECT_LT(probability.at<float>(74, 320), 0.1);  // and two outside.
}

TEST(Outline, WithoutItTheMaskIsScaledUp) {
  const Scene scene = Disc({640, 480});
  const Cutter::Result cut = CutOf(scene, {40, 30});
  EXPECT_EQ(Wrong(FullSize(scene, cut, false).mask, Resize(cut.mask, scene.image.size()) > 127), 0);
}

TEST(Outline, AMaskOfTheImagesSizeStaysAsItIs) {
  const Scene scene = Disc({64, 48});
  const Cutter::Result cut = CutOf(scene, scene.image.size());
  EXPECT_EQ(Wrong(FullSize(scene, cut).mask, cut.mask), 0);
}

TEST(Outline, MasksWithoutAnOutlineAreScaled) {
  const Scene scene = Disc({333, 77});
  for (const int value : {0, 255}) {
    Cutter::Result cut = CutOf(scene, {40, 9});
    cut.mask.setTo(value);
    EXPECT_EQ(cv::countNonZero(FullSize(scene, cut).mask != value), 0);
  }
}

TEST(Outline, AnEmptyMaskWithoutLogOddsHasNoProbability) {
  const Scene scene = Disc({64, 48});
  const Cutter::Result cut = {cv::Mat::zeros(6, 8, CV_8UC1), {}};
  EXPECT_EQ(cv::countNonZero(FullSize(scene, cut).mask), 0);
  EXPECT_EQ(cv::norm(FullSize(scene, cut).probability), 0);
}

TEST(Outline, OddSizesOnePixelWideOnesToo) {
  for (const cv::Size size : {cv::Size(641, 3), cv::Size(1, 500), cv::Size(37, 511)}) {
    const Scene scene = Disc(size);
    const cv::Size small(std::max(1, size.width / 11), std::max(1, size.height / 11));
    EXPECT_EQ(FullSize(scene, CutOf(scene, small)).mask.size(), size);
  }
}

TEST(Outline, WithoutProbabilityTheMaskIsTheSame) {
  const Scene scene = Disc({640, 480});
  const Cutter::Result cut = CutOf(scene, {40, 30});
  const Outlined mask_alone =
      AtFullSize(scene.image, cut, {},
                 {.outline = true, .probability = false, .local_colour = 2, .graphcut = {}});
  EXPECT_TRUE(mask_alone.probability.empty());
  EXPECT_EQ(Wrong(mask_alone.mask, FullSize(scene, cut).mask), 0);
}

TEST(Outline, IsTheSameEveryTime) {
  const Scene scene = Disc({640, 480});
  const Cutter::Result cut = CutOf(scene, {40, 30});
  EXPECT_EQ(Wrong(FullSize(scene, cut).mask, FullSize(scene, cut).mask), 0);
}

}  // namespace
}  // namespace gradcut
