#include "gradcut/saliency/grad_cam_plus_plus.h"

#include "saliency/reduce.h"
#include "saliency/scored_input.h"

namespace gradcut {
namespace {

// Keeps the fraction finite. A gradient much below 1e-3 counts less for it; the same number is in
// the Python package grad-cam.
constexpr double kEpsilon = 1e-6;

}  // namespace

cv::Mat GradCamPlusPlus(const ScoredImage& image, const std::string& layer, MapSign sign) {
  const auto [a, g] = image.input().Layer(layer);
  const at::Tensor squares = g.square();
  const at::Tensor sums = a.sum({1, 2}, /*keepdim=*/true);
  const at::Tensor alpha = squares / (2 * squares + squares * g * sums + kEpsilon);
  const at::Tensor weights = (alpha * g.relu()).sum({1, 2}, /*keepdim=*/true);
  return WithSign((weights * a).sum(0), sign);
}

}  // namespace gradcut
