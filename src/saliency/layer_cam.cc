#include "gradcut/saliency/layer_cam.h"

#include "saliency/reduce.h"
#include "saliency/scored_input.h"

namespace gradcut {

cv::Mat LayerCam(const ScoredImage& image, const std::string& layer, MapSign sign) {
  const auto [a, g] = image.input().Layer(layer);
  return WithSign((g.relu() * a).sum(0), sign);
}

}  // namespace gradcut
