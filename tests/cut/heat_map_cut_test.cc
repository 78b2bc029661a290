#include "gradcut/cut/heat_map_cut.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/cut/hint_session.h"
#include "support/error_of.h"
#include "support/two_squares.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

using ::testing::HasSubstr;

// A cell of the heat map, which knows the red square, each 16 pixels.
const cv::Size kCells(12, 9);

Saliency SeesRed() {
  cv::Mat red, heat;
  cv::extractChannel(Resize(TwoSquares(), kCells), red, 0);
  red.convertTo(heat, CV_32FC1, 1.0 / 255);
  return {.heat_map = heat};
}

// The mean colours of the cells.
FeatureMap Colours() {
  cv::Mat cells;
  Resize(TwoSquares(), kCells).convertTo(cells, CV_32FC3);
  return {kCells.height, kCells.width, cells.reshape(1, kCells.area())};
}

TEST(HeatMapCutTest, EveryPresetCutsAlongTheOutline) {
  for (const std::string& preset : PresetNames()) {
    CutOptions options = PresetCut(preset);
    options.max_megapixels = 1;
    const Segmentation found = CutByHeatMap(TwoSquares(), SeesRed(), options);
    EXPECT_GT(IoU(found.mask, {kRed}), 0.95) << preset;
    EXPECT_EQ(found.heat_map.size(), kSize);
    EXPECT_EQ(found.probability.size(), kSize);
    EXPECT_GT(found.confidence, 0.5) << preset;
    EXPECT_EQ(found.note, "");
  }
}

// Where the heat map knows a part of an object, what looks alike is the rest of it.
TEST(HeatMapCutTest, FeaturesTellWhatLooksAlike) {
  Saliency seen = SeesRed();
  seen.heat_map.colRange(2, 4).setTo(0.3);
  CutOptions options = PresetCut("fast");
  options.colour.weight = 0;
  const double without = IoU(CutByHeatMap(TwoSquares(), seen, options).mask, {kRed});
  seen.features = Colours();
  EXPECT_GT(IoU(CutByHeatMap(TwoSquares(), seen, options).mask, {kRed}), without + 0.2);
}

TEST(HeatMapCutTest, HintsAreThoseOfASession) {
  const Hints hints = {.strokes = {Click(kGreen, true), Click(kRed, false)}};
  const CutOptions options = PresetCut("fast");
  const Segmentation at_once = CutByHeatMap(TwoSquares(), SeesRed(), options, hints);
  EXPECT_GT(IoU(at_once.mask, {kGreen}), 0.9);
  HintSession session(TwoSquares(), SeesRed(), options);
  EXPECT_TRUE(Same(session.Segment().mask, CutByHeatMap(TwoSquares(), SeesRed(), options).mask));
  for (const HintStroke& stroke : hints.strokes) session.Add(stroke);
  EXPECT_TRUE(Same(session.Segment().mask, at_once.mask));
  EXPECT_TRUE(session.Undo());
  EXPECT_GT(IoU(session.Segment().mask, {kRed, kGreen}), 0.9);
}

TEST(HeatMapCutTest, ABoxMeansTheObjectThatFillsIt) {
  for (const bool with_features : {false, true}) {
    Saliency seen = SeesRed();
    if (with_features) seen.features = Colours();
    const Segmentation found =
        CutByHeatMap(TwoSquares(), seen, PresetCut("fast"), {.boxes = {{.id = 3, .box = kGreen}}});
    EXPECT_GT(IoU(found.mask, {kGreen}), 0.9);
    ASSERT_EQ(found.instances.size(), 1U);
    EXPECT_EQ(found.instances[0].id, 3);
  }
}

TEST(HeatMapCutTest, FlatMapsHaveNoObject) {
  const Saliency flat = {.heat_map = cv::Mat::zeros(kCells, CV_32FC1)};
  const Segmentation found = CutByHeatMap(TwoSquares(), flat, PresetCut("classic"));
  EXPECT_EQ(cv::countNonZero(found.mask), 0);
  EXPECT_THAT(found.note, HasSubstr("too flat"));
}

TEST(HeatMapCutTest, BadInputIsRefused) {
  const CutOptions options = PresetCut("fast");
  const auto error = [&](const Saliency& seen) {
    return ErrorOf([&] { CutByHeatMap(TwoSquares(), seen, options); });
  };
  for (const float value : {-0.1F, 1.1F, NAN}) {
    Saliency seen = SeesRed();
    seen.heat_map.at<float>(2, 3) = value;
    EXPECT_THAT(error(seen), HasSubstr("outside [0, 1]"));
  }
  Saliency seen = SeesRed();
  seen.features = Colours();
  seen.features.rows = 5;
  EXPECT_THAT(error(seen), HasSubstr("no map of cells"));
  EXPECT_THROW(CutByHeatMap(TwoSquares(), {}, options), std::invalid_argument);
  EXPECT_THROW(CutByHeatMap(cv::Mat(), SeesRed(), options), std::invalid_argument);
  EXPECT_THROW(PresetCut("fastest"), Error);
}

}  // namespace
}  // namespace gradcut
