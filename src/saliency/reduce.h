#pragma once

#include "gradcut/saliency/gradient.h"
#include "gradcut/saliency/map_sign.h"
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

/// What a 1 x 3 x H x W attribution gives a pixel, for or against the class.
inline cv::Mat SumOfColours(const at::Tensor& attribution) {
  return TensorToMat(attribution.sum({0, 1}));
}

/// An h x w map as a method's caller wants it.
inline cv::Mat WithSign(const at::Tensor& map, MapSign sign) {
  return TensorToMat(sign == MapSign::kPositive ? map.relu() : map);
}

}  // namespace gradcut
