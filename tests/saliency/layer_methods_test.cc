// Methods that look at a layer, on networks whose activations A and gradients are known: w_k A_k in
// the layer "last" of CellNetwork.
#include "gradcut/saliency/cam.h"
#include "gradcut/saliency/grad_cam.h"
#include "gradcut/saliency/grad_cam_plus_plus.h"
#include "gradcut/saliency/hidden_gradient.h"
#include "gradcut/saliency/hires_cam.h"
#include "gradcut/saliency/layer_cam.h"
#include "gradcut/saliency/score_cam.h"
#include "gradcut/saliency/xgrad_cam.h"
#include "support/error_of.h"
#include "support/fake_classifier.h"
#include "support/scored.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace gradcut {
namespace {

constexpr std::array<float, 3> kWeights = {1, -0.5F, 0.5};
constexpr double kNear = 1e-5;

using Map = cv::Mat (*)(const ScoredImage&, const std::string&, MapSign);

class LayerMethodTest : public ::testing::Test {
 protected:
  void ExpectMap(Map map, const at::Tensor& expected) const {
    ExpectMap(map(Scored(network_, x_), "last", MapSign::kPositive), expected);
  }

  void ExpectMap(const cv::Mat& found, const at::Tensor& expected) const {
    ASSERT_EQ(found.size(), cv::Size(3, 2));
    EXPECT_GT(expected.max().item<double>(), 0);
    EXPECT_LT(RelativeError(ToTensor(found), expected), kNear);
  }

  // sum_k of a channel's numbers, 3 x h x w.
  static at::Tensor Sum(const at::Tensor& channels) { return channels.sum(0).relu(); }
  static at::Tensor PerChannel(const at::Tensor& cells) { return cells.sum({1, 2}, true); }

  const CellNetwork network_{kWeights};
  const at::Tensor x_ =
      Numbers({1, 3, 64, 96}, 0, 1).square() * at::linspace(0.2, 1, 96).view({1, 1, 1, 96});
  const at::Tensor a_ = at::avg_pool2d(x_, 32)[0].to(at::kDouble);
  const at::Tensor w_ = at::tensor(at::ArrayRef<float>(kWeights)).view({3, 1, 1}).to(at::kDouble);
};

TEST_F(LayerMethodTest, HiddenGradientIsItsLength) {
  ExpectMap(HiddenGradient(Scored(network_, x_), "last"), (w_ * a_).square().sum(0).sqrt());
}

TEST_F(LayerMethodTest, GradCamWeighsChannelsByTheirMeanGradient) {
  ExpectMap(GradCam, Sum(PerChannel(w_ * a_) / 6 * a_));
}

TEST_F(LayerMethodTest, GradCamPlusPlusWeighsGradientsByAlpha) {
  const at::Tensor g = w_ * a_;
  const at::Tensor alpha = g * g / (2 * g * g + g * g * g * PerChannel(a_) + 1e-6);
  ExpectMap(GradCamPlusPlus, Sum(PerChannel(alpha * g.relu()) * a_));
}

TEST_F(LayerMethodTest, XGradCamWeighsGradientsByActivations) {
  ExpectMap(XGradCam, Sum(PerChannel(w_ * a_ * a_) / PerChannel(a_) * a_));
}

TEST_F(LayerMethodTest, HiResCamMultipliesCellByCell) { ExpectMap(HiResCam, Sum(w_ * a_ * a_)); }

TEST_F(LayerMethodTest, LayerCamTakesPositiveGradientsOnly) {
  ExpectMap(LayerCam, Sum(w_.relu() * a_ * a_));
}

TEST_F(LayerMethodTest, EarlierLayersCanBeLookedAt) {
  // The gradient by a cell is a fourth of that by the mean of 2 x 2 of them.
  const at::Tensor cells = at::avg_pool2d(x_, 16)[0].to(at::kDouble);
  const at::Tensor gradient = (w_ * a_ / 4).repeat_interleave(2, 1).repeat_interleave(2, 2);
  const cv::Mat map = HiResCam(Scored(network_, x_), "cells");
  EXPECT_LT(RelativeError(ToTensor(map), Sum(gradient * cells)), kNear);
}

TEST_F(LayerMethodTest, ChannelsWithoutActivationCountForNothing) {
  const at::Tensor dark = x_.clone();
  dark.select(1, 0).zero_();
  for (const Map map : {GradCam, GradCamPlusPlus, XGradCam, HiResCam, LayerCam})
    EXPECT_TRUE(cv::checkRange(map(Scored(network_, dark), "last", MapSign::kPositive)));
}

TEST(ScoreCamTest, WeighsChannelsByTheScoreOfWhatTheyShow) {
  const at::Tensor weight = Numbers({3, 8, 8}, -0.2, 0.4);
  const LinearNetwork network({weight});
  const at::Tensor x = Numbers({1, 3, 8, 8}, 0, 1);
  x.select(1, 2).fill_(0.5);  // A channel without contrast masks all of the image.
  std::vector<at::Tensor> scores;
  for (int k = 0; k < 3; ++k) {
    const at::Tensor channel = x[0][k];
    const at::Tensor range = channel.max() - channel.min();
    const at::Tensor mask = (channel - channel.min()) / range;
    scores.push_back(k == 2 ? at::zeros({}) : (weight * x[0] * mask).sum());
  }
  const at::Tensor weights = at::stack(scores).softmax(0).view({3, 1, 1});
  const at::Tensor expected = (weights * x[0]).sum(0).relu().to(at::kDouble);
  EXPECT_LT(RelativeError(ToTensor(ScoreCam(Scored(network, x), "input")), expected), kNear);
}

TEST(ClassActivationMapTest, AddsUpToTheLogit) {
  const PooledNetwork network(at::tensor({1.0F, -2.0F, 0.5F, 3.0F, 0.1F, 0.0F}).view({2, 3}));
  const at::Tensor x = Numbers({1, 3, 64, 96}, 0, 1);
  std::map<std::string, at::Tensor> none;
  const at::Tensor logits = network.Forward(x, none, {})[0];
  for (const int index : {0, 1}) {
    const at::Tensor map = ToTensor(ClassActivationMap(Scored(network, x, {index}), "cells"));
    EXPECT_NEAR(map.mean().item<double>(), logits[index].item<double>(), kNear);
  }
}

TEST(ClassActivationMapTest, IsTheWeightedSumOfTheActivations) {
  const at::Tensor weights = at::tensor({1.0F, -2.0F, 0.5F}).view({1, 3});
  const PooledNetwork network(weights);
  const at::Tensor x = Numbers({1, 3, 64, 96}, 0, 1);
  const at::Tensor expected =
      (weights.view({3, 1, 1}) * at::avg_pool2d(x, 16)[0]).sum(0).to(at::kDouble);
  EXPECT_LT(RelativeError(ToTensor(ClassActivationMap(Scored(network, x), "cells")), expected),
            kNear);
}

TEST(ClassActivationMapTest, HeadThatIsNotLinearIsRefused) {
  const CellNetwork network(kWeights);
  EXPECT_THAT(ErrorOf([&] {
                ClassActivationMap(Scored(network, at::ones({1, 3, 64, 64})), "last");
              }),
              ::testing::HasSubstr("take grad_cam"));
}

}  // namespace
}  // namespace gradcut
