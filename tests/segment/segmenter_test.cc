#include "gradcut/segment/segmenter.h"

#include "gradcut/core/error.h"
#include "gradcut/image/image_io.h"
#include "support/error_of.h"
#include "support/fake_classifier.h"
#include "support/feature_maps.h"
#include "support/linear_objectness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

constexpr int kSide = 32;

// A classifier that looks at the middle of the image, whatever is there.
std::shared_ptr<const Classifier> CentreClassifier() {
  at::Tensor weight = at::zeros({3, kSide, kSide});
  for (int row = 0; row < kSide; ++row)
    for (int col = 0; col < kSide; ++col)
      weight[0][row][col] =
          std::exp(-0.02 * ((row - 15.5) * (row - 15.5) + (col - 15.5) * (col - 15.5)));
  return LinearClassifier({weight});
}

std::shared_ptr<const Classifier> ConstantClassifier(float value) {
  return LinearClassifier({at::full({3, kSide, kSide}, value)});
}

// An orange disc of a third of the height on blue, with a little noise.
struct Scene {
  cv::Mat image;
  cv::Mat truth;
};

Scene Disc(cv::Size size) {
  Scene scene = {cv::Mat(size, CV_8UC3, cv::Scalar(40, 60, 160)), cv::Mat::zeros(size, CV_8UC1)};
  const cv::Point centre(size.width / 2, size.height / 2);
  cv::circle(scene.image, centre, size.height / 3, {220, 140, 30}, cv::FILLED);
  cv::circle(scene.truth, centre, size.height / 3, 255, cv::FILLED);
  cv::Mat noise(size, CV_8UC3);
  cv::RNG(3).fill(noise, cv::RNG::UNIFORM, 0, 12);
  scene.image += noise;
  return scene;
}

double IoU(const cv::Mat& a, const cv::Mat& b) {
  return static_cast<double>(cv::countNonZero(a & b)) / cv::countNonZero(a | b);
}

TEST(SegmenterTest, DiscIsCutOutAlongItsEdge) {
  const Scene scene = Disc({150, 120});
  const Segmentation result = Segmenter(CentreClassifier(), {}).Segment(scene.image);
  EXPECT_GT(IoU(result.mask, scene.truth), 0.97);
  EXPECT_GT(result.confidence, 0.9);
  EXPECT_TRUE(result.note.empty());
}

TEST(SegmenterTest, MapsHaveTheImagesSizeAndRange) {
  const Segmentation result = Segmenter(CentreClassifier(), {}).Segment(Disc({90, 61}).image);
  for (const cv::Mat& map : {result.mask, result.heat_map, result.probability})
    EXPECT_EQ(map.size(), cv::Size(90, 61));
  EXPECT_EQ(result.mask.type(), CV_8UC1);
  EXPECT_EQ(cv::countNonZero(result.mask), cv::countNonZero(result.mask == 255));
  for (const cv::Mat& map : {result.heat_map, result.probability}) {
    EXPECT_EQ(map.type(), CV_32FC1);
    EXPECT_TRUE(cv::checkRange(map, true, nullptr, 0, 1 + 1e-6));
  }
}

TEST(SegmenterTest, WithoutMapsTheMaskAndItsConfidenceAreTheSame) {
  const Scene scene = Disc({150, 120});
  for (const double slope : {0.0, 14.0}) {
    SegmenterOptions options;
    options.location.slope = slope;
    options.max_megapixels = 0.005;
    const Segmentation with = Segmenter(CentreClassifier(), options).Segment(scene.image);
    options.maps = false;
    const Segmentation without = Segmenter(CentreClassifier(), options).Segment(scene.image);
    EXPECT_EQ(cv::norm(with.mask, without.mask, cv::NORM_INF), 0) << slope;
    EXPECT_NEAR(with.confidence, without.confidence, 1e-9) << slope;
    EXPECT_TRUE(without.probability.empty()) << slope;
  }
}

