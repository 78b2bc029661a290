#include "gradcut/saliency/xgrad_cam.h"

#include "saliency/reduce.h"
#include "saliency/scored_input.h"

namespace gradcut {

cv::Mat XGradCam(const ScoredImage& image, const std::string& layer, MapSign sign) {
  const auto [a, g] = image.input().Layer(layer);
  const at::Tensor sums = a.sum({1, 2}, /*keepdim=*/true);
  const at::Tensor weights = (g * a).sum({1, 2}, /*keepdim=*/true) / sums;
  return WithSign((at::where(sums == 0, 0, weights) * a).sum(0), sign);
}

}  // namespace gradcut
