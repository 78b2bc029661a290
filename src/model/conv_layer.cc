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

}  // namespace

at::Tensor Activate(Activation activation, at::Tensor x) {
  const at::Tensor y = Rectify(activation, std::move(x));
  if (!guided || activation == Activation::kNone) return y;
  ++guided_activations;
  if (y.requires_grad())
    y.register_hook([](const at::Tensor& gradient) { return gradient.clamp_min(0); });
  return y;
}

GuidedReluGuard::GuidedReluGuard() {
  guided = true;
  guided_activations = 0;
}

GuidedReluGuard::~GuidedReluGuard() { guided = false; }

int GuidedReluGuard::met() const { return guided_activations; }

at::Tensor ConvLayer::operator()(const at::Tensor& input, Dilation* dilation) const {
  const std::int64_t kernel = conv.weight.size(2);
  if (dilation != nullptr) {
    // With stride 1 both ways of padding are half a kernel on each side.
    const std::int64_t half = kernel / 2 * dilation->rate;
    const at::Tensor kept = at::conv2d(input, conv.weight, conv.bias, /*stride=*/1, {half, half},
                                       dilation->rate, groups);
    dilation->rate *= stride;
    return Activate(activation, kept);
  }
  at::Tensor padded = input;
  std::array<std::int64_t, 2> around = {kernel / 2, kernel / 2};
  if (padding == Padding::kTensorFlowSame) {
    const std::int64_t rows = SamePadding(input.size(2), kernel, stride);
    const std::int64_t cols = SamePadding(input.size(3), kernel, stride);
    around = {rows / 2, cols / 2};
    if (rows % 2 != 0 || cols % 2 != 0) {
      padded = at::constant_pad_nd(input, {cols / 2, cols - cols / 2, rows / 2, rows - rows / 2});
      around = {0, 0};
    }
  }
  return Activate(activation,
                  at::conv2d(padded, conv.weight, conv.bias, stride, around, 1, groups));
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

}  // namespace gradcut
