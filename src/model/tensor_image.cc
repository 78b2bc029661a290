#include "model/tensor_image.h"

#include "gradcut/core/image.h"

#include <ATen/Parallel.h>

#include <opencv2/core.hpp>

namespace gradcut {

void UseOneThread() {
  thread_local const bool done = (at::set_num_threads(1), true);
  static_cast<void>(done);
}

at::Tensor ImageToTensor(const cv::Mat& image, cv::Size size,
                         const InputNormalisation& normalisation) {
  CheckImage(image, "ImageToTensor: image");
  UseOneThread();
  // Pixels lie interleaved in both worlds: an H x W x 3 block is a channels-last 3 x H x W tensor.
  const at::Tensor block = at::empty({size.height, size.width, 3}, at::kFloat);
  cv::Mat pixels(size, CV_32FC3, block.data_ptr<float>());
  Resize(image, size).convertTo(pixels, CV_32FC3);
  const auto& [mean, deviation] = normalisation;
  cv::subtract(pixels, cv::Scalar(mean[0], mean[1], mean[2]), pixels);
  cv::divide(pixels, cv::Scalar(deviation[0], deviation[1], deviation[2]), pixels);
  return block.permute({2, 0, 1}).unsqueeze(0);
}

cv::Mat TensorToMat(const at::Tensor& map) {
  const at::Tensor host = map.to(at::kCPU, at::kFloat).contiguous();
  return cv::Mat(static_cast<int>(host.size(0)), static_cast<int>(host.size(1)), CV_32FC1,
                 host.data_ptr<float>())
      .clone();
}

}  // namespace gradcut
