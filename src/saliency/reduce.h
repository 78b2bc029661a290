#pragma once

#include "gradcut/saliency/gradient.h"
#include "model/tensor_image.h"

#include <ATen/ATen.h>

namespace gradcut {

/// One number a pixel out of a 1 x 3 x H x W attribution.
inline cv::Mat Reduce(const at::Tensor& attribution, ChannelReduction reduction) {
  return TensorToMat(reduction == ChannelReduction::kMaximum ? attribution.abs().amax({0, 1})
                                                             : attribution.square().sum({0, 1}));
}

/// The same for one that holds squares already.
inline cv::Mat ReduceSquares(const at::Tensor& squares, ChannelReduction reduction) {
  return TensorToMat(reduction == ChannelReduction::kMaximum ? squares.amax({0, 1})
                                                             : squares.sum({0, 1}));
}

}  // namespace gradcut
