// Methods whose maps have a value a pixel, on networks whose gradients are known.
#include "gradcut/core/random.h"
#include "gradcut/saliency/gradient.h"
#include "gradcut/saliency/guided_backprop.h"
#include "gradcut/saliency/integrated_gradients.h"
#include "gradcut/saliency/occlusion.h"
#include "gradcut/saliency/smooth_grad.h"
#include "support/error_of.h"
#include "support/fake_classifier.h"
#include "support/scored.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace gradcut {
namespace {

constexpr ChannelReduction kMaximum = ChannelReduction::kMaximum;
constexpr std::array<float, 3> kWeights = {1, -2, 0.5};
constexpr double kNear = 1e-5;

// max_c |a_c| of 1 x 3 x H x W.
at::Tensor Largest(const at::Tensor& attribution) {
  return attribution.abs().amax({0, 1}).to(at::kDouble);
}

at::Tensor PixelInput() { return Numbers({1, 3, 64, 96}, 0, 1); }

// The gradient of CellNetwork's logit, w_k last_k / 1024 at each of a cell's 32 x 32 pixels:
// linear.
at::Tensor CellGradient(const at::Tensor& input) {
  const at::Tensor last = at::avg_pool2d(input, 32);
  const at::Tensor weights = at::tensor(at::ArrayRef<float>(kWeights)).view({1, 3, 1, 1});
  return (weights * last / 1024).repeat_interleave(32, 2).repeat_interleave(32, 3);
}

// ---- Gradients

TEST(InputGradientTest, IsTheLogitsGradient) {
  const CellNetwork network(kWeights);
  const at::Tensor x = PixelInput();
  EXPECT_LT(RelativeError(ToTensor(InputGradient(Scored(network, x), kMaximum)),
                          Largest(CellGradient(x))),
            kNear);
}

TEST(InputGradientTest, AgreesWithFiniteDifferences) {
  const CellNetwork network(kWeights);
  const at::Tensor x = PixelInput();
  const ScoredImage image = Scored(network, x);
  const at::Tensor map = ToTensor(InputGradient(image, ChannelReduction::kSumOfSquares));
  for (const auto& [row, col] : {std::pair(0, 0), std::pair(40, 70), std::pair(63, 95)}) {
    double squares = 0;
    for (int c = 0; c < 3; ++c) {
      constexpr double kStep = 16;  // Central differences of a quadratic are exact.
      const at::Tensor more = x.clone(), less = x.clone();
      more[0][c][row][col] += kStep;
      less[0][c][row][col] -= kStep;
      const at::Tensor slope =
          (image.input().ValuesOf(more) - image.input().ValuesOf(less)) / (2 * kStep);
      squares += slope.square().item<double>();
    }
    EXPECT_NEAR(map[row][col].item<double>() / squares, 1, 1e-4);
  }
}

TEST(GradientTimesInputTest, IsTheProduct) {
  const CellNetwork network(kWeights);
  const at::Tensor x = PixelInput();
  EXPECT_LT(RelativeError(ToTensor(GradientTimesInput(Scored(network, x), kMaximum)),
                          Largest(x * CellGradient(x))),
            kNear);
}

TEST(ScoreTest, LogProbabilitySpeaksAgainstTheOtherClasses) {
  const at::Tensor a = Numbers({3, 4, 4}, -1, 1), b = Numbers({3, 4, 4}, -0.3, 0.5);
  const LinearNetwork network({a, b});
  const at::Tensor x = Numbers({1, 3, 4, 4}, 0, 1);
  const double p = at::sigmoid((x[0] * (a - b)).sum()).item<double>();
  const ScoredImage image = Scored(network, x, {0}, {.kind = ScoreKind::kLogProbability});
  const at::Tensor expected = ((1 - p) * a - (1 - p) * b).unsqueeze(0);
  EXPECT_LT(RelativeError(ToTensor(InputGradient(image, kMaximum)), Largest(expected)), kNear);
  EXPECT_NEAR(image.input().ValuesOf(x).item<double>(), std::log(p), kNear);
}

// ---- SmoothGrad

// The noise of all samples: samples x 3 x H x W.
at::Tensor AllNoise(const at::Tensor& x, const SmoothGradOptions& options) {
  std::vector<at::Tensor> noise;
  for (int s = 0; s < options.samples; ++s) {
    noise.push_back(at::empty(x[0].sizes(), at::kFloat));
    FillNormal(SplitMix64(options.seed, static_cast<std::uint64_t>(s)),
               {noise.back().data_ptr<float>(), static_cast<std::size_t>(x.numel())});
  }
  return at::stack(noise) * (options.noise * (x.max() - x.min()));
}

TEST(SmoothGradTest, IsTheMeanOfTheNoisyGradients) {
  const CellNetwork network(kWeights);
  const at::Tensor x = PixelInput();
  const SmoothGradOptions options = {.samples = 5, .noise = 0.5, .seed = 3};
  // The gradient is linear: its mean is that of the mean image.
  const at::Tensor mean = CellGradient(x + AllNoise(x, options).mean(0, true));
  EXPECT_LT(RelativeError(
                ToTensor(SmoothGrad(Scored(network, x), SmoothGradKind::kMean, kMaximum, options)),
                Largest(mean)),
            kNear);
}

TEST(SmoothGradTest, SquaresAndVariancesAreThoseOfTheNoisyGradients) {
  const CellNetwork network(kWeights);
  const at::Tensor x = PixelInput();
  const SmoothGradOptions options = {.samples = 6, .noise = 5, .seed = 4};
  const at::Tensor gradients = CellGradient(x + AllNoise(x, options));
  const at::Tensor squared = gradients.square().mean(0, true);
  const at::Tensor variance = gradients.var(0, /*unbiased=*/false, /*keepdim=*/true);
  for (const auto& [kind, expected] : {std::pair(SmoothGradKind::kSquared, squared),
                                       std::pair(SmoothGradKind::kVariance, variance)}) {
    const cv::Mat map = SmoothGrad(Scored(network, x), kind, kMaximum, options);
    EXPECT_LT(RelativeError(ToTensor(map), Largest(expected)), 1e-4);
    const cv::Mat sum =
        SmoothGrad(Scored(network, x), kind, ChannelReduction::kSumOfSquares, options);
    EXPECT_LT(RelativeError(ToTensor(sum), expected.sum({0, 1}).to(at::kDouble)), 1e-4);
  }
}

TEST(SmoothGradTest, WithoutNoiseIsTheGradient) {
  const CellNetwork network(kWeights);
  const at::Tensor x = PixelInput();
  const SmoothGradOptions options = {.samples = 2, .noise = 0};
  EXPECT_LT(RelativeError(
                ToTensor(SmoothGrad(Scored(network, x), SmoothGradKind::kMean, kMaximum, options)),
                Largest(CellGradient(x))),
            kNear);
  EXPECT_EQ(cv::countNonZero(
                SmoothGrad(Scored(network, x), SmoothGradKind::kVariance, kMaximum, options)),
            0);
}

TEST(FillNormalTest, HasMeanZeroAndVarianceOneAndDependsOnTheSeed) {
  std::vector<float> a(100001), b(100001);
  FillNormal(1, a);
  FillNormal(2, b);
  EXPECT_NE(a, b);
  const at::Tensor values = at::from_blob(a.data(), {100001}, at::kFloat).to(at::kDouble);
  EXPECT_NEAR(values.mean().item<double>(), 0, 0.01);
  EXPECT_NEAR(values.var().item<double>(), 1, 0.02);
  EXPECT_NEAR((values.abs() < 1).to(at::kDouble).mean().item<double>(), 0.6827, 0.01);
}

// ---- Integrated Gradients

TEST(IntegratedGradientsTest, OfAQuadraticScoreIsHalfTheGradientTimesTheInput) {
  const CellNetwork network(kWeights);
  const at::Tensor x = PixelInput();
  for (const int steps : {1, 7}) {  // The midpoint rule is exact for a linear gradient.
    const IntegratedMap found = IntegratedGradients(Scored(network, x), kMaximum, {.steps = steps});
    const at::Tensor expected = 0.5 * x * CellGradient(x);
    EXPECT_LT(RelativeError(ToTensor(found.map), Largest(expected)), 1e-4);
    const double score = expected.sum().item<double>();
    EXPECT_NEAR(found.completeness.attributions, score, 1e-4 * std::abs(score));
    EXPECT_NEAR(found.completeness.difference, score, 1e-4 * std::abs(score));
  }
}

// CellNetwork with a mean colour, so that black is not 0.
class ShiftedNetwork : public CellNetwork {
 public:
  using CellNetwork::CellNetwork;
  const InputNormalisation& normalisation() const override { return shifted_; }

