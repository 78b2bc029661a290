// No function of the library writes into what it is given: `cv::Mat` is a handle that is easily
// shared. Options are such that a function could hand its argument on as its result.
#include "gradcut/core/image.h"
#include "gradcut/cut/prior_cut.h"
#include "gradcut/graphcut/contrast.h"
#include "gradcut/graphcut/min_cut.h"
#include "gradcut/labels/certainty.h"
#include "gradcut/labels/label_model.h"
#include "gradcut/labels/labeller.h"
#include "gradcut/learn/bag_heads.h"
#include "gradcut/learn/cell_model.h"
#include "gradcut/learn/linear_head.h"
#include "gradcut/metrics/boundary.h"
#include "gradcut/metrics/confusion.h"
#include "gradcut/metrics/heat_map_scores.h"
#include "gradcut/metrics/localization.h"
#include "gradcut/metrics/nearest.h"
#include "gradcut/metrics/structure_measure.h"
#include "gradcut/metrics/weighted_f.h"
#include "gradcut/objectness/learn_objectness.h"
#include "gradcut/priors/colour_model.h"
#include "gradcut/priors/feature_diffusion.h"
#include "gradcut/priors/feature_model.h"
#include "gradcut/priors/heat_prior.h"
#include "gradcut/priors/location.h"
#include "gradcut/priors/seeds.h"
#include "gradcut/render/cutout.h"
#include "gradcut/render/render.h"
#include "gradcut/render/sheet.h"
#include "gradcut/render/soft_edge.h"
#include "gradcut/saliency/adversarial.h"
#include "gradcut/saliency/evidence.h"
#include "gradcut/segment/focus.h"
#include "gradcut/segment/segmenter.h"
#include "support/fake_classifier.h"
#include "support/feature_maps.h"
#include "support/linear_objectness.h"
#include "support/photos.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>
#include <string>

namespace gradcut {
namespace {

constexpr int kSide = 64;  // The size at which nothing is resized on the way.
constexpr int kCells = kSide / 16;

// The heat of something in the middle, smaller than the image.
cv::Mat Blob() {
  cv::Mat map(kSide, kSide, CV_32FC1);
  for (int row = 0; row < kSide; ++row)
    for (int col = 0; col < kSide; ++col)
      map.at<float>(row, col) = static_cast<float>(
          std::exp(-(std::pow(row - kSide / 2, 2) + std::pow(col - kSide / 2, 2)) / 100));
  return map;
}

cv::Mat RandomMap(int rows, int cols) {
  cv::Mat map(rows, cols, CV_32FC1);
  cv::RNG(5).fill(map, cv::RNG::UNIFORM, 0, 1);
  return map;
}

class ArgumentsTest : public ::testing::Test {
 protected:
  ArgumentsTest() {
    mask_(cv::Rect(20, 24, 20, 16)).setTo(255);
    trimap_(cv::Rect(20, 24, 20, 16)).setTo(255);
    cell_weights_ = cv::Mat::ones(6, 2, CV_32FC1);
    cell_bias_ = cv::Mat::zeros(1, 2, CV_32FC1);
    shown_.rowRange(0, 4).setTo(1);
  }

  // Calls each function; afterwards every argument has the bytes that it had before.
  void ExpectUntouched(const std::map<std::string, std::function<void()>>& calls) {
    for (const auto& [name, call] : calls) {
      std::map<std::string, cv::Mat> before;
      for (const auto& [argument, value] : arguments_) before[argument] = value->clone();
      call();
      for (const auto& [argument, value] : arguments_) {
        ASSERT_EQ(value->size(), before[argument].size()) << name << " resized " << argument;
        EXPECT_EQ(cv::norm(*value, before[argument], cv::NORM_INF), 0)
            << name << " wrote into " << argument;
      }
    }
  }

  std::shared_ptr<const Classifier> classifier_ = CellClassifier({1, 0.5, -1});
  cv::Mat image_ = Photo(1, {kSide, kSide});
  cv::Mat heat_ = Blob();
  cv::Mat cell_heat_ = RandomMap(kCells, kCells);
  cv::Mat log_odds_ = 4 * heat_ - 2;
  cv::Mat background_ = 1 - heat_;
  cv::Mat mask_ = cv::Mat::zeros(kSide, kSide, CV_8UC1);
  cv::Mat trimap_ = cv::Mat(kSide, kSide, CV_8UC1, cv::Scalar(kTrimapUnknown));
  FeatureMap features_ = RandomFeatures(kCells, kCells, 3, 1);
  cv::Mat objectness_ = RandomMap(kCells, kCells);
  cv::Mat head_weights_ = cv::Mat::ones(1, 6, CV_32FC1);
  std::shared_ptr<const ObjectnessHead> head_ = LinearObjectnessOf("cells", head_weights_, 0);
  cv::Mat inputs_ = RandomMap(8, 6);
  cv::Mat targets_ = RandomMap(8, 2);
  cv::Mat shown_ = cv::Mat::zeros(8, 1, CV_8UC1);
  cv::Mat cell_weights_, cell_bias_;

