#include "gradcut/saliency/saliency.h"

#include "gradcut/core/error.h"
#include "support/error_of.h"
#include "support/fake_classifier.h"
#include "support/feature_maps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

constexpr int kSide = 16;

SaliencyOptions WithoutBlur() { return {.blur = 0}; }

cv::Mat GreyImage() { return cv::Mat(kSide, kSide, CV_8UC3, cv::Scalar::all(1)); }

// A weight that is zero but for one pixel, with a different value in each channel.
at::Tensor PixelWeight(int row, int col) {
  at::Tensor weight = at::zeros({3, kSide, kSide});
  weight[0][row][col] = 1;
  weight[1][row][col] = -3;
  weight[2][row][col] = 2;
  return weight;
}

TEST(ComputeSaliencyTest, LinearNetworkGivesItsWeightsBack) {
  at::Tensor weight = at::zeros({3, kSide, kSide});
  weight[0][2][3] = 4;
  weight[1][2][3] = -8;  // max |.| is 8
  weight[2][5][6] = 2;
  const auto classifier = LinearClassifier({weight});
  const cv::Mat map = ComputeSaliency(*classifier, GreyImage(), {}, WithoutBlur()).heat_map;
  EXPECT_EQ(map.type(), CV_32FC1);
  EXPECT_FLOAT_EQ(map.at<float>(2, 3), 1);
  EXPECT_FLOAT_EQ(map.at<float>(5, 6), 2.0F / 8);
  EXPECT_FLOAT_EQ(static_cast<float>(cv::sum(map)[0]), 1.25F);
}

TEST(ComputeSaliencyTest, SumOfSquaresAddsTheChannels) {
  at::Tensor weight = PixelWeight(1, 1);
  weight[0][8][8] = 1;
  const auto classifier = LinearClassifier({weight});
  const cv::Mat map = ComputeSaliency(*classifier, GreyImage(), {},
                                      {.reduction = ChannelReduction::kSumOfSquares, .blur = 0})
                          .heat_map;
  EXPECT_FLOAT_EQ(map.at<float>(1, 1), 1);
  EXPECT_FLOAT_EQ(map.at<float>(8, 8), 1.0F / (1 + 9 + 4));
}

TEST(ComputeSaliencyTest, BestClassIsLookedForUnlessAnotherIsNamed) {
  // Logits 0 (channels cancel) and 2.
  at::Tensor better = at::zeros({3, kSide, kSide});
  better[0][9][9] = 2;
  const auto classifier = LinearClassifier({PixelWeight(1, 1), better});
  const Saliency best = ComputeSaliency(*classifier, GreyImage(), {}, WithoutBlur());
  EXPECT_EQ(best.classes.at(0).index, 1);
  EXPECT_EQ(best.classes.at(0).name, "class 1");
  EXPECT_NEAR(best.classes.at(0).score, 1 / (1 + std::exp(-2.0)), 1e-6);
  EXPECT_FLOAT_EQ(best.heat_map.at<float>(9, 9), 1);

  const Saliency named = ComputeSaliency(*classifier, GreyImage(), {0}, WithoutBlur());
  EXPECT_EQ(named.classes.at(0).index, 0);
  EXPECT_FLOAT_EQ(named.heat_map.at<float>(1, 1), 1);
  EXPECT_FLOAT_EQ(named.heat_map.at<float>(9, 9), 0);
}

TEST(ComputeSaliencyTest, SeveralClassesAreWeightedByTheirProbabilities) {
  at::Tensor a = at::zeros({3, kSide, kSide}), b = at::zeros({3, kSide, kSide});
  a[0][1][1] = 2;
  b[0][9][9] = 1;
  const auto classifier = LinearClassifier({a, b});
  const Saliency both = ComputeSaliency(*classifier, GreyImage(), {0, 1}, WithoutBlur());
  ASSERT_EQ(both.classes.size(), 2U);
  EXPECT_EQ(both.classes[0].index, 0);
  const double ratio = std::exp(1.0 - 2.0) * 1 / 2;
  EXPECT_NEAR(both.heat_map.at<float>(9, 9), ratio, 1e-5);
}

