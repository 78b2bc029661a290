#pragma once

#include "model/network.h"

#include <ATen/ATen.h>

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// An RGB image (`CV_8UC3`) resized to `size` and normalised: 1 x 3 x H x W float32, channels last.
at::Tensor ImageToTensor(const cv::Mat& image, cv::Size size,
                         const InputNormalisation& normalisation);

/// A 2-D float tensor (any device) as `CV_32FC1`, copied.
cv::Mat TensorToMat(const at::Tensor& map);

}  // namespace gradcut
