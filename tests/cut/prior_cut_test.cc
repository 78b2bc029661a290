#include "gradcut/cut/prior_cut.h"

#include "cut/cutter.h"
#include "gradcut/core/error.h"
#include "gradcut/core/image.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

const cv::Size kSize(60, 40);
const cv::Rect kLeft(6, 8, 18, 24);
const cv::Rect kRight(34, 8, 18, 24);

// Two boxes of different colours on noise.
cv::Mat Image() {
  cv::Mat image(kSize, CV_8UC3), noise(kSize, CV_8UC3);
  image.setTo(cv::Scalar(60, 70, 80));
  image(kLeft).setTo(cv::Scalar(220, 40, 30));
  image(kRight).setTo(cv::Scalar(30, 200, 60));
  cv::RNG(1).fill(noise, cv::RNG::UNIFORM, 0, 20);
  return image + noise;
}

// Log odds that say "here" in the middle of a box only, and weakly.
cv::Mat Hint(const cv::Rect& box) {
  cv::Mat hint(kSize, CV_32FC1, -1.0);
  hint(cv::Rect(box.tl() + cv::Point(5, 6), box.size() - cv::Size(10, 12))) = 2;
  return hint;
}

cv::Mat MaskOf(const cv::Rect& box) {
  cv::Mat mask = cv::Mat::zeros(kSize, CV_8UC1);
  mask(box) = 255;
  return mask;
}

int Wrong(const cv::Mat& mask, const cv::Mat& truth) { return cv::countNonZero(mask != truth); }

TEST(PriorCutTest, DefaultsAreValid) { Validate(PriorCutOptions()); }

TEST(PriorCutTest, AHintGrowsToTheObjectsOutline) {
  const PriorCut cut = CutByPriors(Image(), std::vector{Hint(kLeft)}, {});
  EXPECT_EQ(cut.labels.size(), kSize);
  EXPECT_EQ(Wrong(cut.labels == 1, MaskOf(kLeft)), 0);
  EXPECT_GT(cut.confidence, 0.1);
  EXPECT_LE(cut.confidence, 1);
}

TEST(PriorCutTest, EachClassGetsItsObject) {
  const PriorCut cut = CutByPriors(Image(), std::vector{Hint(kRight), Hint(kLeft)}, {});
  EXPECT_EQ(Wrong(cut.labels == 1, MaskOf(kRight)), 0);
  EXPECT_EQ(Wrong(cut.labels == 2, MaskOf(kLeft)), 0);
}

TEST(PriorCutTest, ProbabilitiesAddUpToOne) {
  for (const int classes : {1, 2}) {
    const std::vector<cv::Mat> hints = {Hint(kLeft), Hint(kRight)};
    const PriorCut cut = CutByPriors(Image(), std::span(hints).first(classes), {});
    ASSERT_EQ(cut.probabilities.size(), static_cast<std::size_t>(classes) + 1);
    cv::Mat sum = cv::Mat::zeros(kSize, CV_32FC1);
    for (const cv::Mat& each : cut.probabilities) {
      EXPECT_TRUE(cv::checkRange(each, true, nullptr, 0, 1.0001));
      sum += each;
    }
    EXPECT_LT(cv::norm(sum, cv::Mat::ones(kSize, CV_32FC1), cv::NORM_INF), 1e-5);
    EXPECT_GT(cut.probabilities[1].at<float>(20, 15), 0.5);
  }
}

// A class that is nowhere likely changes nothing.
TEST(PriorCutTest, SeveralClassesAgreeWithOneWhereTheOthersAreAbsent) {
  const cv::Mat never(kSize, CV_32FC1, -50.0);
  const PriorCut one = CutByPriors(Image(), std::vector{Hint(kLeft)}, {});
  const PriorCut two = CutByPriors(Image(), std::vector{Hint(kLeft), never}, {});
  EXPECT_EQ(Wrong(one.labels, two.labels), 0);
  EXPECT_NEAR(one.confidence, two.confidence, 1e-5);
}

TEST(PriorCutTest, BothSolversAgree) {
  const std::vector<cv::Mat> hints = {Hint(kLeft), Hint(kRight)};
  PriorCutOptions boost;
  boost.graphcut.solver = Solver::kBoost;
  for (const int classes : {1, 2})
    EXPECT_EQ(Wrong(CutByPriors(Image(), std::span(hints).first(classes), {}).labels,
                    CutByPriors(Image(), std::span(hints).first(classes), boost).labels),
              0);
}

TEST(PriorCutTest, LargeImagesAreCutSmallAndCoarseMapsAreStretched) {
  cv::Mat image, hint;
  cv::resize(Image(), image, {}, 12, 12, cv::INTER_NEAREST);
  cv::resize(Hint(kLeft), hint, {15, 10}, 0, 0, cv::INTER_AREA);
  const PriorCut cut = CutByPriors(image, std::vector{hint}, {});
  EXPECT_EQ(cut.labels.size(), image.size());
  EXPECT_EQ(cut.probabilities[1].size(), image.size());
  cv::Mat truth;
  cv::resize(MaskOf(kLeft), truth, image.size(), 0, 0, cv::INTER_NEAREST);
  EXPECT_LT(Wrong(cut.labels == 1, truth), 0.02 * image.size().area());
}