TEST(ComputeSaliencyTest, BlurSpreadsAPixelAndKeepsItsPlace) {
  const auto classifier = LinearClassifier({PixelWeight(6, 9)});
  const cv::Mat map = ComputeSaliency(*classifier, GreyImage(), {}, {.blur = 0.1}).heat_map;
  cv::Point hottest;
  cv::minMaxLoc(map, nullptr, nullptr, nullptr, &hottest);
  EXPECT_EQ(hottest, cv::Point(9, 6));
  EXPECT_GT(map.at<float>(6, 8), 0.5F);
}

TEST(ComputeSaliencyTest, MapsWithoutContrastAreZerosWithANote) {
  for (const float value : {0.0F, 1.0F, std::numeric_limits<float>::quiet_NaN(),
                            std::numeric_limits<float>::infinity()}) {
    const auto classifier = LinearClassifier({at::full({3, kSide, kSide}, value)});
    const Saliency saliency = ComputeSaliency(*classifier, GreyImage(), {0}, WithoutBlur());
    EXPECT_EQ(cv::countNonZero(saliency.heat_map), 0) << value;
    EXPECT_FALSE(saliency.note.empty()) << value;
  }
}

TEST(ComputeSaliencyTest, ClassTheNetworkDoesNotHaveBreaksTheContract) {
  const auto classifier = LinearClassifier({PixelWeight(0, 0)});
  EXPECT_THROW(ComputeSaliency(*classifier, GreyImage(), {1}, {}), std::invalid_argument);
  EXPECT_THROW(ComputeSaliency(*classifier, GreyImage(), {-1}, {}), std::invalid_argument);
  EXPECT_THROW(ComputeSaliency(*classifier, cv::Mat(), {}, {}), std::invalid_argument);
}

// ---- Hidden layers

// Blocks of 32 x 32 pixels, each of one colour: one position of `CellNetwork`'s last layer each.
cv::Mat Blocks(cv::Size blocks) {
  cv::Mat colours(blocks, CV_8UC3), image;
  cv::RNG(8).fill(colours, cv::RNG::UNIFORM, 0, 256);
  cv::resize(colours, image, blocks * 32, 0, 0, cv::INTER_NEAREST);
  return image;
}

constexpr std::array<float, 3> kCellWeights = {1, -2, 0.5};

// One value of `value(colour in [0, 1])` a block, scaled to [0, 1].
template <class Value>
cv::Mat BlockMap(const cv::Mat& image, const Value& value) {
  cv::Mat map(image.rows / 32, image.cols / 32, CV_32FC1);
  for (int row = 0; row < map.rows; ++row)
    for (int col = 0; col < map.cols; ++col)
      map.at<float>(row, col) =
          static_cast<float>(value(cv::Vec3d(image.at<cv::Vec3b>(32 * row, 32 * col)) / 255));
  cv::normalize(map, map, 0, 1, cv::NORM_MINMAX);
  return map;
}

// The values of a map in the middle of each block.
cv::Mat AtBlocks(const cv::Mat& map) {
  cv::Mat blocks(map.rows / 32, map.cols / 32, CV_32FC1);
  for (int row = 0; row < blocks.rows; ++row)
    for (int col = 0; col < blocks.cols; ++col)
      blocks.at<float>(row, col) = map.at<float>(32 * row + 16, 32 * col + 16);
  return blocks;
}

Saliency CellSaliency(const cv::Mat& image, const SaliencyOptions& options) {
  return ComputeSaliency(*CellClassifier(kCellWeights), image, {}, options);
}

SaliencyOptions HiddenOnly(int size) {
  return {.scales = {size}, .input_gradient = 0, .hidden_gradient = 1};
}

TEST(HiddenGradientTest, LengthOfTheGradientByTheCellsActivations) {
  const cv::Mat image = Blocks({4, 3});
  const cv::Mat map = CellSaliency(image, HiddenOnly(128)).heat_map;
  EXPECT_EQ(map.size(), image.size());
  const cv::Mat expected = BlockMap(
      image, [](const cv::Vec3d& a) { return std::hypot(1 * a[0], -2 * a[1], 0.5 * a[2]); });
  EXPECT_LT(Difference(AtBlocks(map), expected), 1e-5);
}

