#include "gradcut/saliency/layer_cam.h"

#include "model/tensor_image.h"
#include "saliency/scored_input.h"

namespace gradcut {

cv::Mat LayerCam(const ScoredImage& image, const std::string& layer) {
  const auto [a, g] = image.input().Layer(layer);
  return TensorToMat((g.relu() * a).sum(0).relu());
}

}  // namespace gradcut
