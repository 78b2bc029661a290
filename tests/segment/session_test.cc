#include "gradcut/segment/session.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/cut/mask_parts.h"
#include "support/error_of.h"
#include "support/fake_classifier.h"
#include "support/two_squares.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

using ::testing::HasSubstr;

// The classifier's only class is anything red.
Segmenter RedSegmenter() {
  SegmenterOptions options = PresetOptions("fast");
  options.saliency.scales = {192};
  options.max_megapixels = 1;
  return Segmenter(CellClassifier({1, 0, 0}), options);
}

HintBox BoxAround(const cv::Rect& place, std::int64_t id = 1) { return {.id = id, .box = place}; }

TEST(SessionTest, WithoutHintsItIsTheSegmenter) {
  const Segmenter segmenter = RedSegmenter();
  const Segmentation alone = segmenter.Segment(TwoSquares());
  EXPECT_GT(IoU(alone.mask, {kRed}), 0.95);
  EXPECT_TRUE(Same(Session(segmenter, TwoSquares()).Segment().mask, alone.mask));
}

TEST(SessionTest, AClickMovesAWholeObject) {
  const Segmenter segmenter = RedSegmenter();
  Session session(segmenter, TwoSquares());
  session.Add(Click(kGreen, true));
  EXPECT_GT(IoU(session.Segment().mask, {kRed, kGreen}), 0.95);
  session.Add(Click(kRed, false));
  EXPECT_GT(IoU(session.Segment().mask, {kGreen}), 0.95);
}

TEST(SessionTest, UndoAndRedoGoThroughTheSameMasks) {
  const Segmenter segmenter = RedSegmenter();
  Session session(segmenter, TwoSquares());
  EXPECT_FALSE(session.Undo());
  session.Add(Click(kGreen, true));
  const cv::Mat one = session.Segment().mask;
  session.Add(Click(kRed, false));
  const cv::Mat two = session.Segment().mask;
  EXPECT_TRUE(session.Undo());
  EXPECT_TRUE(Same(session.Segment().mask, one));
  EXPECT_TRUE(session.Redo());
  EXPECT_TRUE(Same(session.Segment().mask, two));
  EXPECT_FALSE(session.Redo());
  session.Undo();
  session.Add(Click(kRed, true));
  EXPECT_FALSE(session.Redo());  // What was undone is gone.
  session.Clear();
  EXPECT_TRUE(session.hints().empty());
  EXPECT_TRUE(session.Undo());
  EXPECT_EQ(session.hints().strokes.size(), 2U);
}

TEST(SessionTest, OneByOneOrAllAtOnceIsTheSame) {
  const Segmenter segmenter = RedSegmenter();
  Session session(segmenter, TwoSquares());
  for (const HintStroke& stroke : {Click(kGreen, true), Click(kRed, false)}) {
    session.Add(stroke);
    session.Segment();
  }
  const Segmentation slowly = session.Segment();
  const Segmentation at_once = Session(segmenter, TwoSquares()).Segment(session.hints());
  EXPECT_TRUE(Same(slowly.mask, at_once.mask));
  EXPECT_TRUE(Same(slowly.probability, at_once.probability));
  EXPECT_EQ(slowly.confidence, at_once.confidence);
}

TEST(SessionTest, HardStrokesAreObeyedWhateverIsThere) {
  const Segmenter segmenter = RedSegmenter();
  Session session(segmenter, TwoSquares());
  session.Add({.points = {{100, 20}, {110, 20}}, .radius = 2});                 // In the dark blue.
  session.Add({.points = {{20, 60}, {30, 60}}, .radius = 1, .object = false});  // In the red.
  const cv::Mat mask = session.Segment().mask;
  EXPECT_EQ(cv::countNonZero(mask(cv::Rect(100, 19, 10, 2))), 20);
  EXPECT_EQ(cv::countNonZero(mask(cv::Rect(20, 59, 10, 2))), 0);
}

