#include "gradcut/saliency/grad_cam.h"

#include "model/tensor_image.h"
#include "saliency/scored_input.h"

namespace gradcut {

cv::Mat GradCam(const ScoredImage& image, const std::string& layer) {
  const auto [a, g] = image.input().Layer(layer);
  return TensorToMat((g.mean({1, 2}, /*keepdim=*/true) * a).sum(0).relu());
}

}  // namespace gradcut
