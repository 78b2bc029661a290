#include "gradcut/saliency/hires_cam.h"

#include "saliency/reduce.h"
#include "saliency/scored_input.h"

namespace gradcut {

cv::Mat HiResCam(const ScoredImage& image, const std::string& layer, MapSign sign) {
  const auto [a, g] = image.input().Layer(layer);
  return WithSign((g * a).sum(0), sign);
}

}  // namespace gradcut
