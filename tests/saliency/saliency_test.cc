#include "gradcut/saliency/saliency.h"

#include "support/fake_classifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <opencv2/core.hpp>

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

TEST(GradientSaliencyTest, LinearNetworkGivesItsWeightsBack) {
  at::Tensor weight = at::zeros({3, kSide, kSide});
  weight[0][2][3] = 4;
  weight[1][2][3] = -8;  // max |.| is 8
  weight[2][5][6] = 2;
  const auto classifier = LinearClassifier({weight});
  const cv::Mat map = GradientSaliency(*classifier, GreyImage(), {}, WithoutBlur()).heat_map;
  EXPECT_EQ(map.type(), CV_32FC1);
  EXPECT_FLOAT_EQ(map.at<float>(2, 3), 1);
  EXPECT_FLOAT_EQ(map.at<float>(5, 6), 2.0F / 8);
  EXPECT_FLOAT_EQ(static_cast<float>(cv::sum(map)[0]), 1.25F);
}

TEST(GradientSaliencyTest, SumOfSquaresAddsTheChannels) {
  at::Tensor weight = PixelWeight(1, 1);
  weight[0][8][8] = 1;
  const auto classifier = LinearClassifier({weight});
  const cv::Mat map = GradientSaliency(*classifier, GreyImage(), {},
                                       {.reduction = ChannelReduction::kSumOfSquares, .blur = 0})
                          .heat_map;
  EXPECT_FLOAT_EQ(map.at<float>(1, 1), 1);
  EXPECT_FLOAT_EQ(map.at<float>(8, 8), 1.0F / (1 + 9 + 4));
}

TEST(GradientSaliencyTest, BestClassIsLookedForUnlessAnotherIsNamed) {
  // Logits 0 (channels cancel) and 2.
  at::Tensor better = at::zeros({3, kSide, kSide});
  better[0][9][9] = 2;
  const auto classifier = LinearClassifier({PixelWeight(1, 1), better});
  const Saliency best = GradientSaliency(*classifier, GreyImage(), {}, WithoutBlur());
  EXPECT_EQ(best.classes.at(0).index, 1);
  EXPECT_EQ(best.classes.at(0).name, "class 1");
  EXPECT_NEAR(best.classes.at(0).score, 1 / (1 + std::exp(-2.0)), 1e-6);
  EXPECT_FLOAT_EQ(best.heat_map.at<float>(9, 9), 1);

  const Saliency named = GradientSaliency(*classifier, GreyImage(), {0}, WithoutBlur());
  EXPECT_EQ(named.classes.at(0).index, 0);
  EXPECT_FLOAT_EQ(named.heat_map.at<float>(1, 1), 1);
  EXPECT_FLOAT_EQ(named.heat_map.at<float>(9, 9), 0);
}

TEST(GradientSaliencyTest, SeveralClassesAreWeightedByTheirProbabilities) {
  at::Tensor a = at::zeros({3, kSide, kSide}), b = at::zeros({3, kSide, kSide});
  a[0][1][1] = 2;
  b[0][9][9] = 1;
  const auto classifier = LinearClassifier({a, b});
  const Saliency both = GradientSaliency(*classifier, GreyImage(), {0, 1}, WithoutBlur());
  ASSERT_EQ(both.classes.size(), 2U);
  EXPECT_EQ(both.classes[0].index, 0);
  const double ratio = std::exp(1.0 - 2.0) * 1 / 2;
  EXPECT_NEAR(both.heat_map.at<float>(9, 9), ratio, 1e-5);
}

TEST(GradientSaliencyTest, BlurSpreadsAPixelAndKeepsItsPlace) {
  const auto classifier = LinearClassifier({PixelWeight(6, 9)});
  const cv::Mat map = GradientSaliency(*classifier, GreyImage(), {}, {.blur = 0.1}).heat_map;
  cv::Point hottest;
  cv::minMaxLoc(map, nullptr, nullptr, nullptr, &hottest);
  EXPECT_EQ(hottest, cv::Point(9, 6));
  EXPECT_GT(map.at<float>(6, 8), 0.5F);
}

TEST(GradientSaliencyTest, MapsWithoutContrastAreZerosWithANote) {
  for (const float value : {0.0F, 1.0F, std::numeric_limits<float>::quiet_NaN(),
                            std::numeric_limits<float>::infinity()}) {
    const auto classifier = LinearClassifier({at::full({3, kSide, kSide}, value)});
    const Saliency saliency = GradientSaliency(*classifier, GreyImage(), {0}, WithoutBlur());
    EXPECT_EQ(cv::countNonZero(saliency.heat_map), 0) << value;
    EXPECT_FALSE(saliency.note.empty()) << value;
  }
}

TEST(GradientSaliencyTest, ClassTheNetworkDoesNotHaveBreaksTheContract) {
  const auto classifier = LinearClassifier({PixelWeight(0, 0)});
  EXPECT_THROW(GradientSaliency(*classifier, GreyImage(), {1}, {}), std::invalid_argument);
  EXPECT_THROW(GradientSaliency(*classifier, GreyImage(), {-1}, {}), std::invalid_argument);
  EXPECT_THROW(GradientSaliency(*classifier, cv::Mat(), {}, {}), std::invalid_argument);
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