TEST(LayerCamTest, PositiveGradientsTimesActivationsOfTheLastLayer) {
  const cv::Mat image = Blocks({4, 3});
  const cv::Mat map =
      CellSaliency(image, {.scales = {128}, .input_gradient = 0, .layer_cam = 1}).heat_map;
  const cv::Mat expected =
      BlockMap(image, [](const cv::Vec3d& a) { return a[0] * a[0] + 0.5 * a[2] * a[2]; });
  // Half a pixel beside the middle the map is a little nearer to the next position's value.
  EXPECT_LT(Difference(AtBlocks(map), expected), 1.0 / 32);
}

TEST(HiddenGradientTest, FeaturesAreTheActivationsOfTheFirstPass) {
  const cv::Mat image = Blocks({4, 3});
  SaliencyOptions options = HiddenOnly(128);
  options.scales = {128, 64};
  options.mirror = true;
  const FeatureMap features = CellSaliency(image, options).features;
  ASSERT_EQ(cv::Size(features.cols, features.rows), cv::Size(8, 6));
  ASSERT_EQ(features.values.size(), cv::Size(3, 48));
  for (int row = 0; row < 6; ++row)
    for (int col = 0; col < 8; ++col)
      for (int k = 0; k < 3; ++k)
        EXPECT_NEAR(features.values.at<float>(8 * row + col, k),
                    image.at<cv::Vec3b>(16 * row, 16 * col)[k] / 255.0, 1e-5);
  EXPECT_EQ(FeatureLayer(CellClassifier(kCellWeights)->network().layers()).channels, 3);
}

TEST(SaliencySizeTest, LongerSideIsGivenAndTheAspectKeptInStepsOf32) {
  const auto size = [](cv::Size image, int longer_side) {
    return CellSaliency(cv::Mat(image, CV_8UC3, cv::Scalar(9, 9, 9)), HiddenOnly(longer_side))
        .heat_map.size();
  };
  EXPECT_EQ(size({100, 50}, 320), cv::Size(320, 160));
  EXPECT_EQ(size({50, 100}, 320), cv::Size(160, 320));
  EXPECT_EQ(size({500, 375}, 320), cv::Size(320, 256));
  EXPECT_EQ(size({1000, 1}, 320), cv::Size(320, 32));
  EXPECT_EQ(size({3, 3}, 1), cv::Size(32, 32));
  EXPECT_EQ(size({100, 50}, 0), cv::Size(64, 64));  // The native square.
}

TEST(SaliencySizeTest, SecondPassAtTheSameSizeChangesNothing) {
  const cv::Mat image = Blocks({4, 3});
  SaliencyOptions options = HiddenOnly(128);
  const cv::Mat once = CellSaliency(image, options).heat_map;
  options.scales = {128, 128};
  EXPECT_LT(Difference(CellSaliency(image, options).heat_map, once), 1e-6);
  options.scales = {128, 64};
  const cv::Mat other = CellSaliency(image, options).heat_map;
  EXPECT_EQ(other.size(), once.size());
  EXPECT_GT(Difference(other, once), 1e-3);
}

TEST(SaliencyMirrorTest, MirroredPassIsMirroredBack) {
  // A linear network's gradient stays where it is when the image is mirrored.
  const auto classifier = LinearClassifier({PixelWeight(2, 3)});
  SaliencyOptions options = WithoutBlur();
  options.mirror = true;
  const cv::Mat map = ComputeSaliency(*classifier, GreyImage(), {}, options).heat_map;
  EXPECT_FLOAT_EQ(map.at<float>(2, 3), 1);
  EXPECT_FLOAT_EQ(map.at<float>(2, kSide - 1 - 3), 1);
  EXPECT_EQ(cv::countNonZero(map), 2);
}

TEST(SaliencyMirrorTest, MirroredImageGivesTheMirroredMap) {
  const cv::Mat image = Blocks({4, 3});
  SaliencyOptions options = {.scales = {128, 96}, .hidden_gradient = 1, .layer_cam = 1};
  for (const bool mirror : {false, true}) {
    options.mirror = mirror;
    const cv::Mat map = CellSaliency(image, options).heat_map;
    const cv::Mat mirrored = CellSaliency(Mirrored(image), options).heat_map;
    EXPECT_LT(Difference(Mirrored(map), mirrored), 1e-5) << mirror;
  }
}

