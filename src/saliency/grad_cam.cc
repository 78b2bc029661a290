#include "gradcut/saliency/grad_cam.h"

#include "saliency/reduce.h"
#include "saliency/scored_input.h"

namespace gradcut {

cv::Mat GradCam(const ScoredImage& image, const std::string& layer, MapSign sign) {
  const auto [a, g] = image.input().Layer(layer);
  return WithSign((g.mean({1, 2}, /*keepdim=*/true) * a).sum(0), sign);
}

}  // namespace gradcut
