#include "gradcut/saliency/grad_cam_plus_plus.h"

#include "model/tensor_image.h"
#include "saliency/scored_input.h"

namespace gradcut {
namespace {

constexpr double kSmallest = 1e-6;  // Denominator; below, the weight is left out.

}  // namespace

cv::Mat GradCamPlusPlus(const ScoredImage& image, const std::string& layer) {
  const auto [a, g] = image.input().Layer(layer);
  // Both sides of the fraction divided by g^2.
  const at::Tensor below = 2 + g * a.sum({1, 2}, /*keepdim=*/true);
  const at::Tensor alpha = at::where(below.abs() > kSmallest, below.reciprocal(), 0);
  const at::Tensor weights = (alpha * g.relu()).sum({1, 2}, /*keepdim=*/true);
  return TensorToMat((weights * a).sum(0).relu());
}

}  // namespace gradcut