TEST(SaliencyWeightsTest, HeatMapIsTheWeightedSumOfScaledMaps) {
  const cv::Mat image = Blocks({4, 3});
  const cv::Mat input = CellSaliency(image, {.scales = {128}}).heat_map;
  const cv::Mat hidden = CellSaliency(image, HiddenOnly(128)).heat_map;
  const cv::Mat both =
      CellSaliency(image, {.scales = {128}, .input_gradient = 1, .hidden_gradient = 2}).heat_map;
  cv::Mat expected = input + 2 * hidden;
  cv::normalize(expected, expected, 0, 1, cv::NORM_MINMAX);
  EXPECT_LT(Difference(both, expected), 1e-5);
}

TEST(SaliencyWeightsTest, OneFlatMapBesideAnotherIsNoReasonToComplain) {
  // Input gradients of a linear network that are the same everywhere, activations that are not.
  const auto classifier = LinearClassifier({at::ones({3, kSide, kSide})});
  cv::Mat image = GreyImage();
  image.at<cv::Vec3b>(4, 5) = {9, 9, 9};
  const Saliency saliency =
      ComputeSaliency(*classifier, image, {}, {.input_gradient = 1, .layer_cam = 1, .blur = 0});
  EXPECT_EQ(saliency.note, "");
  EXPECT_FLOAT_EQ(saliency.heat_map.at<float>(4, 5), 1);
}

TEST(SaliencyOptionsTest, NoMapAtAllIsRefused) {
  EXPECT_NO_THROW(CheckSaliencyOptions({}));
  EXPECT_THAT(ErrorOf([] { CheckSaliencyOptions({.input_gradient = 0}); }),
              testing::HasSubstr("needs one of them"));
  EXPECT_THAT(ErrorOf([] { CheckSaliencyOptions({.scales = {-1}}); }),
              testing::HasSubstr("saliency.scales = -1"));
}

TEST(SaliencyOptionsTest, HiddenMapsOfAClassifierWithoutLayersAreRefusedWithTheRemedy) {
  const auto classifier = CellClassifier<LayerlessNetwork>(kCellWeights);
  EXPECT_EQ(FeatureLayer(classifier->network().layers()).channels, 0);
  for (const SaliencyOptions& options :
       {HiddenOnly(128), SaliencyOptions{.hidden_gradient = 1}, SaliencyOptions{.layer_cam = 1}}) {
    const std::string refusal = ErrorOf([&] {
      ComputeSaliency(*classifier, Blocks({2, 2}), {}, options);
    });
    EXPECT_THAT(refusal, testing::HasSubstr("cells.pt: names no layers"));
    EXPECT_THAT(refusal, testing::HasSubstr("`layers`"));
    EXPECT_THAT(refusal, testing::HasSubstr("--method gradient"));
  }
  const Saliency saliency = ComputeSaliency(*classifier, Blocks({2, 2}), {}, {});
  EXPECT_TRUE(saliency.features.empty());
  EXPECT_EQ(saliency.note, "");
}

// ---- Methods by name

TEST(SaliencyMethodTest, EveryNameMakesAMap) {
  const cv::Mat image = Blocks({4, 3});
  for (const std::string& name : SaliencyMethods()) {
    if (name == "cam" || name == "guided_backprop") continue;  // This network has no such head.
    const Saliency saliency = CellSaliency(image, {.methods = {name}, .scales = {128}});
    EXPECT_EQ(saliency.note, "") << name;
    EXPECT_EQ(saliency.heat_map.size(), image.size()) << name;
    double least = 1, greatest = 0;
    cv::minMaxLoc(saliency.heat_map, &least, &greatest);
    EXPECT_EQ(least, 0) << name;
    EXPECT_EQ(greatest, 1) << name;
    EXPECT_EQ(saliency.completeness.has_value(), name == "integrated_gradients") << name;
  }
}

