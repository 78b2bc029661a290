#include "model/tensor_image.h"

#include "gradcut/core/image.h"

#include <ATen/Parallel.h>

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
  for (int c = 0; c < 3; ++c)
    block.select(2, c).sub_(normalisation.mean[c]).div_(normalisation.std[c]);
  return block.permute({2, 0, 1}).unsqueeze(0);
}

cv::Mat TensorToMat(const at::Tensor& map) {
  const at::Tensor host = map.to(at::kCPU, at::kFloat).contiguous();
  return cv::Mat(static_cast<int>(host.size(0)), static_cast<int>(host.size(1)), CV_32FC1,
                 host.data_ptr<float>())
      .clone();
}

}  // namespace gradcut
