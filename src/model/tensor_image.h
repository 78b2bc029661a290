#pragma once

#include "model/network.h"

#include <ATen/ATen.h>

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// LibTorch's kernels run on the calling thread alone from here on: one image a core is faster than
/// several cores an image, and OpenMP's waiting threads are a hundred times slower on a busy
/// machine. The number of threads is a thread's own, so every thread must say it.
void UseOneThread();

/// An RGB image (`CV_8UC3`) resized to `size` and normalised: 1 x 3 x H x W float32, channels last.
/// Every computation on an image begins with it: it also calls `UseOneThread`.
at::Tensor ImageToTensor(const cv::Mat& image, cv::Size size,
                         const InputNormalisation& normalisation);

/// A 2-D float tensor (any device) as `CV_32FC1`, copied.
cv::Mat TensorToMat(const at::Tensor& map);

}  // namespace gradcut
