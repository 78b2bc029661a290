#pragma once

#include "model/fused_conv.h"
#include "model/parameters.h"

#include <ATen/ATen.h>

#include <memory>
#include <optional>
#include <vector>

namespace gradcut {

enum class Activation { kNone, kRelu, kRelu6 };

/// In place: `x` must be nobody else's, and the operation that made it must not need it again.
at::Tensor Activate(Activation activation, at::Tensor x);

/// While it lives, negative gradients stop at every ReLU and ReLU6 of the networks that this thread
/// computes (Springenberg et al. 2015, "Striving for Simplicity", section 3.4).
class GuidedReluGuard {
 public:
  GuidedReluGuard();
  ~GuidedReluGuard();
  GuidedReluGuard(const GuidedReluGuard&) = delete;
  GuidedReluGuard& operator=(const GuidedReluGuard&) = delete;

  /// How many activations it met: 0 for a network whose ReLUs are not `Activate`'s.
  int met() const;
};

/// What lies around the input of a convolution: half a kernel of zeros on each side, or
/// TensorFlow's SAME, which depends on the size and puts the odd cell behind.
enum class Padding { kHalfKernel, kTensorFlowSame };

/// Of layers that keep the grid of their input: strides are left out, and the kernels of what
/// follows read cells that far apart instead (the hole algorithm; Chen et al. 2015, "Semantic Image
/// Segmentation with Deep Convolutional Nets and Fully Connected CRFs", section 3.1).
struct Dilation {
  int rate = 1;
};

/// A convolution with what follows it.
struct ConvLayer {
  FoldedConv conv;
  int stride = 1;
  std::int64_t groups = 1;
  Activation activation = Activation::kRelu;
  Padding padding = Padding::kHalfKernel;
  /// What `Fuse` made: for half a kernel of zeros on each side; and, in layers of stride 2, for one
  /// cell less above and on the left, as TensorFlow's SAME has it on even sides.
  std::shared_ptr<const FusedConv> fused = {}, fused_behind = {};

  /// With `dilation` the layer keeps the grid, and the rate grows by the stride that is left out.
  at::Tensor operator()(const at::Tensor& input, Dilation* dilation = nullptr) const;

  /// Makes calls faster where that can be (see `FusedConv`); once, before them. Dilated kernels of
  /// more than 1 x 1 stay as they are.
  void Fuse();
};

/// What is added to the output of a block's convolutions.
enum class Shortcut { kNone, kIdentity, kProjection };

/// A residual block (He et al. 2015): activation(convolutions(x) + shortcut(x)).
struct Block {
  std::vector<ConvLayer> convs = {};
  Shortcut shortcut = Shortcut::kNone;
  ConvLayer projection = {};  ///< For `Shortcut::kProjection`.
  Activation activation = Activation::kNone;

  /// `dilation`: see `ConvLayer`.
  at::Tensor operator()(const at::Tensor& input, Dilation* dilation = nullptr) const;

  void Fuse();  ///< See `ConvLayer`.
};

}  // namespace gradcut