 private:
  InputNormalisation shifted_ = {{100, 50, 200}, {50, 100, 400}};
};

TEST(IntegratedGradientsTest, StartsFromBlackOrFromTheMeanColour) {
  const ShiftedNetwork network(kWeights);
  const at::Tensor x = PixelInput();
  const at::Tensor black = at::tensor({-2.0F, -0.5F, -0.5F}).view({1, 3, 1, 1});
  for (const auto& [baseline, start] :
       {std::pair(Baseline::kBlack, black), std::pair(Baseline::kMean, at::zeros({1, 3, 1, 1}))}) {
    const cv::Mat map =
        IntegratedGradients(Scored(network, x), kMaximum, {.steps = 2, .baseline = baseline}).map;
    const at::Tensor expected = (x - start) * CellGradient((x + start) / 2);
    EXPECT_LT(RelativeError(ToTensor(map), Largest(expected)), 1e-4);
  }
}

// ---- Guided backpropagation

TEST(GuidedBackpropTest, PassesBackWhatIsPositiveAtPositiveUnitsOnly) {
  const at::Tensor u = Numbers({8, 12}, -0.5, 1), v = Numbers({8}, -0.3, 1);
  const ReluNetwork network(u, v);
  const at::Tensor x = Numbers({1, 3, 2, 2}, -0.5, 1);
  const at::Tensor hidden = u.mv(x.flatten().relu());
  // At the hidden units, then at the input's.
  const at::Tensor by_hidden = v.relu() * (hidden > 0);
  const at::Tensor by_input = (u.t().mv(by_hidden).relu() * (x.flatten() > 0)).view({1, 3, 2, 2});
  ASSERT_GT(by_input.norm().item<double>(), 0);
  const ScoredImage image = Scored(network, x);
  const cv::Mat plain = InputGradient(image, kMaximum);
  EXPECT_LT(RelativeError(ToTensor(GuidedBackprop(image, kMaximum)), Largest(by_input)), kNear);
  EXPECT_GT(RelativeError(ToTensor(plain), Largest(by_input)), 0.1);
  // The guard ends with it.
  EXPECT_EQ(cv::norm(plain, InputGradient(Scored(network, x), kMaximum), cv::NORM_INF), 0);
}

TEST(GuidedBackpropTest, NetworkWithoutKnownReLUsIsRefused) {
  const CellNetwork network(kWeights);
  EXPECT_THAT(ErrorOf([&] { GuidedBackprop(Scored(network, PixelInput()), kMaximum); }),
              ::testing::HasSubstr("out of reach"));
}

// ---- Occlusion

TEST(OcclusionTest, OfALinearScoreIsWhatTheWindowHides) {
  at::Tensor weight = Numbers({3, 8, 8}, -1, 1);
  const LinearNetwork network({weight});
  const at::Tensor x = Numbers({1, 3, 8, 8}, 0, 1);
  const at::Tensor hidden = (weight * x[0]).sum(0).to(at::kDouble);
  const at::Tensor blocks = at::avg_pool2d(hidden.view({1, 1, 8, 8}), 4)[0][0] * 16;
  const cv::Mat map = Occlusion(Scored(network, x), {.window = 4, .step = 4});
  EXPECT_LT(RelativeError(ToTensor(map), blocks.repeat_interleave(4, 0).repeat_interleave(4, 1)),
            kNear);
}

TEST(OcclusionTest, OverlappingWindowsAreAveragedAndTheLastEndsAtTheBorder) {
  at::Tensor weight = at::zeros({3, 5, 5});
  weight[1][4][4] = 6;  // Only windows that reach the last corner hide it.
  const LinearNetwork network({weight});
  const at::Tensor map =
      ToTensor(Occlusion(Scored(network, at::ones({1, 3, 5, 5})), {.window = 3, .step = 1}));
  // Of the nine windows the last one hides it: pixel (2, 2) is in all nine, (4, 4) in one.
  EXPECT_NEAR(map[4][4].item<double>(), 6, kNear);
  EXPECT_NEAR(map[2][2].item<double>(), 6.0 / 9, kNear);
  EXPECT_NEAR(map[3][4].item<double>(), 6.0 / 2, kNear);
  EXPECT_NEAR(map[1][1].item<double>(), 0, kNear);
}

TEST(OcclusionTest, WindowLargerThanTheImageHidesAllOfIt) {
  const LinearNetwork network({at::ones({3, 4, 4})});
  const at::Tensor map =
      ToTensor(Occlusion(Scored(network, at::ones({1, 3, 4, 4})), {.window = 100, .step = 50}));
  EXPECT_TRUE(at::allclose(map, at::full_like(map, 48)));
}

}  // namespace
}  // namespace gradcut
