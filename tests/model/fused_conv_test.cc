// A layer with fused kernels against the same layer without, which `at::conv2d` and autograd
// compute.
#include "model/conv_layer.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

namespace gradcut {
namespace {

struct Shape {
  const char* name;
  std::int64_t in, out;
  std::int64_t kernel;
  int stride;
  std::int64_t groups;
};

std::ostream& operator<<(std::ostream& out, const Shape& shape) { return out << shape.name; }

ConvLayer MakeLayer(const Shape& shape, Activation activation, Padding padding) {
  const std::int64_t inputs = shape.in / shape.groups;
  const double scale = 3.0 / std::sqrt(static_cast<double>(inputs * shape.kernel * shape.kernel));
  const at::Tensor weight = at::randn({shape.out, inputs, shape.kernel, shape.kernel}) * scale;
  return {.conv = {weight.contiguous(at::MemoryFormat::ChannelsLast), at::randn({shape.out})},
          .stride = shape.stride,
          .groups = shape.groups,
          .activation = activation,
          .padding = padding};
}

// The output and the gradient with respect to the input of some function of the output.
std::pair<at::Tensor, at::Tensor> Through(const ConvLayer& layer, const at::Tensor& input) {
  const at::AutoGradMode recorded(true);
  const at::Tensor leaf = input.detach().requires_grad_();
  const at::Tensor output = layer(leaf);
  const at::Tensor weights = at::arange(output.numel(), at::kFloat).sin().view(output.sizes());
  return {output.detach(), torch::autograd::grad({(output * weights).sum()}, {leaf})[0]};
}

void ExpectClose(const at::Tensor& found, const at::Tensor& expected) {
  ASSERT_EQ(found.sizes(), expected.sizes());
  EXPECT_LT((found - expected).abs().max().item<double>(),
            1e-5 * (1 + expected.abs().max().item<double>()));
}

class FusedConvTest : public ::testing::TestWithParam<Shape> {
 protected:
  void SetUp() override { at::manual_seed(0); }
};

TEST_P(FusedConvTest, EqualsThePlainLayerInValuesAndGradients) {
  for (const Activation activation : {Activation::kNone, Activation::kRelu, Activation::kRelu6})
    for (const Padding padding : {Padding::kHalfKernel, Padding::kTensorFlowSame})
      for (const auto& [rows, cols] : {std::pair(16, 12), {15, 20}, {7, 9}, {1, 1}, {160, 96}}) {
        SCOPED_TRACE(testing::Message() << rows << "x" << cols << ", activation " << int(activation)
                                        << ", padding " << int(padding));
        const ConvLayer plain = MakeLayer(GetParam(), activation, padding);
        ConvLayer fused = plain;
        fused.Fuse();
        ASSERT_NE(fused.fused, nullptr);
        const at::Tensor input = at::randn({2, GetParam().in, rows, cols});
        const auto [expected, expected_gradient] = Through(plain, input);
        const auto [found, gradient] = Through(fused, input);
        ExpectClose(found, expected);
        ExpectClose(gradient, expected_gradient);
      }
}

INSTANTIATE_TEST_SUITE_P(
    Kernels, FusedConvTest,
    ::testing::Values(Shape{"Pointwise", 24, 40, 1, 1, 1}, Shape{"OneChannel", 5, 1, 1, 1, 1},
                      Shape{"Depthwise3", 24, 24, 3, 1, 24}, Shape{"Depthwise5", 24, 24, 5, 1, 24},
                      Shape{"Depthwise3Half", 24, 24, 3, 2, 24},
                      Shape{"Depthwise5Half", 24, 24, 5, 2, 24}, Shape{"Stem", 3, 16, 3, 2, 1},
                      Shape{"WideStem", 3, 16, 7, 2, 1}, Shape{"Small", 6, 4, 3, 1, 1}),
    ::testing::PrintToStringParamName());

TEST(FusedConv, StopsNegativeGradientsUnderAGuard) {
  at::manual_seed(0);
  const ConvLayer plain =
      MakeLayer({"", 8, 8, 1, 1, 1}, Activation::kRelu6, Padding::kTensorFlowSame);
  ConvLayer fused = plain;
  fused.Fuse();
  const at::Tensor input = at::randn({1, 8, 6, 6});
  const GuidedReluGuard guard;
  const at::Tensor expected = Through(plain, input).second, found = Through(fused, input).second;
  EXPECT_EQ(guard.met(), 2);
  ExpectClose(found, expected);
}

TEST(FusedConv, PassesNotANumberOn) {
  ConvLayer layer = MakeLayer({"", 4, 4, 1, 1, 1}, Activation::kRelu6, Padding::kHalfKernel);
  layer.Fuse();
  at::Tensor input = at::zeros({1, 4, 2, 2});
  input[0][1][0][1] = NAN;
  const at::Tensor output = layer(input);
  EXPECT_TRUE(output[0][0][0][1].isnan().item<bool>());
  EXPECT_FALSE(output[0][0][0][0].isnan().item<bool>());
}

TEST(FusedConv, IsLeftToLibTorchInDoublePrecisionAndForLargeKernels) {
  ConvLayer large = MakeLayer({"", 64, 64, 3, 1, 1}, Activation::kRelu, Padding::kHalfKernel);
  large.Fuse();
  EXPECT_EQ(large.fused, nullptr);
  ConvLayer exact = MakeLayer({"", 4, 4, 1, 1, 1}, Activation::kRelu, Padding::kHalfKernel);
  exact.conv = {exact.conv.weight.to(at::kDouble), exact.conv.bias.to(at::kDouble)};
  exact.Fuse();
  EXPECT_EQ(exact.fused, nullptr);
  EXPECT_EQ(exact(at::zeros({1, 4, 3, 3}, at::kDouble)).scalar_type(), at::kDouble);
}

}  // namespace
}  // namespace gradcut