TEST(SessionTest, ATrimapIsObeyed) {
  const Segmenter segmenter = RedSegmenter();
  cv::Mat trimap(kSize, CV_8UC1, cv::Scalar(kTrimapUnknown));
  trimap(kGreen).setTo(kMaskForeground);
  trimap.colRange(0, 90).setTo(kMaskBackground);
  const cv::Mat mask = Session(segmenter, TwoSquares()).Segment({.trimap = trimap}).mask;
  EXPECT_GT(IoU(mask, {kGreen}), 0.95);
  EXPECT_EQ(cv::countNonZero(mask.colRange(0, 90)), 0);
}

TEST(SessionTest, RefusedHintsChangeNothing) {
  const Segmenter segmenter = RedSegmenter();
  Session session(segmenter, TwoSquares());
  EXPECT_THAT(ErrorOf([&] {
                session.Add(HintStroke{.points = {{500, 5}}});
              }),
              HasSubstr("outside the 192x144 image"));
  EXPECT_TRUE(session.hints().empty());
}

TEST(SessionTest, WhatFailedFailsAgainOrSucceeds) {
  const Segmenter segmenter = RedSegmenter();
  Session unknown(segmenter, TwoSquares(), {5000});
  unknown.Add(Click(kRed, true));
  for (int time = 0; time < 2; ++time) EXPECT_THROW(unknown.Segment(), std::invalid_argument);
  std::vector<int> named = {5000};
  Session session(segmenter, TwoSquares(), {}, [&](const std::string&) { return named; });
  HintBox box = BoxAround(kRed);
  box.class_name = "red";
  for (int time = 0; time < 2; ++time)
    EXPECT_THROW(session.Segment({.boxes = {box}}), std::invalid_argument);
  named = {0};
  EXPECT_GT(IoU(session.Segment({.boxes = {box}}).mask, {kRed}), 0.9);
}

TEST(SessionTest, ABoxMeansTheObjectThatFillsIt) {
  const Segmenter segmenter = RedSegmenter();
  const Segmentation result =
      Session(segmenter, TwoSquares()).Segment({.boxes = {BoxAround(kGreen, 9)}});
  EXPECT_GT(IoU(result.mask, {kGreen}), 0.9);
  ASSERT_EQ(result.instances.size(), 1U);
  const Instance& instance = result.instances[0];
  EXPECT_EQ(instance.id, 9);
  EXPECT_EQ(instance.mask.size(), instance.place.size());
  EXPECT_TRUE(Same(result.mask(instance.place), instance.mask));
}

TEST(SessionTest, NothingOutsideEveryBoxIsObject) {
  const Segmenter segmenter = RedSegmenter();
  const cv::Rect part(20, 50, 20, 30);
  cv::Mat mask = Session(segmenter, TwoSquares()).Segment({.boxes = {BoxAround(part)}}).mask;
  EXPECT_GT(cv::countNonZero(mask(part)), 0.5 * part.area());
  mask(part).setTo(0);
  EXPECT_EQ(cv::countNonZero(mask), 0);
}

TEST(SessionTest, ABoxWithNothingInItHasItsMiddleAndNoConfidence) {
  const Segmenter segmenter = RedSegmenter();
  const cv::Mat blank(kSize, CV_8UC3, cv::Scalar(10, 10, 60));
  const cv::Rect box(50, 40, 60, 40);
  const Segmentation result = Session(segmenter, blank).Segment({.boxes = {BoxAround(box)}});
  EXPECT_GT(cv::countNonZero(result.mask), 0.4 * box.area());
  EXPECT_EQ(result.mask.at<std::uint8_t>(60, 80), 255);
  EXPECT_LT(result.instances[0].confidence, 0.5);
}

TEST(SessionTest, NoBoxIsTooSmall) {
  const Segmenter segmenter = RedSegmenter();
  const cv::Mat blank(kSize, CV_8UC3, cv::Scalar(10, 10, 60));
  for (const cv::Rect2d& box : {cv::Rect2d(5, 5, 3, 4), cv::Rect2d(50.2, 40.1, 0.3, 0.2),
                                cv::Rect2d(191.5, 143.5, 0.5, 0.5)}) {
    const Segmentation result = Session(segmenter, blank).Segment({.boxes = {{.box = box}}});
    EXPECT_GE(cv::countNonZero(result.mask), 1) << box;
    EXPECT_LE(cv::countNonZero(result.mask), 12) << box;
  }
}