TEST(SaliencyMethodTest, FusedIsMadeOfTheMethodsThatItNames) {
  const cv::Mat image = Blocks({4, 3});
  const auto map = [&](const std::string& method) {
    return CellSaliency(image, {.methods = {method}, .scales = {128}}).heat_map;
  };
  EXPECT_EQ(Difference(map("hidden_gradient"), CellSaliency(image, HiddenOnly(128)).heat_map), 0);
  EXPECT_EQ(Difference(map("gradient"), map("fused")), 0);
}

TEST(SaliencyMethodTest, SeveralMethodsAndLayersCountAlike) {
  const cv::Mat image = Blocks({4, 3});
  const auto map = [&](std::vector<std::string> methods, std::vector<std::string> layers) {
    return CellSaliency(
               image, {.methods = std::move(methods), .layers = std::move(layers), .scales = {128}})
        .heat_map;
  };
  cv::Mat sum = map({"hires_cam"}, {"cells"}) + map({"hires_cam"}, {"last"});
  cv::normalize(sum, sum, 0, 1, cv::NORM_MINMAX);
  EXPECT_LT(Difference(map({"hires_cam"}, {"cells", "last"}), sum), 1e-5);
  cv::Mat mixed = map({"gradient"}, {}) + map({"layer_cam"}, {"last"});
  cv::normalize(mixed, mixed, 0, 1, cv::NORM_MINMAX);
  EXPECT_LT(Difference(map({"gradient", "layer_cam"}, {"last"}), mixed), 1e-5);
}

TEST(SaliencyMethodTest, CompletenessIsThatOfTheScore) {
  const Saliency saliency = CellSaliency(
      Blocks({4, 3}), {.methods = {"integrated_gradients"}, .scales = {128}, .mirror = true});
  ASSERT_TRUE(saliency.completeness);
  EXPECT_NE(saliency.completeness->difference, 0);
  EXPECT_NEAR(saliency.completeness->attributions / saliency.completeness->difference, 1, 1e-4);
}

TEST(SaliencyMethodTest, NoiseDependsOnTheSeedAlone) {
  const cv::Mat image = Blocks({4, 3});
  const auto map = [&](std::uint64_t seed) {
    return CellSaliency(image, {.methods = {"smooth_grad"},
                                .scales = {128},
                                .blur = 0,
                                .smooth_grad = {.samples = 2, .noise = 5, .seed = seed}})
        .heat_map;
  };
  EXPECT_EQ(Difference(map(1), map(1)), 0);
  EXPECT_GT(Difference(map(1), map(2)), 1e-4);
}

TEST(SaliencyMethodTest, LayersAreCheckedWithTheNearestName) {
  const auto refusal = [](const SaliencyOptions& options) {
    return ErrorOf([&] { CellSaliency(Blocks({2, 2}), options); });
  };
  EXPECT_THAT(
      refusal({.methods = {"grad_cam"}, .layers = {"lost"}}),
      testing::HasSubstr("saliency.layer = lost: cells has no such layer; did you mean last"));
  EXPECT_THAT(refusal({.methods = {"grad_cam"}, .layers = {"zzz"}}),
              testing::HasSubstr("did you mean last"));
  EXPECT_THAT(refusal({.methods = {"gradient"}, .layers = {"last"}}),
              testing::HasSubstr("method gradient looks at no layer"));
  EXPECT_THAT(refusal({.methods = {"cam"}}), testing::HasSubstr("take grad_cam"));
  EXPECT_THAT(refusal({.methods = {"cam"}, .layers = {"cells"}}),
              testing::HasSubstr("looks at the last layer, last, alone"));
  EXPECT_THAT(refusal({.occlusion = {.window = 8, .step = 9}}),
              testing::HasSubstr("saliency.window_step = 9"));
}

