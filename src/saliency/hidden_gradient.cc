#include "gradcut/saliency/hidden_gradient.h"

#include "model/tensor_image.h"
#include "saliency/scored_input.h"

namespace gradcut {

cv::Mat HiddenGradient(const ScoredImage& image, const std::string& layer) {
  return TensorToMat(image.input().Layer(layer).gradients.square().sum(0).sqrt());
}

}  // namespace gradcut