TEST(SessionTest, AStrokeActsOnTheObjectOfItsBox) {
  const Segmenter segmenter = RedSegmenter();
  const cv::Rect both(10, 40, 172, 64);
  const HintStroke stroke = {.points = {{152, 72}}, .object = false, .box = 2};
  const Segmentation result =
      Session(segmenter, TwoSquares())
          .Segment({.boxes = {BoxAround(kGreen, 1), BoxAround(both, 2)}, .strokes = {stroke}});
  ASSERT_EQ(result.instances.size(), 2U);
  EXPECT_GT(cv::countNonZero(result.instances[0].mask), 0.8 * kGreen.area());
  cv::Mat second = cv::Mat::zeros(kSize, CV_8UC1);
  result.instances[1].mask.copyTo(second(result.instances[1].place));
  EXPECT_EQ(cv::countNonZero(second(kGreen)), 0);
}

TEST(SessionTest, OverlapsBelongToOneObject) {
  const Segmenter segmenter = RedSegmenter();
  const cv::Rect left(16, 48, 34, 48), right(36, 48, 28, 48);
  const Segmentation result = Session(segmenter, TwoSquares())
                                  .Segment({.boxes = {BoxAround(left, 1), BoxAround(right, 2)}});
  cv::Mat times = cv::Mat::zeros(kSize, CV_8UC1);
  for (const Instance& each : result.instances) {
    cv::Mat place = times(each.place);
    cv::add(place, cv::Scalar(1), place, each.mask);
  }
  double most = 0;
  cv::minMaxLoc(times, nullptr, &most);
  EXPECT_EQ(most, 1);
  EXPECT_GT(IoU(result.mask, {kRed}), 0.9);
}

TEST(SessionTest, AClassOfAHintIsWhatIsLookedFor) {
  SegmenterOptions options = PresetOptions("fast");
  options.saliency.scales = {192};
  options.max_megapixels = 1;
  const Segmenter segmenter(CellClassifier({1, 0, 0}), options);
  std::vector<std::string> asked;
  const auto find = [&](const std::string& name) {
    asked.push_back(name);
    return std::vector<int>{0};
  };
  Session session(segmenter, TwoSquares(), {}, find);
  HintBox box = BoxAround(kRed);
  box.class_name = "red";
  const Segmentation result = session.Segment({.boxes = {box}});
  EXPECT_THAT(asked, ::testing::Contains("red"));
  EXPECT_EQ(result.instances[0].class_name, "red");
}

TEST(SessionTest, SoftHintsOnlyPersuade) {
  SegmenterOptions options = PresetOptions("fast");
  options.saliency.scales = {192};
  options.max_megapixels = 1;
  options.hints.hard = false;
  options.hints.strength = 0.1;
  const Segmenter segmenter(CellClassifier({1, 0, 0}), options);
  const HintStroke lie = {.points = {{100, 20}}, .radius = 1};
  const cv::Mat mask = Session(segmenter, TwoSquares()).Segment({.strokes = {lie}}).mask;
  EXPECT_EQ(mask.at<std::uint8_t>(20, 100), 0);
}

// ---- What is wanted of the finished mask

// A red ring with a hole, and a smaller red square.
const cv::Rect kRing(24, 36, 72, 72), kHole(48, 60, 24, 24), kSpot(140, 60, 24, 24);

cv::Mat RingAndSpot() {
  cv::Mat image(kSize, CV_8UC3, cv::Scalar(10, 10, 60));
  cv::rectangle(image, kRing, cv::Scalar(230, 20, 20), cv::FILLED);
  cv::rectangle(image, kHole, cv::Scalar(10, 10, 60), cv::FILLED);
  cv::rectangle(image, kSpot, cv::Scalar(230, 20, 20), cv::FILLED);
  cv::Mat noise(kSize, CV_8UC3);
  cv::RNG(5).fill(noise, cv::RNG::UNIFORM, 0, 12);
  return image + noise;
}

