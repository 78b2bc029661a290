#include "gradcut/saliency/hires_cam.h"

#include "model/tensor_image.h"
#include "saliency/scored_input.h"

namespace gradcut {

cv::Mat HiResCam(const ScoredImage& image, const std::string& layer) {
  const auto [a, g] = image.input().Layer(layer);
  return TensorToMat((g * a).sum(0).relu());
}

}  // namespace gradcut