TEST(SegmenterTest, MirroredImageGivesTheMirroredMask) {
  const Scene scene = Disc({100, 80});
  cv::Mat mirrored, expected;
  cv::flip(scene.image, mirrored, 1);
  const Segmenter segmenter(CentreClassifier(), {});
  cv::flip(segmenter.Segment(scene.image).mask, expected, 1);
  EXPECT_GT(IoU(segmenter.Segment(mirrored).mask, expected), 0.999);
}

TEST(SegmenterTest, LocatedImageCanBeCutWithOtherLaterOptions) {
  const Scene scene = Disc({90, 61});
  SegmenterOptions other;
  other.graphcut.smoothness = 1;
  other.seeds.strength = 5;
  const Segmenter first(CentreClassifier(), {}), second(CentreClassifier(), other);
  const Segmentation located = first.Locate(scene.image);
  const Segmentation whole = second.Segment(scene.image);
  const Segmentation split = second.Segment(scene.image, located);
  EXPECT_EQ(cv::norm(whole.mask, split.mask, cv::NORM_INF), 0);
  EXPECT_EQ(cv::norm(whole.probability, split.probability, cv::NORM_INF), 0);
  EXPECT_EQ(cv::norm(located.heat_map, first.Locate(scene.image).heat_map, cv::NORM_INF), 0);
  EXPECT_THROW(second.Segment(Disc({30, 30}).image, located), std::invalid_argument);
}

TEST(SegmenterTest, ACutTakesTheLocationPriorOfAnotherCut) {
  const Scene scene = Disc({90, 61});
  SegmenterOptions options;
  options.location.slope = 14;
  options.max_megapixels = 0.003;
  SegmenterOptions other = options;
  other.graphcut.smoothness = 1;
  other.colour.weight = 0.5;
  other.location.slope = 5;
  other.location.threshold = 0.3;
  other.rounds = 1;
  const Segmenter first(CentreClassifier(), options), second(CentreClassifier(), other);
  Segmentation located = first.Locate(scene.image);
  const Segmentation whole = second.Segment(scene.image);
  located.location = first.Segment(scene.image, located).location;
  EXPECT_EQ(cv::norm(located.location, whole.location, cv::NORM_INF), 0);
  EXPECT_EQ(cv::norm(whole.mask, second.Segment(scene.image, located).mask, cv::NORM_INF), 0);
  located.location = cv::Mat::zeros(located.location.size(), CV_32FC1);
  EXPECT_EQ(cv::countNonZero(second.Segment(scene.image, located).mask), 0);
}

TEST(SegmenterTest, TheLocationPriorDependsOnWhatComesBeforeItAndOnItsSize) {
  SegmenterOptions options;
  OptionList list;
  Describe(options, list);
  const auto later = [](const std::string& key) {
    const bool stage = key.starts_with("graphcut.") || key.starts_with("colour.") ||
                       key.starts_with("seeds.") || key.starts_with("mask.") ||
                       key.starts_with("hints.");
    return stage || key == "location.slope" || key == "location.threshold" ||
           key == "segment.rounds" || key == "segment.outline";
  };
  for (const Option& option : list.options())
    EXPECT_EQ(DecidesLocation(option.key, options), !later(option.key)) << option.key;
  options.second_look = true;
  for (const Option& option : list.options())
    EXPECT_TRUE(DecidesLocation(option.key, options)) << option.key;
}

TEST(SegmenterTest, TheHeatMapDependsOnSaliencyOptionsAndScalesAlone) {
  SegmenterOptions options;
  OptionList list;
  Describe(options, list);
  for (const Option& option : list.options())
    EXPECT_EQ(DecidesHeatMap(option.key),
              option.key.starts_with("saliency.") || option.key == "segment.more_scales")
        << option.key;
}