TEST(SaliencyNoteTest, SaysWhatIsWrong) {
  const auto note = [](double value, const SaliencyOptions& options) {
    const auto classifier =
        LinearClassifier({at::full({3, kSide, kSide}, value), at::zeros({3, kSide, kSide})});
    return ComputeSaliency(*classifier, GreyImage(), {0}, options).note;
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(note(nan, WithoutBlur()), testing::HasSubstr("not finite"));
  EXPECT_THAT(note(0, WithoutBlur()), testing::HasSubstr("zero everywhere"));
  EXPECT_THAT(note(1, WithoutBlur()), testing::HasSubstr("same everywhere"));
  SaliencyOptions contrastive = WithoutBlur();
  contrastive.score = ScoreKind::kLogProbability;
  // A logit of 768 against 0: nothing can raise the probability further.
  EXPECT_THAT(note(1, contrastive), testing::HasSubstr("saturated"));
  EXPECT_THAT(note(1, contrastive), testing::HasSubstr("saliency.score logit"));
}

TEST(ComputeGradientsTest, LayersThatAreOnlySeenChangeNothing) {
  const CellNetwork network(kCellWeights);
  const auto first = [](const at::Tensor& logits) { return at::ones_like(logits); };
  const at::Tensor input = at::linspace(-1, 2, 3 * 64 * 96).view({1, 3, 64, 96});
  const GradientPass plain = ComputeGradients(network, input, first, {"last"}, false);
  const GradientPass seen = ComputeGradients(network, input, first, {"last"}, false, {"cells"});
  EXPECT_TRUE(at::equal(seen.gradients.at("last"), plain.gradients.at("last")));
  EXPECT_FALSE(seen.gradients.contains("cells"));
  EXPECT_TRUE(at::equal(seen.activations.at("cells"), at::avg_pool2d(input, 16)));
  const GradientPass alone = ComputeGradients(network, input, first, {}, false, {"cells"});
  EXPECT_TRUE(at::equal(alone.activations.at("cells"), at::avg_pool2d(input, 16)));
  EXPECT_TRUE(at::equal(alone.logits, plain.logits));
}

TEST(ComputeGradientsTest, BatchHasTheGradientsOfItsInputs) {
  const CellNetwork network(kCellWeights);
  const auto first = [](const at::Tensor& logits) { return at::ones_like(logits); };
  const at::Tensor inputs = at::linspace(-1, 2, 2 * 3 * 64 * 64).view({2, 3, 64, 64});
  const GradientPass both = ComputeGradients(network, inputs, first, {});
  for (int i = 0; i < 2; ++i)
    EXPECT_TRUE(at::allclose(
        both.input_gradient[i],
        ComputeGradients(network, inputs.slice(0, i, i + 1), first, {}).input_gradient[0]));
}

TEST(ComputeGradientsTest, HiddenGradientsAreTheSameWithAndWithoutTheInputs) {
  const CellNetwork network(kCellWeights);
  const auto first = [](const at::Tensor& logits) { return at::ones_like(logits); };
  const at::Tensor input = at::linspace(-1, 2, 3 * 64 * 96).view({1, 3, 64, 96});
  for (const std::vector<std::string>& layers :
       {std::vector<std::string>{"cells"}, {"last"}, {"cells", "last"}}) {
    const GradientPass with = ComputeGradients(network, input, first, layers);
    const GradientPass without = ComputeGradients(network, input, first, layers, false);
    EXPECT_TRUE(with.input_gradient.defined());
    EXPECT_FALSE(without.input_gradient.defined());
    EXPECT_TRUE(at::equal(with.logits, without.logits));
    ASSERT_EQ(without.gradients.size(), layers.size());
    for (const std::string& layer : layers) {
      EXPECT_TRUE(at::equal(with.gradients.at(layer), without.gradients.at(layer))) << layer;
      EXPECT_TRUE(at::equal(with.activations.at(layer), without.activations.at(layer))) << layer;
      EXPECT_GT(without.gradients.at(layer).abs().max().item<float>(), 0) << layer;
    }
  }
}

TEST(ComputeGradientsTest, ActivationGradientsComeWithTheInputs) {
  const LinearNetwork network({PixelWeight(3, 4)});
  const auto first = [](const at::Tensor& logits) { return at::ones_like(logits); };
  const GradientPass pass =
      ComputeGradients(network, at::ones({1, 3, kSide, kSide}), first, {"input"});
  EXPECT_TRUE(at::equal(pass.input_gradient[0], PixelWeight(3, 4)));
  EXPECT_TRUE(at::equal(pass.gradients.at("input"), pass.input_gradient));
  EXPECT_TRUE(at::equal(pass.activations.at("input"), at::ones({1, 3, kSide, kSide})));
  EXPECT_FALSE(pass.activations.at("input").requires_grad());
}

}  // namespace
}  // namespace gradcut
