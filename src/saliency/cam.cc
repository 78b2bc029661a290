#include "gradcut/saliency/cam.h"

#include "gradcut/core/error.h"
#include "model/tensor_image.h"
#include "saliency/scored_input.h"

namespace gradcut {

cv::Mat ClassActivationMap(const ScoredImage& image, const std::string& layer) {
  ScoredInput& input = image.input();
  const at::Tensor head = input.network().pooled_head().weights;
  Require(
      head.defined(),
      "cam: the head of this classifier is not a linear map of mean activations; take grad_cam");
  const at::Tensor a = input.Activations(layer)[0];
  const at::Tensor weights = input.LogitWeights().matmul(head).view({-1, 1, 1});
  return TensorToMat((weights * a).sum(0));
}

}  // namespace gradcut