TEST(SegmenterTest, LargeImageIsCutSmallerThenAlongItsOutline) {
  const Scene scene = Disc({600, 480});
  SegmenterOptions options;
  options.max_megapixels = 0.01;
  const Segmentation outlined = Segmenter(CentreClassifier(), options).Segment(scene.image);
  EXPECT_EQ(outlined.mask.size(), scene.image.size());
  EXPECT_GT(IoU(outlined.mask, scene.truth), 0.995);
  options.outline = false;
  const Segmentation scaled = Segmenter(CentreClassifier(), options).Segment(scene.image);
  EXPECT_LT(IoU(scaled.mask, scene.truth), 0.99);
}

TEST(SegmenterTest, NothingToSeeGivesAnEmptyMaskWithANote) {
  for (const float value : {0.0F, 1.0F, std::numeric_limits<float>::quiet_NaN()}) {
    const Segmentation result =
        Segmenter(ConstantClassifier(value), {}).Segment(Disc({50, 40}).image);
    EXPECT_EQ(cv::countNonZero(result.mask), 0) << value;
    EXPECT_EQ(result.confidence, 0) << value;
    EXPECT_FALSE(result.note.empty()) << value;
  }
}

TEST(SegmenterTest, HeatMapThatSeedsOneSideAloneGivesAnEmptyMaskWithANote) {
  at::Tensor weight = at::zeros({3, kSide, kSide});
  weight[0][3][3] = 1;
  SegmenterOptions options;
  options.saliency.blur = 0;
  options.seeds.background_quantile = 0;  // No pixel is colder than the coldest.
  const Segmentation result =
      Segmenter(LinearClassifier({weight}), options).Segment(Disc({kSide, kSide}).image);
  EXPECT_EQ(cv::countNonZero(result.mask), 0);
  EXPECT_EQ(result.note, "the heat map is too flat to seed the background");
}

TEST(SegmenterTest, FlatAndTinyImagesNeverGiveAFullMask) {
  const Segmenter segmenter(CentreClassifier(), {});
  for (const cv::Size size : {cv::Size(1, 1), cv::Size(1, 9), cv::Size(2, 2), cv::Size(40, 30)}) {
    const cv::Mat flat(size, CV_8UC3, cv::Scalar(120, 130, 140));
    const Segmentation result = segmenter.Segment(flat);
    EXPECT_EQ(result.mask.size(), size);
    EXPECT_LT(cv::countNonZero(result.mask), size.area()) << size.width << " x " << size.height;
  }
}

// ---- Hidden layers, objectness and rounds

// Looks for red, at its hidden layers too.
std::shared_ptr<const Classifier> RedClassifier() { return CellClassifier({1, 0, 0}); }

// Says what is red and not blue: mean colours are the activations.
std::shared_ptr<const ObjectnessHead> RedHead() {
  return LinearObjectnessOf("cells", (cv::Mat_<float>(1, 6) << 20, 0, -20, 0, 0, 0), 0);
}

TEST(SegmenterTest, PresetsWithHiddenLayersCutTheDiscOut) {
  const Scene scene = Disc({300, 240});
  for (const std::string preset : {"fast", "best"}) {
    for (const auto& head : {std::shared_ptr<const ObjectnessHead>(), RedHead()}) {
      const Segmentation result =
          Segmenter(RedClassifier(), PresetOptions(preset), head).Segment(scene.image);
      EXPECT_EQ(result.mask.size(), scene.image.size());
      EXPECT_GT(IoU(result.mask, scene.truth), 0.95) << preset << " " << (head != nullptr);
      EXPECT_GT(result.confidence, 0.7) << preset;
      EXPECT_EQ(result.note, "") << preset;
    }
  }
}

TEST(SegmenterTest, PresetsWithHiddenLayersMirrorTheMaskOfAMirroredImage) {
  const Scene scene = Disc({320, 256});
  for (const std::string preset : {"fast", "best"}) {
    const Segmenter segmenter(RedClassifier(), PresetOptions(preset), RedHead());
    const cv::Mat mask = segmenter.Segment(scene.image).mask;
    EXPECT_GT(IoU(Mirrored(segmenter.Segment(Mirrored(scene.image)).mask), mask), 0.999) << preset;
  }
}

