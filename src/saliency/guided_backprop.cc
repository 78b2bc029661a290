#include "gradcut/saliency/guided_backprop.h"

#include "gradcut/core/error.h"
#include "model/conv_layer.h"
#include "saliency/attributions.h"
#include "saliency/reduce.h"
#include "saliency/scored_input.h"

namespace gradcut {

at::Tensor GuidedAttributions(const ScoredImage& image) {
  const GuidedReluGuard guided;
  at::Tensor gradient = image.input().GradientsOf(image.input().tensor());
  Require(
      guided.met() > 0,
      "guided_backprop: the ReLUs of this classifier are out of reach; take one of the networks "
      "that `gradcut models list` names, or another method");
  return gradient;
}

cv::Mat GuidedBackprop(const ScoredImage& image, ChannelReduction reduction) {
  return Reduce(GuidedAttributions(image), reduction);
}

}  // namespace gradcut