TEST(PriorCutTest, NothingLikelyIsBackgroundEverywhere) {
  const cv::Mat never(kSize, CV_32FC1, -50.0);
  const PriorCut cut = CutByPriors(Image(), std::vector{never}, {});
  EXPECT_EQ(cv::countNonZero(cut.labels), 0);
  EXPECT_EQ(cut.confidence, 0);
}

// Also with several classes, where nothing else looks at each value.
TEST(PriorCutTest, ValuesThatAreNoNumbersAreRefused) {
  for (const float value : {NAN, INFINITY}) {
    cv::Mat bad = Hint(kRight);
    bad.at<float>(3, 4) = value;
    EXPECT_THROW(CutByPriors(Image(), std::vector{bad}, {}), std::invalid_argument);
    EXPECT_THROW(CutByPriors(Image(), std::vector{Hint(kLeft), bad}, {}), std::invalid_argument);
  }
}

// What `segment.max_megapixels` allows may be more than a grid holds.
TEST(PriorCutTest, NoImageIsCutAtMoreThanAGridHolds) {
  const cv::Size size = WorkingSize({20'000, 15'000}, 1000);
  EXPECT_LE(static_cast<std::size_t>(size.area()), kMaxPixels);
  EXPECT_GT(size.width, 18'000);
  EXPECT_EQ(WorkingSize({100'000, 100'000}, 1), cv::Size(1000, 1000));
  EXPECT_EQ(WorkingSize({400, 300}, 1000), cv::Size(400, 300));
}

TEST(PriorCutTest, BadInputIsRefused) {
  EXPECT_THROW(CutByPriors(Image(), {}, {}), std::invalid_argument);
  EXPECT_THROW(CutByPriors(Image(), std::vector{MaskOf(kLeft)}, {}), std::invalid_argument);
  EXPECT_THROW(CutByPriors(cv::Mat(), std::vector{Hint(kLeft)}, {}), std::invalid_argument);
  PriorCutOptions options;
  options.rounds = 0;
  EXPECT_THROW(CutByPriors(Image(), std::vector{Hint(kLeft)}, options), Error);
}

TEST(PriorCutTest, HintsGoBeforeThePrior) {
  const Hints hints = {
      .strokes = {{.points = {{43, 20}}}, {.points = {{15, 20}}, .object = false}}};
  const PriorCut cut = CutByPriors(Image(), std::vector{Hint(kLeft)}, {}, hints);
  EXPECT_EQ(cut.labels.at<std::uint8_t>(20, 43), 1);
  EXPECT_EQ(cut.labels.at<std::uint8_t>(20, 15), 0);
}

TEST(PriorCutTest, NothingOutsideEveryBoxIsObject) {
  const cv::Mat both = cv::max(Hint(kLeft), Hint(kRight));
  const PriorCut cut = CutByPriors(Image(), std::vector{both}, {}, {.boxes = {{.box = kLeft}}});
  EXPECT_EQ(Wrong(cut.labels == 1, MaskOf(kLeft)), 0);
}

TEST(PriorCutTest, HintsGoWithOneClass) {
  EXPECT_THROW(CutByPriors(Image(), std::vector{Hint(kLeft), Hint(kRight)}, {},
                           {.strokes = {{.points = {{5, 5}}}}}),
               Error);
}

// Log odds that say "here" in all of a box.
cv::Mat Sure(const cv::Rect& box) {
  cv::Mat prior(kSize, CV_32FC1, -3.0);
  prior(box).setTo(3);
  return prior;
}

TEST(PriorCutTest, HolesOfEachClassAreFilled) {
  const cv::Rect hole(39, 15, 8, 10);
  cv::Mat image = Image();
  image(hole).setTo(cv::Scalar(60, 70, 80));
  std::vector<cv::Mat> priors = {Sure(kLeft), Sure(kRight)};
  priors[1](hole).setTo(-3);
  const PriorCut plain = CutByPriors(image, priors, {});
  ASSERT_EQ(cv::countNonZero(plain.labels(hole)), 0);
  const PriorCut filled = CutByPriors(image, priors, {}, {.fill_holes = true});
  EXPECT_EQ(Wrong(filled.labels == 2, MaskOf(kRight)), 0);
  EXPECT_EQ(Wrong(filled.labels == 1, plain.labels == 1), 0);
  EXPECT_EQ(cv::norm(filled.probabilities[2], plain.probabilities[2], cv::NORM_INF), 0);
}

TEST(PriorCutTest, OfEachClassTheLargestPartIsKeptAndWhatIsDrawn) {
  const cv::Rect small(40, 14, 8, 8);
  const std::vector<cv::Mat> prior = {cv::max(Sure(kLeft), Sure(small))};
  cv::Mat image = Image();
  image(kRight).setTo(cv::Scalar(60, 70, 80));
  image(small).setTo(cv::Scalar(220, 40, 30));
  ASSERT_GT(cv::countNonZero(CutByPriors(image, prior, {}).labels(small)), small.area() / 2);
  const cv::Mat largest = CutByPriors(image, prior, {}, {.keep_largest = true}).labels;
  EXPECT_EQ(Wrong(largest == 1, MaskOf(kLeft)), 0);
  Hints hints = {.strokes = {{.points = {{44, 18}}}, {.points = {{15, 20}}}}};
  ASSERT_GT(cv::countNonZero(CutByPriors(image, prior, {}, hints).labels(small)), 1);
  hints.keep_largest = true;
  EXPECT_EQ(cv::countNonZero(CutByPriors(image, prior, {}, hints).labels(small)), 1);
}

}  // namespace
}  // namespace gradcut