TEST(SegmenterTest, PresetsWithHiddenLayersTakeFlatAndTinyImages) {
  for (const std::string preset : {"fast", "best"}) {
    const Segmenter segmenter(RedClassifier(), PresetOptions(preset), RedHead());
    for (const cv::Size size : {cv::Size(1, 1), cv::Size(1, 900), cv::Size(40, 30)}) {
      const Segmentation result =
          segmenter.Segment(cv::Mat(size, CV_8UC3, cv::Scalar(120, 130, 140)));
      EXPECT_EQ(result.mask.size(), size);
      EXPECT_EQ(cv::countNonZero(result.mask), 0) << preset;
      EXPECT_NE(result.note, "") << preset;
    }
  }
}

TEST(SegmenterTest, ObjectnessDecidesWhereTheHeatMapIsBlind) {
  const Scene scene = Disc({300, 240});
  SegmenterOptions options = PresetOptions("fast");
  options.location.saliency = 0.01;
  options.location.features = 0;
  // A classifier that looks for blue would take the background.
  const auto blue = CellClassifier({0, 0, 1});
  EXPECT_LT(IoU(Segmenter(blue, options).Segment(scene.image).mask, scene.truth), 0.2);
  EXPECT_GT(IoU(Segmenter(blue, options, RedHead()).Segment(scene.image).mask, scene.truth), 0.95);
}

TEST(SegmenterTest, TheMeanOfThePriorsOfAllLooksCounts) {
  const cv::Mat image = Disc({300, 240}).image;
  // Without colours, smoothness and seeds, the probability is that of the prior.
  SegmenterOptions options = PresetOptions("fast");
  options.colour.weight = 0;
  options.graphcut.smoothness = 0;
  options.max_megapixels = 1;
  const auto prior = [&](int scale, const std::vector<int>& more) {
    options.saliency.scales = {scale};
    options.more_scales = more;
    const cv::Mat p = Segmenter(RedClassifier(), options, RedHead()).Segment(image).probability;
    cv::Mat odds, log_odds;
    cv::divide(p, 1 - p, odds);
    cv::log(odds, log_odds);
    return log_odds;
  };
  const cv::Mat both = prior(320, {192}), mean = (prior(320, {}) + prior(192, {})) / 2;
  EXPECT_LT(Difference(both, mean), 1e-2);
  EXPECT_GT(Difference(both, prior(320, {})), 1e-1);
}

bool HasStage(const Segmentation& result, const std::string& name) {
  return std::any_of(result.milliseconds.begin(), result.milliseconds.end(),
                     [&](const auto& stage) { return stage.first == name; });
}

TEST(SegmenterTest, SecondLookIsForObjectsThatLeaveRoom) {
  SegmenterOptions options = PresetOptions("fast");
  options.second_look = true;
  const Segmenter segmenter(RedClassifier(), options);
  Scene small = Disc({150, 120});
  cv::copyMakeBorder(small.image, small.image, 0, 200, 250, 0, cv::BORDER_REPLICATE);
  cv::copyMakeBorder(small.truth, small.truth, 0, 200, 250, 0, cv::BORDER_CONSTANT);
  const Segmentation looked = segmenter.Segment(small.image);
  EXPECT_TRUE(HasStage(looked, "second look"));
  EXPECT_GT(IoU(looked.mask, small.truth), 0.9);
  const Scene large = Disc({150, 120});
  EXPECT_FALSE(
      HasStage(segmenter.Segment(large.image(cv::boundingRect(large.truth))), "second look"));
}

TEST(SegmenterTest, ConfidenceIsTheShareOfTheMaskLeftByAHigherThreshold) {
  SegmenterOptions options = PresetOptions("fast");
  options.colour.weight = 0;
  options.graphcut.smoothness = 0;
  options.max_megapixels = 1;
  const Segmentation result = Segmenter(RedClassifier(), options).Segment(Disc({300, 240}).image);
  // The probability is the logistic function of slope (location - threshold).
  const double higher = 1 / (1 + std::exp(-options.location.slope * 0.12));
  const int left = cv::countNonZero(result.probability > higher);
  const int all = cv::countNonZero(result.mask);
  EXPECT_GT(left, 0);
  EXPECT_LT(left, all);
  EXPECT_NEAR(result.confidence, static_cast<double>(left) / all, 0.005);
}

