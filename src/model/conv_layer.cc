#include "model/conv_layer.h"

#include <algorithm>
#include <array>

namespace gradcut {
namespace {

// Cells that TensorFlow's SAME padding adds along one side; the second half is the larger one.
std::int64_t SamePadding(std::int64_t size, std::int64_t kernel, int stride) {
  const std::int64_t outputs = (size + stride - 1) / stride;
  return std::max<std::int64_t>((outputs - 1) * stride + kernel - size, 0);
}

// Of this thread: whether a GuidedReluGuard lives, and the activations that it met.
thread_local bool guided = false;
thread_local int guided_activations = 0;

at::Tensor Rectify(Activation activation, at::Tensor x) {
  switch (activation) {
    case Activation::kNone:
      return x;
    case Activation::kRelu:
      return at::relu_(x);
    case Activation::kRelu6:
      return at::hardtanh_(x, 0, 6);
  }
  return x;
}

// What a `GuidedReluGuard` asks for of an activation's output.
at::Tensor Guide(Activation activation, at::Tensor y) {
  if (!guided || activation == Activation::kNone) return y;
  ++guided_activations;
  if (y.requires_grad())
    y.register_hook([](const at::Tensor& gradient) { return gradient.clamp_min(0); });
  return y;
}

at::Tensor Dilated(const ConvLayer& layer, const at::Tensor& input, Dilation& dilation) {
  // With stride 1 both ways of padding are half a kernel on each side.
  const std::int64_t half = layer.conv.weight.size(2) / 2 * dilation.rate;
  const at::Tensor kept = at::conv2d(input, layer.conv.weight, layer.conv.bias, /*stride=*/1,
                                     {half, half}, dilation.rate, layer.groups);
  dilation.rate *= layer.stride;
  return Activate(layer.activation, kept);
}

// For that many rows and columns of zeros, of both sides together; null if there is none.
const FusedConv* FusedFor(const ConvLayer& layer, std::int64_t rows, std::int64_t cols) {
  const std::int64_t around = layer.conv.weight.size(2) - 1;
  if (rows == around && cols == around) return layer.fused.get();
  if (rows == around - 1 && cols == around - 1) return layer.fused_behind.get();
  return nullptr;
}

}  // namespace

at::Tensor Activate(Activation activation, at::Tensor x) {
  return Guide(activation, Rectify(activation, std::move(x)));
}

GuidedReluGuard::GuidedReluGuard() {
  guided = true;
  guided_activations = 0;
}

GuidedReluGuard::~GuidedReluGuard() { guided = false; }

int GuidedReluGuard::met() const { return guided_activations; }

at::Tensor ConvLayer::operator()(const at::Tensor& input, Dilation* dilation) const {
  const std::int64_t kernel = conv.weight.size(2);
  const bool pointwise = kernel == 1 && stride == 1;  // The same with any dilation.
  if (dilation != nullptr && !pointwise) return Dilated(*this, input, *dilation);
  std::int64_t rows = kernel - 1, cols = kernel - 1;  // Of zeros, on both sides together.
  if (padding == Padding::kTensorFlowSame) {
    rows = SamePadding(input.size(2), kernel, stride);
    cols = SamePadding(input.size(3), kernel, stride);
  }
  if (const FusedConv* const fused_conv = FusedFor(*this, rows, cols))
    return Guide(activation, (*fused_conv)(input));
  at::Tensor padded = input;
  std::array<std::int64_t, 2> around = {rows / 2, cols / 2};
  if (rows % 2 != 0 || cols % 2 != 0) {
    padded = at::constant_pad_nd(input, {cols / 2, cols - cols / 2, rows / 2, rows - rows / 2});
    around = {0, 0};
  }
  return Activate(activation,
                  at::conv2d(padded, conv.weight, conv.bias, stride, around, 1, groups));
}

void ConvLayer::Fuse() {
  const std::int64_t half = conv.weight.size(2) / 2;
  fused = FusedConv::Make(conv, {stride, half, groups}, activation);
  if (padding != Padding::kTensorFlowSame || stride != 2 || half == 0) return;
  // A kernel that is one larger, with zeros there, has the same padding on all sides.
  const FoldedConv larger = {at::constant_pad_nd(conv.weight, {1, 0, 1, 0}), conv.bias};
  fused_behind = FusedConv::Make(larger, {stride, half, groups}, activation);
}

at::Tensor Block::operator()(const at::Tensor& input, Dilation* dilation) const {
  Dilation before = dilation == nullptr ? Dilation() : *dilation;
  at::Tensor x = input;
  for (const ConvLayer& conv : convs) x = conv(x, dilation);
  if (shortcut == Shortcut::kIdentity) x = x + input;
  if (shortcut == Shortcut::kProjection)
    x = x + projection(input, dilation == nullptr ? nullptr : &before);
  return Activate(activation, x);
}

void Block::Fuse() {
  for (ConvLayer& conv : convs) conv.Fuse();
  if (shortcut == Shortcut::kProjection) projection.Fuse();
}

}  // namespace gradcut