int Pixels(const cv::Mat& mask, const cv::Rect& place) { return cv::countNonZero(mask(place)); }

TEST(SessionTest, HolesAreFilledAndTheLargestPartKeptInTheCutAsItIs) {
  const Segmenter segmenter = RedSegmenter();
  const Segmentation plain = segmenter.Segment(RingAndSpot());
  ASSERT_LT(Pixels(plain.mask, kHole), kHole.area() / 10);
  ASSERT_GT(Pixels(plain.mask, kSpot), kSpot.area() / 2);
  Session session(segmenter, RingAndSpot());
  for (const bool fill : {false, true})
    for (const bool largest : {false, true}) {
      const Segmentation result = session.Segment({.fill_holes = fill, .keep_largest = largest});
      const MaskOptions wanted = {.fill_holes = fill, .keep_largest = largest};
      EXPECT_TRUE(Same(result.mask, ChooseParts(plain.mask, wanted, 8)));
      EXPECT_TRUE(Same(result.probability, plain.probability));
      EXPECT_EQ(Pixels(result.mask, kHole) == kHole.area(), fill);
      EXPECT_EQ(Pixels(result.mask, kSpot) == 0, largest);
    }
}

TEST(SessionTest, StrokesCountMoreThanWishesForTheMask) {
  const Segmenter segmenter = RedSegmenter();
  Session session(segmenter, RingAndSpot());
  const std::vector<HintStroke> strokes = {
      {.points = {{60, 72}}, .object = false}, Click(kSpot, true), {.points = {{30, 72}}}};
  const cv::Mat drawn = session.Segment({.strokes = strokes}).mask;
  ASSERT_LT(Pixels(drawn, kHole), kHole.area() / 2);
  ASSERT_GT(Pixels(drawn, kSpot), kSpot.area() / 2);
  const cv::Mat mask =
      session.Segment({.strokes = strokes, .fill_holes = true, .keep_largest = true}).mask;
  EXPECT_EQ(Pixels(mask, kHole), kHole.area() - 1) << "all of the hole but the stroke";
  EXPECT_EQ(mask.at<std::uint8_t>(72, 60), 0);
  EXPECT_EQ(Pixels(mask, kSpot), 1) << "nothing of the spot but the stroke";
  EXPECT_EQ(mask.at<std::uint8_t>(72, 152), 255);
}

TEST(SessionTest, WishesForTheMaskAreForTheObjectOfEachBox) {
  const Segmenter segmenter = RedSegmenter();
  Session session(segmenter, RingAndSpot());
  const std::vector<HintBox> boxes = {BoxAround(kRing, 1), BoxAround(kSpot, 2)};
  const std::vector<HintStroke> strokes = {
      {.points = {{60, 72}}, .radius = 6, .object = false, .box = 1}, Click(kSpot, true)};
  const Segmentation drawn = session.Segment({.boxes = boxes, .strokes = strokes});
  const Segmentation result = session.Segment(
      {.boxes = boxes, .strokes = strokes, .fill_holes = true, .keep_largest = true});
  ASSERT_EQ(result.instances.size(), 2U);
  EXPECT_GT(Pixels(result.mask, kSpot), kSpot.area() / 2) << "the smaller object stays";
  EXPECT_GE(Pixels(result.mask, kHole), Pixels(drawn.mask, kHole));
  EXPECT_EQ(result.mask.at<std::uint8_t>(72, 60), 0);
  cv::Mat all = cv::Mat::zeros(kSize, CV_8UC1);
  for (std::size_t i = 0; i < result.instances.size(); ++i) {
    const Instance& each = result.instances[i];
    all(each.place).setTo(255, each.mask);
    EXPECT_TRUE(Same(result.mask(each.place) & each.mask, each.mask));
    cv::Mat labels;
    cv::Mat whole = cv::Mat::zeros(kSize, CV_8UC1);
    whole(each.place).setTo(255, each.mask);
    EXPECT_EQ(cv::connectedComponents(whole, labels, 8), 2) << "background and one part";
  }
  EXPECT_TRUE(Same(all, result.mask));
}

}  // namespace
}  // namespace gradcut