TEST(SegmenterTest, SolversAgreeInEveryRound) {
  const Scene scene = Disc({150, 120});
  for (const int rounds : {1, 2, 3, 10}) {
    SegmenterOptions options = PresetOptions("fast");
    options.rounds = rounds;
    options.graphcut.solver = Solver::kGrid;
    const Segmentation grid = Segmenter(RedClassifier(), options).Segment(scene.image);
    options.graphcut.solver = Solver::kBoost;
    const Segmentation boost = Segmenter(RedClassifier(), options).Segment(scene.image);
    EXPECT_EQ(Difference(grid.mask, boost.mask), 0) << rounds;
    EXPECT_EQ(Difference(grid.probability, boost.probability), 0) << rounds;
  }
}

TEST(SegmenterTest, RoundsAfterTheCutHasSettledChangeNothing) {
  const Scene scene = Disc({150, 120});
  SegmenterOptions options = PresetOptions("fast");
  options.rounds = 10;
  const cv::Mat settled = Segmenter(RedClassifier(), options).Segment(scene.image).mask;
  options.rounds = 20;
  EXPECT_EQ(Difference(Segmenter(RedClassifier(), options).Segment(scene.image).mask, settled), 0);
}

TEST(SegmenterTest, HeadOfAnotherClassifierIsRefused) {
  const auto other = LinearObjectnessOf("other", cv::Mat::ones(1, 6, CV_32FC1), 0);
  EXPECT_THAT(ErrorOf([&] { Segmenter(RedClassifier(), PresetOptions("fast"), other); }),
              testing::HasSubstr("learned with 'other', not 'cells'"));
}

TEST(SegmenterTest, ClassifierWithoutTheLayersOfThePresetIsRefused) {
  const auto layerless = CellClassifier<LayerlessNetwork>({1, 0, 0});
  for (const std::string& preset : PresetNames()) {
    const std::string refusal = ErrorOf([&] { Segmenter(layerless, PresetOptions(preset)); });
    EXPECT_EQ(refusal == "no error", preset == "classic") << refusal;
  }
}

TEST(SegmenterTest, RealPhotoIsSegmentedTheSameTwice) {
  const std::string build = GRADCUT_BUILD_ROOT;
  const std::shared_ptr<const Classifier> classifier = Classifier::Load(
      {.model = build + "/models/efficientnet-lite0.safetensors", .device = "cpu"});
  const cv::Mat image = ReadImage(build + "/photos/coffee.png");
  const Segmenter segmenter(classifier, PresetOptions("classic"));
  const Segmentation first = segmenter.Segment(image), second = segmenter.Segment(image);
  EXPECT_EQ(cv::norm(first.mask, second.mask, cv::NORM_INF), 0);
  EXPECT_EQ(cv::norm(first.heat_map, second.heat_map, cv::NORM_INF), 0);
  EXPECT_EQ(first.classes.at(0).name, "espresso");
  EXPECT_GT(cv::countNonZero(first.mask), 0);
}

TEST(SegmenterTest, OptionsOutOfRangeAreRefused) {
  SegmenterOptions options;
  options.seeds.foreground_quantile = 2;
  EXPECT_THROW(Segmenter(CentreClassifier(), options), Error);
  EXPECT_THROW(Segmenter(nullptr, {}), std::invalid_argument);
  EXPECT_THROW(PresetOptions("nonsense"), Error);
}

TEST(PresetTest, EveryPresetIsValid) {
  for (const std::string& name : PresetNames()) EXPECT_NO_THROW(Validate(PresetOptions(name)));
}

}  // namespace
}  // namespace gradcut