  const std::map<std::string, const cv::Mat*> arguments_ = {
      {"image", &image_},           {"heat map", &heat_},
      {"cells", &cell_heat_},       {"log odds", &log_odds_},
      {"background", &background_}, {"mask", &mask_},
      {"trimap", &trimap_},         {"features", &features_.values},
      {"head", &head_weights_},     {"inputs", &inputs_},
      {"objectness", &objectness_}, {"targets", &targets_},
      {"shown", &shown_},           {"weights", &cell_weights_},
      {"bias", &cell_bias_}};
};

TEST_F(ArgumentsTest, OfSegmenterAreUntouchedWhateverTheOptions) {
  std::map<std::string, std::function<void()>> calls;
  for (const std::string& preset : PresetNames())
    for (const bool second_look : {false, true})
      for (const double diffusion : {0.0, 0.9})
        calls[preset + (second_look ? ", second look" : "") + (diffusion > 0 ? ", diffused" : "")] =
            [this, preset, second_look, diffusion] {
              SegmenterOptions options = PresetOptions(preset);
              options.second_look = second_look;
              options.location.diffusion = diffusion;
              options.max_megapixels = 1;  // Nothing is resized.
              // The heat map alone is the prior, unweighted: it need not be copied.
              if (preset == "classic") options.location.saliency = 0;
              Segmentation located;
              located.heat_map = heat_;
              located.looks.resize(1);
              located.looks[0].heat_map = heat_;
              located.looks[0].features = features_;
              located.classes = {{0, "class 0", 1}};
              const Segmentation found =
                  Segmenter(classifier_, options, head_).Segment(image_, located);
              // Else there would be nothing to look at again.
              if (preset == "classic") {
                EXPECT_GT(cv::countNonZero(found.mask), 0);
              }
            };
  calls["Locate"] = [this] { Segmenter(classifier_, PresetOptions("fast")).Locate(image_); };
  ExpectUntouched(calls);
}

TEST_F(ArgumentsTest, OfPriorsAreUntouched) {
  const LocationOptions location = {.features = 1, .objectness = 1, .diffusion = 0.9, .slope = 1};
  ExpectUntouched({
      {"Resize",
       [&] {
         Resize(heat_, {kSide, kSide});
       }},
      {"Probability", [&] { Probability(log_odds_); }},
      {"MakeSeeds", [&] { MakeSeeds(heat_, {}); }},
      {"SeedLogOdds", [&] { SeedLogOdds(trimap_, {}); }},
      {"LocationPrior", [&] { LocationPrior(heat_, features_, objectness_, location); }},
      {"Diffuse", [&] { Diffuse(features_, cell_heat_, 0.9); }},
      {"FeatureProbability", [&] { FeatureProbability(features_, cell_heat_, 1, 0.3); }},
      {"ObjectnessHead", [&] { head_->Probability(features_, {}); }},
      {"HeatLogOdds",
       [&] {
         const std::vector<cv::Mat> maps = {heat_, background_};
         for (const bool stretch : {false, true})
           for (const HeatValues values : {HeatValues::kHeat, HeatValues::kProbability})
             HeatLogOdds(maps, values == HeatValues::kHeat ? cv::Mat() : background_,
                         {.values = values, .stretch = stretch});
       }},
      {"OtsuLevel", [&] { OtsuLevel(heat_); }},
      {"ColourModel", [&] { ColourModel(image_, {}).LogOdds(heat_, background_); }},
      {"CellScores",
       [&] {
         CellScores(CellModel{cell_weights_, cell_bias_}, inputs_);
       }},
      {"LearnFromBags", [&] { LearnFromBags(inputs_, shown_, cv::Mat::zeros(8, 1, CV_8UC1)); }},
      {"LearnCellNet", [&] { LearnCellNet(inputs_, targets_, {.epochs = 1}); }},
      {"FitHead", [&] { FitHead(inputs_, shown_, {"cat"}, {.folds = 2}); }},
      {"LearnObjectness",
       [&] {
         LearnObjectness({.grids = {{kCells, kCells}},
                          .confidences = {1},
                          .areas = {0.5},
                          .read =
                              [&](std::size_t) {
                                return ObjectnessSample{features_, objectness_};
                              }},
                         "cells", {{"cells", features_.values.cols}}, {.epochs = 1});
       }},
  });
}

TEST_F(ArgumentsTest, OfCutsAreUntouched) {
  ExpectUntouched({
      {"AddContrastWeights",
       [&] {
         GridEnergy energy;
         AddContrastWeights(image_, {}, energy);
         SetUnary(log_odds_, energy);
         ApplySeeds(trimap_, energy);
         const GridEnergy given = energy;
         MinCut(energy);
         EXPECT_EQ(energy.unary, given.unary);
         EXPECT_EQ(energy.pairwise, given.pairwise);
       }},
      {"CutByPriors of one class",
       [&] { CutByPriors(image_, std::span(&log_odds_, 1), {.max_megapixels = 1}); }},
      {"CutByPriors of two classes",
       [&] {
         const std::vector<cv::Mat> maps = {log_odds_, log_odds_};
         CutByPriors(image_, maps, {.max_megapixels = 1});
       }},
      {"ChooseParts",
       [&] {
         ChooseParts(mask_, {}, 8);
         ChooseParts(mask_, {.fill_holes = true, .keep_largest = true, .min_area = 0.01}, 8);
       }},
  });
}

TEST_F(ArgumentsTest, OfPicturesAreUntouched) {
  ExpectUntouched({
      {"ColourHeatMap", [&] { ColourHeatMap(heat_); }},
      {"Overlay", [&] { Overlay(image_, mask_); }},
      {"HeatMapOverlay", [&] { HeatMapOverlay(image_, heat_); }},
      {"SoftEdge", [&] { SoftEdge(image_, mask_, 3); }},
      {"Cutout",
       [&] {
         for (const std::string background : {"transparent", "white", "blur"})
           for (const double feather : {0.0, 3.0})
             Cutout(image_, mask_, {.feather = feather, .background = background});
       }},
      {"Sheet",
       [&] {
         const std::vector<Panel> panels = {{image_, {"one"}}, {image_, {}}};
         Sheet(panels, 2);
       }},
      {"Diffuseness", [&] { Diffuseness(heat_); }},
      {"EnergyInside", [&] { EnergyInside(heat_, mask_); }},
  });
}

TEST_F(ArgumentsTest, OfLabelsAndSaliencyAreUntouched) {
  const std::vector<LabelClass> classes = {{"thing", 1, {0}}};
  const Labeller labeller({{classifier_}}, PresetOptions("fast"), classes);
  const auto evidence = labeller.Gather(image_, {0});
  const LabelMap map = labeller.Label(image_, {0});
  const cv::Mat labels = map.labels.clone();
  ExpectUntouched({
      {"Label", [&] { labeller.Label(image_, {0}); }},
      {"WithoutUnsure", [&] { WithoutUnsure(map, {}); }},
      {"SampleLabels", [&] { SampleLabels(evidence, map.labels, {0}, classes, 0, 10, 0); }},
      {"FastGradientSign", [&] { FastGradientSign(*classifier_, image_, {0}, 4); }},
      {"GatherEvidence",
       [&] {
         GatherEvidence(*classifier_, image_, {{{0}, {}}}, kSide);
       }},
  });
  EXPECT_EQ(cv::norm(map.labels, labels, cv::NORM_INF), 0);
}

TEST_F(ArgumentsTest, OfMeasuresAreUntouched) {
  const cv::Mat object = mask_ / 255;
  const cv::Mat given = object.clone();
  ExpectUntouched({
      {"CountBinary", [&] { CountBinary(mask_, object); }},
      {"CountBoundary", [&] { CountBoundary(object, object); }},
      {"ScoreBoundary", [&] { ScoreBoundary(object, object); }},
      {"CountClassBoundaries", [&] { CountClassBoundaries(object, object, 2); }},
      {"Confusion", [&] { Confusion(2).Add(object, object); }},
      {"NearestInSet", [&] { NearestInSet(object); }},
      {"measures of heat maps",
       [&] {
         const HeatPixels pixels(heat_, object);
         const cv::Mat nearest = pixels.NearestObject();
         MeanAbsoluteError(pixels);
         StructureMeasure(pixels);
         WeightedFMeasure(pixels, nearest);
         ScoreAdaptiveThreshold(pixels);
         ScoreThresholds(pixels);
         PointingGame(pixels, nearest);
         EnergyOnObject(heat_, object);
       }},
  });
  EXPECT_EQ(cv::norm(object, given, cv::NORM_INF), 0);
}

}  // namespace
}  // namespace gradcut
